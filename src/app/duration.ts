import { z } from 'zod';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration in milliseconds, or as people write it: `500ms`, `30s`, `5m`, `1h`, `7d`. */
export const Duration = z.union([
  z.number().min(0),
  z
    .string()
    .regex(/^\d+(ms|s|m|h|d)$/, 'a duration is a number and a unit: 500ms, 30s, 5m, 1h, 7d')
    .transform((text) => {
      const [, amount = '0', unit = 'ms'] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
      return Number(amount) * (Object.entries(UNITS).find(([name]) => name === unit)?.[1] ?? 1);
    }),
]);
