import { once } from 'node:events';
import { resolve } from 'node:path';
import { simulate as start } from '../../app/simulate.ts';
import { numberOf } from '../number-of.ts';
import { print } from '../print.ts';

interface SimulateFlags {
  readonly port: string;
  readonly speed: string;
  readonly seed: string;
  readonly nodes: string;
  readonly fault?: readonly string[];
  readonly kubeconfigOut: string;
}

/** `simulate`: a Kubernetes API with a modelled cluster behind it, until Ctrl-C. */
export async function simulate(output: 'table' | 'json' | 'yaml', flags: SimulateFlags): Promise<void> {
  const kubeconfigFile = resolve(flags.kubeconfigOut);
  const { simulator, drawn, stop } = await start({
    port: numberOf(flags.port, '--port', [0, 65_535]),
    speed: numberOf(flags.speed, '--speed', [0.1, 100]),
    seed: numberOf(flags.seed, '--seed', [0, 2 ** 31]),
    nodes: numberOf(flags.nodes, '--nodes', [1, 100]),
    faults: flags.fault ?? [],
    kubeconfigFile,
  });
  print(output, { url: simulator.url, kubeconfig: kubeconfigFile, faults: drawn }, () =>
    [
      `a simulated cluster answers at ${simulator.url}; Ctrl-C ends it`,
      ...drawn.map(({ fault, namespace, variant }) => `in a minute of its time: ${fault} in namespace ${namespace} (${variant})`),
      `export KUBECONFIG=${kubeconfigFile}   (for kubemend; kubectl sends no token over plain HTTP)`,
    ].join('\n'),
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await stop();
}
