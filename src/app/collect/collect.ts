import type { Pod } from '../../core/model/objects.ts';
import { nap } from '../../core/nap.ts';
import type { Clock, ClusterReader, SignalSource } from '../../core/ports.ts';
import { type ClusterView, viewOf } from '../../core/view.ts';
import type { Column, RowFacts } from './columns.ts';
import type { CsvFile } from './csv-file.ts';
import type { SampleDesk } from './sample-desk.ts';

/** What collecting needs. */
export interface CollectParts {
  readonly reader: ClusterReader;
  readonly sources: readonly SignalSource[];
  readonly desk: SampleDesk;
  readonly columns: readonly Column[];
  readonly file: CsvFile;
  readonly clock: Clock;
  /** Only these; all when there is none. */
  readonly namespaces: readonly string[];
  readonly intervalMs: number;
  /** Told after each round. */
  readonly onRound: (round: Round) => void;
}

/** One round of collecting. */
export interface Round {
  readonly at: number;
  readonly pods: number;
  /** Figures that were known, of all that there are columns for. */
  readonly filled: number;
  readonly cells: number;
  /** What the sources say is wrong. */
  readonly problems: readonly string[];
}

/** How long the first figures are waited for: a source that answers at all has done so by then. */
const FIRST_FIGURES_MS = 10_000;

/** A figure counts for so many rounds. */
const FRESH_ROUNDS = 2;

/** Writes one row for each pod in every round, until the signal is aborted or `rounds` are over. What is not known stays empty. */
export async function collect(parts: CollectParts, signal: AbortSignal, rounds = Number.POSITIVE_INFINITY): Promise<Round | undefined> {
  const { clock, intervalMs, onRound } = parts;
  const ending = new AbortController();
  const all = AbortSignal.any([signal, ending.signal]);
  const reading = parts.sources.map((source) => read(source, parts.desk, all));
  let last: Round | undefined;
  try {
    await firstFigures(parts, all);
    for (let round = 0; round < rounds && !signal.aborted; round += 1) {
      if (round > 0) await nap(clock, intervalMs - (clock.now() % intervalMs), signal);
      if (signal.aborted) break;
      last = writeRound(parts, last?.at ?? clock.now() - intervalMs);
      onRound(last);
    }
  } finally {
    ending.abort();
    await Promise.all(reading);
  }
  return last;
}

async function read(source: SignalSource, desk: SampleDesk, signal: AbortSignal): Promise<void> {
  for await (const observation of source.stream(signal)) if (observation.signal === 'samples') desk.take(observation);
}

async function firstFigures({ sources, clock }: CollectParts, signal: AbortSignal): Promise<void> {
  const until = clock.now() + FIRST_FIGURES_MS;
  const isTold = (source: SignalSource) => source.health().ageMs !== undefined || source.health().problem !== undefined;
  while (!signal.aborted && clock.now() < until && !sources.every(isTold)) await nap(clock, 100, signal);
}

function writeRound(parts: CollectParts, since: number): Round {
  const { reader, clock, columns, sources, file } = parts;
  const at = clock.now();
  const view = viewOf(reader, at);
  const warnings = warningsSince(reader, since);
  const pods = view.ofKind('Pod').filter((pod) => isWanted(pod, parts));
  const rows = pods.map((pod) => [stamp(at), ...columns.map((column) => column.text(factsOf(pod, view, warnings, parts)))]);
  if (rows.length > 0) file.append(rows);
  const cells = rows.flatMap((row) => row.slice(1));
  const problems = sources.flatMap((source) => source.health().problem ?? []);
  return { at, pods: pods.length, filled: cells.filter((cell) => cell !== '').length, cells: cells.length, problems };
}

function isWanted({ meta }: Pod, { namespaces }: CollectParts): boolean {
  return namespaces.length === 0 || namespaces.includes(meta.ref.namespace ?? '');
}

function warningsSince(reader: ClusterReader, since: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { type, at, subject } of reader.events()) {
    if (type !== 'Warning' || at <= since || subject.uid === undefined) continue;
    counts.set(subject.uid, (counts.get(subject.uid) ?? 0) + 1);
  }
  return counts;
}

function factsOf(pod: Pod, view: ClusterView, warnings: ReadonlyMap<string, number>, parts: CollectParts): RowFacts {
  const ownership = view.ownerOf(pod.meta.ref);
  const owner = ownership.is === 'owner' && ownership.owner.kind !== 'Pod' ? ownership.owner.meta.ref : undefined;
  const fresh = { now: view.at, maxAgeMs: FRESH_ROUNDS * parts.intervalMs };
  return {
    pod,
    workload: owner && `${owner.kind}/${owner.name}`,
    warnings: warnings.get(pod.meta.ref.uid ?? '') ?? 0,
    figure: (metric) => parts.desk.figure(metric, pod.meta.ref, fresh),
  };
}

function stamp(at: number): string {
  return new Date(at).toISOString();
}
