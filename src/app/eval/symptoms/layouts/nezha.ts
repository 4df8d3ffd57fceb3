import { join } from 'node:path';
import { z } from 'zod';
import { jsonOf, namesIn } from '../../anomaly/files.ts';
import { instantOf, numbersOf, tableOf } from '../../anomaly/number-table.ts';
import { refusal } from '../../anomaly/refusal.ts';
import type { Fault, Scene, SymptomLayout } from '../scene.ts';

const MINUTE_MS = 60_000;
/** The list gives the moment of the injection; so long it shows, with the window of the rates. */
const LASTS_MS = 6 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The faults come first in the day: what follows them, this much later, is played before them as if it were the day before. */
const QUIET_MS = 30 * MINUTE_MS;
/** `2022-08-22 03:51:19`, without what follows. */
const TO_SECONDS = 19;
/** What makes requests slower. The others make them fail, of which the metrics of the pods say nothing. */
const SLOWS = ['cpu_contention', 'cpu_consumed', 'network_delay'];
const Faults = z.record(z.string(), z.array(z.object({ inject_time: z.string(), inject_pod: z.string(), inject_type: z.string() })));
const isPod = /_metric\.csv(?:\.gz)?$/;

/** `rca_data/DAY/DAY-fault_list.json` and `rca_data/DAY/metric/POD_metric.csv`, a minute apart. */
export const nezha: SymptomLayout = {
  name: 'nezha',
  about: 'rca_data/DAY/DAY-fault_list.json and rca_data/DAY/metric/POD_metric.csv.gz',
  recognises: (dataDir) => daysIn(dataDir).length > 0,
  read: (dataDir, limit) => daysIn(dataDir).flatMap((day) => scenesOf(dataDir, day, limit)),
};

function daysIn(dataDir: string): readonly string[] {
  return namesIn(dataDir, 'rca_data').filter((day) => namesIn(dataDir, 'rca_data', day).includes(`${day}-fault_list.json`));
}

function scenesOf(dataDir: string, day: string, limit: number | undefined): readonly Scene[] {
  const file = join(dataDir, 'rca_data', day, `${day}-fault_list.json`);
  const parsed = Faults.safeParse(jsonOf(file));
  if (!parsed.success) throw refusal(file, z.prettifyError(parsed.error));
  const injected = Object.values(parsed.data).flat();
  const files = namesIn(dataDir, 'rca_data', day, 'metric').filter((name) => isPod.test(name));
  return files.slice(0, limit).map((name) => {
    const pod = name.replace(isPod, '');
    const slowed = injected.filter((one) => one.inject_pod === pod && SLOWS.includes(one.inject_type));
    const faults = slowed.map(({ inject_time }) => ({ from: instantOf(inject_time), to: instantOf(inject_time) + LASTS_MS }));
    const others = injected.map(({ inject_time }) => ({ from: instantOf(inject_time), to: instantOf(inject_time) + LASTS_MS }));
    return sceneOf(join(dataDir, 'rca_data', day, 'metric', name), { name: `${day}/${pod}`, faults, others });
  });
}

interface Labels {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** Faults of any pod: what they do to this one is neither found nor false. */
  readonly others: readonly Fault[];
}

function sceneOf(file: string, { name, faults, others }: Labels): Scene {
  const table = tableOf(file, ['Time', 'PodServerLatencyP95(s)', 'PodWorkload(Ops)']);
  const [seconds, perSecond] = ['PodServerLatencyP95(s)', 'PodWorkload(Ops)'].map((column) => numbersOf(table, column));
  const clock = table.columns.indexOf('Time');
  const samples = table.rows.map((row, i) => ({
    at: instantOf((row[clock] ?? '').slice(0, TO_SECONDS)),
    values: [1000 * (seconds?.[i] ?? Number.NaN), Number.NaN, perSecond?.[i] ?? Number.NaN],
  }));
  const over = Math.max(...others.map(({ to }) => to)) + QUIET_MS;
  const past = samples.filter(({ at }) => at > over).map((sample) => ({ ...sample, at: sample.at - DAY_MS }));
  const all = [...past, ...samples.filter(({ at }) => at <= over)];
  return {
    ...{ name, detector: 'latency', stepMs: MINUTE_MS, dims: 3, faults, elsewhere: others, scoredFrom: 0 },
    at: Float64Array.from(all, ({ at }) => at),
    values: Float64Array.from(all.flatMap(({ values }) => values)),
  };
}
