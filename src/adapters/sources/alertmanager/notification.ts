import { z } from 'zod';

const MAX_LABELS = 64;
const Labels = z
  .record(z.string().max(256), z.string().max(1_024))
  .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `at most ${MAX_LABELS} are taken`);
const Instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** One alert as Alertmanager sends it; instants become epoch milliseconds, and an end in year 1 means none. */
const RawAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Labels.refine((labels) => Boolean(labels.alertname), 'an alert needs the label alertname'),
  annotations: Labels.default({}),
  startsAt: Instant,
  endsAt: Instant.transform((at) => (at > 0 ? at : undefined)).optional(),
  fingerprint: z.string().min(1).max(128),
});
/** One alert of a notification, not yet tied to an object. */
export type RawAlert = z.infer<typeof RawAlert>;

/**
 * What Alertmanager posts to a webhook, version 4 of its payload (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config).
 * Fields that we do not know are left out: Alertmanager adds some now and then.
 */
export const Notification = z.object({
  version: z.literal('4'),
  /** How many alerts Alertmanager left out because of its `max_alerts`. */
  truncatedAlerts: z.number().int().min(0).default(0),
  alerts: z.array(RawAlert),
});
export type Notification = z.infer<typeof Notification>;
