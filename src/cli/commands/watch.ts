import colors from 'picocolors';
import type { Insight, PodInsights } from '../../app/insights/insight.ts';
import { watchFile } from '../../app/insights/watch-file.ts';
import { CoreError } from '../../core/errors.ts';
import { durationOf } from '../duration-of.ts';
import { numberOf } from '../number-of.ts';
import { print, table } from '../print.ts';
import { untilStopped } from '../until-stopped.ts';
import type { Common } from '../with-operator.ts';

interface WatchFlags {
  readonly inputFile: string;
  readonly outputFile: string;
  readonly watchInterval: string;
  readonly alertThreshold: string;
  readonly test?: boolean;
  readonly fetchOnly?: boolean;
  readonly prometheusUrl?: string;
}

/** `watch`: a growing CSV of figures in, insights out. Ends with 1 when it was asked for one look and something alerts. */
export async function watch(common: Common, flags: WatchFlags): Promise<void> {
  if (flags.fetchOnly) return fetchOnly(common, flags);
  const { output } = common;
  const alertThreshold = numberOf(flags.alertThreshold, '--alert-threshold', [0, 1]);
  const watchIntervalMs = durationOf(flags.watchInterval, '--watch-interval');
  const { inputFile, outputFile, test = false } = flags;
  const said = new Set<string>();
  const onLook = (insights: PodInsights, problems: readonly string[]) => {
    for (const problem of problems.slice(0, 3)) process.stderr.write(`${problem}\n`);
    if (problems.length > 3) process.stderr.write(`and ${problems.length - 3} more such rows\n`);
    if (!test && output === 'table') for (const one of insights.insights.filter(({ alert }) => alert)) sayOnce(one, said);
  };
  const last = await untilStopped((signal) =>
    watchFile({ inputFile, outputFile, alertThreshold, watchIntervalMs, onLook }, signal, test ? 1 : Number.POSITIVE_INFINITY),
  );
  if (!test || !last) return;
  if (last.rowsRead === 0)
    throw new CoreError('bad-usage', `${inputFile} has no rows yet: \`kubemend collect --output-file ${inputFile}\` writes them`);
  print(output, last, () => textOf(last, outputFile));
  if (last.insights.some(({ alert }) => alert)) process.exitCode = 1;
}

/** The collector alone, into the file that would be watched. */
async function fetchOnly(common: Common, { inputFile, watchInterval, test, prometheusUrl }: WatchFlags): Promise<void> {
  const { collect, collectDefaults } = await import('./collect.ts');
  const more = { ...(test && { test }), ...(prometheusUrl !== undefined && { prometheusUrl }) };
  await collect(common, { ...collectDefaults, outputFile: inputFile, interval: watchInterval, ...more });
}

function sayOnce(insight: Insight, said: Set<string>): void {
  const key = `${insight.namespace}/${insight.pod}/${insight.anomaly}/${insight.firstSeenAt}`;
  if (said.has(key)) return;
  said.add(key);
  process.stdout.write(`${new Date(insight.lastSeenAt).toISOString()}  ${nameOf(insight)}  ${insight.anomaly}: ${insight.what}\n`);
}

function textOf({ insights, rowsRead, pods }: PodInsights, outputFile: string): string {
  const rows = insights.map((one) => [
    nameOf(one),
    one.alert ? colors.bold(one.anomaly) : one.anomaly,
    one.severity,
    one.probability.toFixed(2),
    `${one.what}; ${one.recommendation}`,
  ]);
  const found = rows.length === 0 ? 'nothing found' : table(['POD', 'ANOMALY', 'SEVERITY', 'PROBABILITY', 'WHAT, AND WHAT TO DO'], rows);
  return `${found}\n\n${rowsRead} rows of ${pods} pods; written to ${outputFile}`;
}

function nameOf({ namespace, pod }: Insight): string {
  return `${namespace}/${pod}`;
}
