/** Logs of real containers through a real API server: followed, with the end of the run before, and gone on with after a break. */
import { afterAll, expect, test } from 'vitest';
import { openKubernetesCluster } from '../../src/adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { LogsConfig } from '../../src/app/logs-config.ts';
import { openLogs } from '../../src/app/open-logs.ts';
import type { LogLine } from '../../src/core/model/log-line.ts';
import { quietLogger } from '../fakes/logger.ts';
import { bed, cleanUp, deploy, hasNode, newNamespace, onCleanUp, waitFor } from './harness.ts';

afterAll(cleanUp, 180_000);

const needsNode = test.skipIf(!(await hasNode()));
const SCRIPT = 'i=0; while [ $i -lt 6 ]; do i=$((i+1)); echo "line $i"; sleep 1; done; echo "panic: out of luck"; exit 3';

needsNode('a container that ends is read to its last line, and so is the run after it', { timeout: 180_000 }, async () => {
  const namespace = await newNamespace({ optedIn: false });
  const cluster = await openKubernetesCluster({
    ...{ clock: systemClock, log: quietLogger, kubeconfig: (await bed()).kubeconfig, standsForElection: false },
  });
  onCleanUp(() => cluster.stop());
  await cluster.waitForSync(AbortSignal.timeout(60_000));
  const [source] = openLogs(LogsConfig.parse({ namespaces: [namespace] }), { clock: systemClock, ...cluster });
  if (!source) throw new Error('no source');
  const ending = new AbortController();
  const lines: LogLine[] = [];
  const reading = (async () => {
    for await (const one of source.stream(ending.signal)) if (one.signal === 'log') lines.push(one);
  })();
  await deploy(namespace, { name: 'unlucky', replicas: 1, command: ['sh', '-c', SCRIPT] });
  await waitFor('two runs', async () => lines.filter(({ text }) => text.startsWith('panic')).length >= 2, 150_000);
  ending.abort();
  await reading;
  const firstRun = lines.slice(0, lines.findIndex(({ text }) => text.startsWith('panic')) + 1);
  expect(firstRun.map(({ text }) => text)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `line ${n}`).concat('panic: out of luck'));
  expect(new Set(lines.map(({ at, text }) => `${at} ${text}`)).size).toBe(lines.length);
  expect(lines[0]).toMatchObject({ subject: { kind: 'Pod', namespace }, container: 'app' });
});
