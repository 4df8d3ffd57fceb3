import { z } from 'zod';
import { bootstrapIntervals } from '../../learning/bootstrap.ts';

/** Null where it is no number: over a baseline without any error, for instance. */
const Figure = z.number().nullable();

/** What a model is worth on time that it has not seen. Errors are mean absolute errors in units of each feature's usual change. */
export const Skill = z.strictObject({
  /** True while it beats every baseline, with the interval's end below 1. */
  use: z.boolean(),
  verdict: z.string(),
  windows: z.number().int(),
  error: Figure,
  /** For each baseline its error, and the model's error over it, with a 95 % interval. */
  baselines: z.record(z.string(), z.strictObject({ error: Figure, ratio: Figure, interval95: z.tuple([Figure, Figure]).readonly() })),
});
export type Skill = z.infer<typeof Skill>;

/** The errors of the model and of each baseline over one stretch of one series. */
export type Stretch = Readonly<Record<string, number>>;
/** The model's own name among the figures of a stretch. */
export const MODEL = 'model';

/** Fewer stretches give an interval that means nothing. */
const LEAST_STRETCHES = 8;

/** Weighs a model against baselines by stretches of held-out time, each of which counts its errors and its windows. */
export function skillOf(stretches: readonly Stretch[], windows: number, random: () => number): Skill {
  if (stretches.length < LEAST_STRETCHES)
    return noSkill(`no skill: only ${stretches.length} stretches of held-out time, which proves nothing`, windows);
  const names = Object.keys(stretches[0] ?? {}).filter((name) => name !== MODEL);
  const ratios = (sample: readonly Stretch[]) => {
    const own = total(sample, MODEL);
    return Object.fromEntries(names.map((name) => [name, own / total(sample, name)]));
  };
  const intervals = bootstrapIntervals(stretches, ratios, { random });
  const found = ratios(stretches);
  const end = (name: string) => intervals[name]?.[1] ?? Number.NaN;
  const lost = names.filter((name) => !(end(name) < 1));
  const hardest = names.toSorted((a, b) => end(b) - end(a))[0] ?? '';
  const figures = `its error is ${text(found[hardest])} of that of the ${hardest} (95 %: ${(intervals[hardest] ?? []).map(text).join(' to ')})`;
  return {
    use: lost.length === 0,
    verdict: lost.length === 0 ? `skill: ${figures}` : `no skill: it does not surely beat the ${lost.join(', the ')}; ${figures}`,
    windows,
    error: finite(total(stretches, MODEL) / windows),
    baselines: Object.fromEntries(
      names.map((name) => {
        const [low, high] = intervals[name] ?? [Number.NaN, Number.NaN];
        return [
          name,
          { error: finite(total(stretches, name) / windows), ratio: finite(found[name]), interval95: [finite(low), finite(high)] as const },
        ];
      }),
    ),
  };
}

function finite(value = Number.NaN): number | null {
  return Number.isFinite(value) ? value : null;
}

function text(value = Number.NaN): string {
  return value.toFixed(3);
}

/** What there is to say when nothing could be measured. */
export function noSkill(verdict: string, windows = 0): Skill {
  return { use: false, verdict, windows, error: null, baselines: {} };
}

function total(stretches: readonly Stretch[], name: string): number {
  return stretches.reduce((sum, one) => sum + (one[name] ?? Number.NaN), 0);
}
