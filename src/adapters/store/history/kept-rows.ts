import { z } from 'zod';
import { ResourceRef } from '../../../core/model/resource.ts';
import type { SeriesSubject } from '../../../core/model/samples.ts';
import { corrupt } from '../sqlite/store-error.ts';
import type { HistoryDatabase } from './history-database.ts';

/** The rows of a metric at one instant, as they are given back. */
export interface KeptRow {
  readonly metric: string;
  readonly at: number;
  readonly subjects: readonly SeriesSubject[];
  readonly values: Float64Array;
}

const Subject = z.strictObject({ ref: ResourceRef, part: z.string().optional() });
const MeanRow = z.object({ metric: z.string(), at: z.number(), crowd: z.number(), mean: z.instanceof(Uint8Array) });
const StepsRow = z.object({
  metric: z.string(),
  at: z.number(),
  step_ms: z.number().positive(),
  crowd: z.number(),
  samples: z.instanceof(Uint8Array),
});

/** Reads the rows back, parsed. Throws `store-corrupt`, naming what cannot be read. */
export function rowReader({ file, sql }: HistoryDatabase) {
  const subjects = new Map<number, SeriesSubject>();
  const crowds = new Map<number, readonly SeriesSubject[]>();
  const parsed = <Schema extends z.ZodType>(schema: Schema, row: unknown): z.output<Schema> => {
    const answer = schema.safeParse(row);
    if (!answer.success) throw corrupt(file, z.prettifyError(answer.error), answer.error);
    return answer.data;
  };
  function subjectOf(id: number): SeriesSubject {
    const known = subjects.get(id);
    if (known) return known;
    const row = parsed(z.object({ subject: z.string() }), sql.prepare('SELECT subject FROM series WHERE id = ?').get(id));
    const { ref, part } = parsed(Subject, jsonOf(row.subject, file));
    const subject = { ref, ...(part !== undefined && { part }) };
    subjects.set(id, subject);
    return subject;
  }
  function crowdOf(id: number): readonly SeriesSubject[] {
    const known = crowds.get(id);
    if (known) return known;
    const row = parsed(z.object({ ids: z.instanceof(Uint8Array) }), sql.prepare('SELECT ids FROM crowds WHERE id = ?').get(id));
    const members = Array.from(new Int32Array(aligned(row.ids)), subjectOf);
    crowds.set(id, members);
    return members;
  }
  return {
    *means(since: number): Iterable<KeptRow> {
      const firstSteps = new Map<unknown, unknown>();
      for (const { metric, first } of sql.prepare('SELECT metric, min(at) AS first FROM steps GROUP BY metric').all())
        firstSteps.set(metric, first);
      for (const row of sql.prepare('SELECT metric, at, crowd, mean FROM minutes WHERE at >= ? ORDER BY at').iterate(since)) {
        const { metric, at, crowd, mean } = parsed(MeanRow, row);
        const first = firstSteps.get(metric);
        if (typeof first === 'number' && at >= first) continue;
        yield { metric, at, subjects: crowdOf(crowd), values: Float64Array.from(new Float32Array(aligned(mean))) };
      }
    },
    *steps(): Iterable<KeptRow> {
      for (const row of sql.prepare('SELECT * FROM steps ORDER BY at').iterate()) {
        const { metric, at, step_ms, crowd, samples } = parsed(StepsRow, row);
        const members = crowdOf(crowd);
        const all = new Float64Array(aligned(samples));
        for (let step = 0; step * members.length < all.length; step += 1)
          yield {
            metric,
            at: at + step * step_ms,
            subjects: members,
            values: all.slice(step * members.length, (step + 1) * members.length),
          };
      }
    },
  };
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw corrupt(file, `the name of a series cannot be read: ${String(error)}`, error);
  }
}

/** A copy whose buffer begins with the bytes: a typed array of wider numbers needs its beginning at a whole multiple. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}
