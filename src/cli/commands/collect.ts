import type { Round } from '../../app/collect/collect.ts';
import { runCollect } from '../../app/collect/run-collect.ts';
import { loadConfig } from '../../app/config.ts';
import { CoreError } from '../../core/errors.ts';
import { durationOf } from '../duration-of.ts';
import { numberOf } from '../number-of.ts';
import { print } from '../print.ts';
import { untilStopped } from '../until-stopped.ts';
import type { Common } from '../with-operator.ts';

/** The flags of `collect`. */
export interface CollectFlags {
  readonly outputFile: string;
  readonly interval: string;
  readonly prometheusUrl?: string;
  readonly query?: readonly string[];
  readonly namespace?: readonly string[];
  readonly maxMebibytes: string;
  readonly keep: string;
  readonly test?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** How large a file may grow, and how many old ones are kept, unless the flags say otherwise. */
export const collectDefaults = { maxMebibytes: '100', keep: '5' } as const;

/** `collect`: figures about every pod, as CSV, until Ctrl-C. Ends with 3 when it was asked for one round and a source did not answer. */
export async function collect(common: Common, flags: CollectFlags): Promise<void> {
  const { outputFile, test = false, kubeconfig, context, namespace, prometheusUrl, query } = flags;
  const intervalMs = durationOf(flags.interval, '--interval');
  const maxBytes = numberOf(flags.maxMebibytes, '--max-mebibytes', [1, 1_000_000]) * 2 ** 20;
  const keep = Math.floor(numberOf(flags.keep, '--keep', [0, 1_000]));
  const given = { stateDir: common.stateDir, config: common.config, kubeconfig, context, namespaces: namespace };
  const config = loadConfig({ ...given, prometheusUrl, promql: query && queriesOf(query) }, process.env);
  const isWatched = process.stderr.isTTY === true;
  let problems = '';
  const onRound = (round: Round) => {
    if (isWatched) process.stderr.write(`\r\x1b[K${sentenceOf(round, outputFile)}`);
    const now = round.problems.join('; ');
    if (now !== problems && now !== '') process.stderr.write(`${isWatched ? '\n' : ''}${now}\n`);
    problems = now;
  };
  const onResume = (what: string) => process.stderr.write(`${what}\n`);
  const options = { outputFile, intervalMs, maxBytes, keep, onRound, onResume, ...(test && { rounds: 1 }) };
  const last = await untilStopped((signal) => runCollect(config, options, signal));
  if (isWatched) process.stderr.write('\r\x1b[K');
  if (!last) return;
  print(common.output, { ...last, outputFile }, () => sentenceOf(last, outputFile));
  if (test && last.problems.length > 0) process.exitCode = 3;
}

function sentenceOf({ at, pods, filled, cells }: Round, file: string): string {
  const share = cells === 0 ? 0 : Math.round((100 * filled) / cells);
  return `${new Date(at).toISOString()}  ${pods} pods, ${share} % of the figures known  ->  ${file}`;
}

/** `NAME=PROMQL` for pods. Throws `bad-usage`. */
function queriesOf(texts: readonly string[]): Readonly<Record<string, { readonly query: string; readonly subject: 'pod' }>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, query] = /^([A-Za-z]\w*)=(.+)$/s.exec(text) ?? [];
      if (name === undefined || query === undefined)
        throw new CoreError(
          'bad-usage',
          `--query ${text}: write NAME=PROMQL, for instance --query queue_length='sum by (namespace, pod) (queue_length)'`,
        );
      return [name, { query, subject: 'pod' as const }];
    }),
  );
}
