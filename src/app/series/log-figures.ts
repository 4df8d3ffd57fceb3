import type { LogLine } from '../../core/model/log-line.ts';
import { type ResourceRef, resourceKey } from '../../core/model/resource.ts';
import type { SampleBlock } from '../../core/model/samples.ts';
import { createTraceCounter, type TraceCounter } from '../../learning/log-patterns/trace-counter.ts';
import { isErrorLine } from '../logs/is-error-line.ts';

/** Makes figures of log lines: how many, how many of errors, how many of a kind that nobody wrote before, how many stack traces. */
export interface LogFigures {
  /** With `isNew`, the line is of a kind that nobody wrote before. */
  take(line: LogLine, now: number, isNew: boolean): void;
  /**
   * The figures of the steps that are over, one block for each metric. With `isWhole` a pod that wrote before and is silent now counts as
   * 0; without it (the logs could not all be read) nothing is said of it.
   */
  close(now: number, isWhole: boolean): readonly SampleBlock[];
}

/** How long a pod that says nothing is still one that wrote before. */
const REMEMBERED_MS = 10 * 60_000;
/** So many pods at once; lines of further ones are not counted. */
const MOST_PODS = 10_000;

interface PodLines {
  readonly pod: ResourceRef;
  lines: number;
  errors: number;
  fresh: number;
  traces: number;
  readonly counters: Map<string, TraceCounter>;
  wroteAt: number;
}

/** Makes an empty one; `stepMs` is how long lines are counted together. */
export function logFigures(stepMs: number): LogFigures {
  const pods = new Map<string, PodLines>();
  let step = Number.NaN;

  function entryOf(pod: ResourceRef): PodLines | undefined {
    const key = `${resourceKey(pod)}/${pod.uid ?? ''}`;
    const held = pods.get(key);
    if (held || pods.size >= MOST_PODS) return held;
    const made = { pod, lines: 0, errors: 0, fresh: 0, traces: 0, counters: new Map<string, TraceCounter>(), wroteAt: 0 };
    pods.set(key, made);
    return made;
  }

  return {
    take(line, now, isNew) {
      if (Number.isNaN(step)) step = Math.floor(now / stepMs);
      const entry = entryOf(line.subject);
      if (!entry) return;
      entry.lines += 1;
      entry.wroteAt = now;
      if (isErrorLine(line)) entry.errors += 1;
      if (isNew) entry.fresh += 1;
      if (counterOf(entry, line).add(line.text)) entry.traces += 1;
    },
    close(now, isWhole) {
      const current = Math.floor(now / stepMs);
      if (Number.isNaN(step) || current <= step) return [];
      const at = (step + 1) * stepMs;
      step = current;
      for (const [key, { wroteAt }] of pods) if (now - wroteAt > REMEMBERED_MS) pods.delete(key);
      const told = [...pods.values()].filter(({ lines }) => isWhole || lines > 0);
      const blocks = told.length === 0 ? [] : blocksOf(told, at, stepMs);
      for (const entry of pods.values()) Object.assign(entry, { lines: 0, errors: 0, fresh: 0, traces: 0 });
      return blocks;
    },
  };
}

/** The lines of a trace follow each other in the log of one container. */
function counterOf({ counters }: PodLines, { container = '' }: LogLine): TraceCounter {
  const known = counters.get(container);
  if (known) return known;
  const made = createTraceCounter();
  counters.set(container, made);
  return made;
}

function blocksOf(told: readonly PodLines[], at: number, stepMs: number): readonly SampleBlock[] {
  const subjects = told.map(({ pod }) => ({ ref: pod }));
  const block = (metric: string, value: (entry: PodLines) => number): SampleBlock => ({
    ...{ signal: 'samples', source: 'logs', metric, at, subjects },
    values: Float64Array.from(told, value),
  });
  return [
    block('logLinesPerSecond', ({ lines }) => (1000 * lines) / stepMs),
    block('logErrorsPerSecond', ({ errors }) => (1000 * errors) / stepMs),
    block('newLogTemplates', ({ fresh }) => fresh),
    block('stackTraces', ({ traces }) => traces),
  ];
}
