import { systemClock } from '../../adapters/system/clock.ts';
import { CoreError } from '../../core/errors.ts';
import type { Config } from '../config.ts';
import { openReader } from '../open-cluster.ts';
import { openSources } from '../sources-config.ts';
import { collect, type Round } from './collect.ts';
import { columnsWith } from './columns.ts';
import { openCsvFile } from './csv-file.ts';
import { createSampleDesk } from './sample-desk.ts';

/** Where figures go and how often. */
export interface CollectOptions {
  readonly outputFile: string;
  readonly intervalMs: number;
  /** Beyond this a new file is begun, and so many old ones are kept. */
  readonly maxBytes: number;
  readonly keep: number;
  /** Ends after so many rounds; never, if it is not given. */
  readonly rounds?: number;
  /** Told what was found in the file. */
  readonly onResume: (what: string) => void;
  readonly onRound: (round: Round) => void;
}

const PATIENCE_MS = 30_000;

/**
 * Collects figures about every pod from what the configuration names: a Prometheus, else the cluster's metrics API. Changes nothing in the
 * cluster. Gives the last round. Throws `cluster-unreachable`, `bad-usage`, `store-failed`.
 */
export async function runCollect(config: Config, options: CollectOptions, signal: AbortSignal): Promise<Round | undefined> {
  const { outputFile, intervalMs, maxBytes, keep } = options;
  const columns = columnsWith(Object.keys(config.prometheus?.queries ?? {}));
  const file = openCsvFile({ file: outputFile, header: ['timestamp', ...columns.map(({ name }) => name)], maxBytes, keep });
  if (file.resumed !== undefined) options.onResume(file.resumed);
  await using ending = new AsyncDisposableStack();
  const cluster = await openReader(config);
  ending.defer(() => cluster.stop());
  await cluster.waitForSync(AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])).catch((error: unknown) => {
    if (error instanceof CoreError) throw error;
    if (!signal.aborted)
      throw new CoreError('cluster-unreachable', `${cluster.describe().server} does not answer: see \`kubemend doctor\``);
  });
  const metrics = config.metrics ?? (config.prometheus ? undefined : { intervalMs });
  const parts = { clock: systemClock, env: process.env, getJson: cluster.getJson };
  const sources = await openSources({ cluster: config.cluster, prometheus: config.prometheus, metrics }, parts);
  ending.defer(() => sources.close());
  const { namespaces } = config;
  const all = { reader: cluster.reader, sources: sources.signals, desk: createSampleDesk(), columns, file, namespaces };
  return await collect({ ...all, clock: systemClock, intervalMs, onRound: options.onRound }, signal, options.rounds);
}
