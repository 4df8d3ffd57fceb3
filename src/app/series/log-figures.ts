import type { LogLine } from '../../core/model/log-line.ts';
import { type ResourceRef, resourceKey } from '../../core/model/resource.ts';
import type { SampleBlock } from '../../core/model/samples.ts';
import { createLogTemplateMiner } from '../../learning/log-templates.ts';

/** Makes figures of log lines: how many, how many of errors, how many of a kind that nobody wrote before. */
export interface LogFigures {
  take(line: LogLine, now: number): void;
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

/** A line that says of itself that something failed; words as loggers and runtimes write them. */
const failing = /\b(?:error|fatal|panic|critical|exception|traceback|segfault)\b/i;
/** Severities of OpenTelemetry and of the usual loggers. */
const severe = /^(?:err|fatal|crit|panic|alert|emerg)/i;

interface PodLines {
  readonly pod: ResourceRef;
  lines: number;
  errors: number;
  fresh: number;
  wroteAt: number;
}

/** Makes an empty one; `stepMs` is how long lines are counted together. */
export function logFigures(stepMs: number): LogFigures {
  const miner = createLogTemplateMiner();
  const pods = new Map<string, PodLines>();
  let step = Number.NaN;

  function entryOf(pod: ResourceRef): PodLines | undefined {
    const key = `${resourceKey(pod)}/${pod.uid ?? ''}`;
    const held = pods.get(key);
    if (held || pods.size >= MOST_PODS) return held;
    const made = { pod, lines: 0, errors: 0, fresh: 0, wroteAt: 0 };
    pods.set(key, made);
    return made;
  }

  return {
    take({ subject, text, severity }, now) {
      if (Number.isNaN(step)) step = Math.floor(now / stepMs);
      const entry = entryOf(subject);
      if (!entry) return;
      entry.lines += 1;
      entry.wroteAt = now;
      if (severity === undefined ? failing.test(text) : severe.test(severity)) entry.errors += 1;
      if (miner.add(text).lines === 1) entry.fresh += 1;
    },
    close(now, isWhole) {
      const current = Math.floor(now / stepMs);
      if (Number.isNaN(step) || current <= step) return [];
      const at = (step + 1) * stepMs;
      step = current;
      for (const [key, { wroteAt }] of pods) if (now - wroteAt > REMEMBERED_MS) pods.delete(key);
      const told = [...pods.values()].filter(({ lines }) => isWhole || lines > 0);
      const blocks = told.length === 0 ? [] : blocksOf(told, at, stepMs);
      for (const entry of pods.values()) Object.assign(entry, { lines: 0, errors: 0, fresh: 0 });
      return blocks;
    },
  };
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
  ];
}
