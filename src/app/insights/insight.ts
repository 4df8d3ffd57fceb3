import { z } from 'zod';

/** What can be wrong with a pod, as far as a file of figures shows it. An intentional exit is nothing wrong. */
export const anomalies = [
  'crash-loop',
  'oom',
  'resource-exhaustion',
  'network',
  'partial-failure',
  'io',
  'scheduling',
  'config',
  'unusual-use',
  'intentional-exit',
] as const;

/** How a figure went: of the last quarter of an hour, by the rows of one pod. */
export const Trend = z
  .strictObject({ last: z.number(), min: z.number(), max: z.number(), mean: z.number(), changePerHour: z.number().nullable() })
  .readonly();
export type Trend = z.infer<typeof Trend>;

/** What is held against one pod. */
export const Insight = z
  .strictObject({
    namespace: z.string(),
    pod: z.string(),
    podUid: z.string().optional(),
    workload: z.string().optional(),
    anomaly: z.enum(anomalies),
    severity: z.enum(['none', 'low', 'medium', 'high']),
    /** How sure it is that this is so, 0 to 1. */
    probability: z.number().min(0).max(1),
    /** Whether the probability reaches the threshold. */
    alert: z.boolean(),
    what: z.string(),
    /** What it rests on, with figures. */
    why: z.array(z.string()).min(1).readonly(),
    recommendation: z.string(),
    /** Epoch milliseconds, by the rows. */
    firstSeenAt: z.number(),
    lastSeenAt: z.number(),
    /** By column. */
    trends: z.record(z.string(), Trend).readonly(),
  })
  .readonly();
export type Insight = z.infer<typeof Insight>;

/** The file that `watch` writes and `remediate` reads. */
export const PodInsights = z
  .strictObject({
    version: z.literal(1),
    /** Epoch milliseconds. */
    writtenAt: z.number(),
    inputFile: z.string(),
    rowsRead: z.number(),
    rowsBad: z.number(),
    pods: z.number(),
    alertThreshold: z.number(),
    insights: z.array(Insight).readonly(),
  })
  .readonly();
export type PodInsights = z.infer<typeof PodInsights>;
