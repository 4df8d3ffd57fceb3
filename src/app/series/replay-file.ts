import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { csvSource } from '../../adapters/sources/csv/csv-source.ts';
import { replaySource } from '../../adapters/sources/replay/replay-source.ts';
import { CoreError } from '../../core/errors.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { SampleBlock } from '../../core/model/samples.ts';
import type { SeriesDetector } from '../../core/plugins.ts';
import type { SignalSource } from '../../core/ports.ts';
import { seriesWatch } from '../../core/series/series-watch.ts';
import { seriesDetectors } from '../../detectors/index.ts';
import { readTable } from '../../learning/csv/read-table.ts';
import type { SeriesConfig } from '../series-config.ts';

/** A series began to fire, or was as usual again. */
export type Turn = Pick<Reading, 'at' | 'subject' | 'part' | 'detector' | 'metric' | 'firing' | 'summary'>;

/** What the series detectors made of a file. */
export interface Replayed {
  readonly series: number;
  readonly samples: number;
  readonly from: number;
  readonly until: number;
  readonly turns: readonly Turn[];
  /** What was left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Why the file could not be read to its end, or which of its rows were left out. */
  readonly problem?: string;
}

/**
 * Plays a recording of `run --record`, or a CSV (`.csv`, `.csv.gz`), to the series detectors on its own time: the same file always gives
 * the same turns. The step of a CSV is the usual distance of its instants. Throws `bad-usage` and `bad-config` for a file that is neither.
 */
export async function replayFile(file: string, settings: SeriesConfig, detectors: readonly SeriesDetector[]): Promise<Replayed> {
  const isCsv = /\.csv(\.gz)?$/.test(file);
  const blocks: SampleBlock[] = [];
  const arrivals: number[] = [];
  const source = isCsv
    ? csvSource({ file: basename(file), read: async () => readTable(await bytesOf(file)) })
    : replaySource({ file, arrive: (now) => void arrivals.push(now) });
  await gather(source, (block) => blocks.push(block), arrivals);
  const stepMs = isCsv ? usualStep(blocks) : settings.stepMs;
  const scale = stepMs / settings.stepMs;
  const watch = seriesWatch({
    ...{ maxSeries: settings.maxSeries, detectors, stepMs },
    ...{ windowMs: settings.windowMs * scale, graceMs: isCsv ? 0 : settings.graceMs, idleMs: settings.idleMs * scale },
  });
  const { turns, take, end } = turnsOf(watch, stepMs);
  for (const [index, block] of blocks.entries()) take(block, arrivals[index] ?? block.at);
  end();
  const { problem } = source.health();
  const instants = blocks.map(({ at }) => at);
  return {
    ...{ series: watch.size(), samples: blocks.reduce((sum, { values }) => sum + values.length, 0), turns },
    ...{ from: instants[0] ?? Number.NaN, until: instants.at(-1) ?? Number.NaN },
    dropped: { ...watch.dropped(), ...source.health().dropped },
    ...(problem !== undefined && { problem }),
  };
}

/** The same with the detectors that `run` asks. */
export function replayKnown(file: string, settings: SeriesConfig): Promise<Replayed> {
  return replayFile(file, settings, seriesDetectors);
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    return file.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes;
  } catch (error) {
    throw new CoreError('bad-usage', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Takes the blocks of samples, and forgets the arrivals of everything else. */
async function gather(source: SignalSource, add: (block: SampleBlock) => void, arrivals: number[]): Promise<void> {
  for await (const observation of source.stream(new AbortController().signal)) {
    if (observation.signal === 'samples') add(observation);
    else arrivals.pop();
  }
}

/** The middle one of the distances between neighbouring instants; a second at least. */
function usualStep(blocks: readonly SampleBlock[]): number {
  const gaps = blocks.flatMap(({ at }, index) => {
    const gap = at - (blocks[index - 1]?.at ?? at);
    return gap > 0 ? [gap] : [];
  });
  return Math.max(1_000, gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 1_000);
}

/** Looks once per step, and notes what changed. */
function turnsOf(watch: ReturnType<typeof seriesWatch>, stepMs: number) {
  const turns: Turn[] = [];
  let firing = new Map<string, Reading>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  function look(now: number): void {
    watch.advance(now);
    const fires = new Map(watch.readings().flatMap((one) => (one.firing ? [[nameOf(one), one] as const] : [])));
    for (const [name, one] of fires) if (!firing.has(name)) turns.push(turnOf(one));
    for (const [name, one] of firing)
      if (!fires.has(name)) turns.push(turnOf({ ...one, at: now, firing: false, summary: 'as usual again' }));
    firing = fires;
    lookedAt = now;
  }
  let latest = Number.NEGATIVE_INFINITY;
  return {
    turns,
    take(block: SampleBlock, now: number) {
      watch.take(block, now);
      latest = now;
      if (now - lookedAt >= stepMs) look(now);
    },
    end: () => look(latest + 3 * stepMs),
  };
}

function nameOf({ detector, subject, metric, part }: Reading): string {
  return JSON.stringify([detector, subject, metric, part]);
}

function turnOf({ at, subject, part, detector, metric, firing, summary }: Reading): Turn {
  return { at, subject, ...(part !== undefined && { part }), detector, metric, firing, summary };
}
