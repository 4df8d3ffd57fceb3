import type { LogLine } from '../../core/model/log-line.ts';
import type { Reading } from '../../core/model/reading.ts';
import { type ResourceRef, resourceKey } from '../../core/model/resource.ts';
import { createLogPatternWatch, type LogFinding } from '../../learning/log-patterns/log-pattern-watch.ts';
import { isErrorLine } from './is-error-line.ts';
import { quotedText } from './quoted-text.ts';

/** Where the lines of all pods arrive, and what is odd about them. */
export interface LogDesk {
  /** Takes a line; whether nobody wrote one of its kind before. */
  take(line: LogLine, now: number): { readonly isNew: boolean };
  /** What was odd in the last minutes: always firing, and gone when it is old. */
  readings(now: number): readonly Reading[];
}

const WINDOW_MS = 60_000;
/** What was odd is told for so long: the trouble that it belongs to may show later. */
const TOLD_MS = 5 * 60_000;
/** Containers at once; of what is odd in further ones nobody is told. */
const MOST_WRITERS = 10_000;
/** Told at once in all, and of one container. */
const MOST_TOLD = 1_000;
const MOST_OF_ONE = 5;
/** How odd something is cannot be told from its text. */
const SCORE = 0.5;

interface Writer {
  readonly pod: ResourceRef;
  readonly container: string | undefined;
  wroteAt: number;
}

/** Makes a desk that has read nothing. Lines are looked at by container, so that one whose log cannot be read is not missed in another's. */
export function logDesk(): LogDesk {
  const watch = createLogPatternWatch();
  const writers = new Map<string, Writer>();
  let told: readonly Reading[] = [];
  let from = Number.NaN;

  function end(now: number): void {
    if (Number.isNaN(from) || now < from + WINDOW_MS) return;
    const at = from + WINDOW_MS;
    const found = [...Map.groupBy(watch.close(), ({ pod }) => pod)].flatMap(([key, findings]) =>
      readingsOf(writers.get(key), findings, at),
    );
    told = [...told, ...found].slice(-MOST_TOLD);
    for (const [key, { wroteAt }] of writers) if (now - wroteAt > 2 * WINDOW_MS) writers.delete(key);
    from += WINDOW_MS * Math.floor((now - from) / WINDOW_MS);
  }
  return {
    take(line, now) {
      if (Number.isNaN(from)) from = now;
      end(now);
      const { subject, container, text } = line;
      const key = `${resourceKey(subject)}/${subject.uid ?? ''}/${container ?? ''}`;
      const known = writers.get(key);
      if (known) known.wroteAt = now;
      else if (writers.size < MOST_WRITERS) writers.set(key, { pod: subject, container, wroteAt: now });
      return watch.take({ pod: key, text, isError: isErrorLine(line) });
    },
    readings(now) {
      end(now);
      told = told.filter(({ at }) => now - at <= TOLD_MS);
      return told;
    },
  };
}

function readingsOf(writer: Writer | undefined, findings: readonly LogFinding[], at: number): readonly Reading[] {
  if (!writer) return [];
  const { pod, container } = writer;
  const part = container === undefined ? {} : { part: container };
  return findings.slice(0, MOST_OF_ONE).map(({ pattern, summary, id, template }) => ({
    ...{ signal: 'reading', id: `reading:${pattern}:${pod.uid ?? resourceKey(pod)}:logs#${container ?? ''}#${id}:${at}`, subject: pod, at },
    ...{ detector: pattern, metric: 'logs', ...part, firing: true, score: SCORE },
    summary: `${summary}: ${quotedText(template)}`,
  }));
}
