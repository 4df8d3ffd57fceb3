import { z } from 'zod';
import { Flow } from '../../../core/model/flow.ts';
import { LogLine } from '../../../core/model/log-line.ts';
import { ResourceRef } from '../../../core/model/resource.ts';
import type { SeriesSubject } from '../../../core/model/samples.ts';
import type { Observation } from '../../../core/model/signal.ts';
import { SpanStats } from '../../../core/model/span-stats.ts';

/** One observation with the instant of its arrival. */
export interface Recorded {
  readonly now: number;
  readonly observation: Observation;
}

const Subject = z.strictObject({ ref: ResourceRef, part: z.string().optional() });
const Crowd = z.strictObject({ crowd: z.number().int(), subjects: z.array(Subject) });
const Samples = z.strictObject({
  now: z.number(),
  samples: z.strictObject({
    source: z.string(),
    metric: z.string(),
    at: z.number(),
    crowd: z.number().int(),
    values: z.array(z.number().nullable()),
  }),
});
const Other = z.strictObject({ now: z.number(), observation: z.discriminatedUnion('signal', [LogLine, Flow, SpanStats]) });
const Line = z.union([Samples, Crowd, Other]);

/** Writes observations as lines of JSON: the subjects of a block once, and its values as a column in which null is missing. */
export function lineWriter(): (recorded: Recorded) => string {
  const crowds = new Map<string, { readonly id: number; readonly subjects: readonly SeriesSubject[] }>();
  let ids = 0;
  return ({ now, observation }) => {
    if (observation.signal !== 'samples') return `${JSON.stringify({ now, observation })}\n`;
    const { source, metric, at, subjects, values } = observation;
    const name = `${source} ${metric}`;
    const known = crowds.get(name);
    const isKnown = known !== undefined && isSame(known.subjects, subjects);
    if (!isKnown) ids += 1;
    const crowd = isKnown ? known.id : ids;
    if (!isKnown) crowds.set(name, { id: crowd, subjects });
    const column = Array.from(values, (value) => (Number.isFinite(value) ? value : null));
    const head = isKnown ? '' : `${JSON.stringify({ crowd, subjects })}\n`;
    return `${head}${JSON.stringify({ now, samples: { source, metric, at, crowd, values: column } })}\n`;
  };
}

/** Reads the lines back, in order; undefined for a line that only says who a crowd is. Throws for a line that is none of ours. */
export function lineReader(): (text: string) => Recorded | undefined {
  const crowds = new Map<number, readonly SeriesSubject[]>();
  return (text) => {
    const line = Line.parse(JSON.parse(text));
    if ('crowd' in line) {
      crowds.set(
        line.crowd,
        line.subjects.map(({ ref, part }) => ({ ref, ...(part !== undefined && { part }) })),
      );
      return undefined;
    }
    if ('observation' in line) return line;
    const { crowd, values, ...rest } = line.samples;
    const subjects = crowds.get(crowd);
    if (!subjects || subjects.length !== values.length) throw new Error(`nobody said who crowd ${crowd} of ${values.length} is`);
    return {
      now: line.now,
      observation: { signal: 'samples', ...rest, subjects, values: Float64Array.from(values, (value) => value ?? Number.NaN) },
    };
  };
}

function isSame(a: readonly SeriesSubject[], b: readonly SeriesSubject[]): boolean {
  return a === b || (a.length === b.length && JSON.stringify(a) === JSON.stringify(b));
}
