import { z } from 'zod';

/** What is put into the audit chain; the store adds sequence, previous hash and hash. */
export const AuditEntry = z
  .strictObject({
    at: z.number(),
    /** A person (`user:ann`), or `kubemend`. */
    actor: z.string(),
    what: z.enum([
      'opened',
      'diagnosed',
      'planned',
      'asked',
      'denied',
      'approval',
      'intent',
      'sent',
      'acted',
      'void',
      'superseded',
      'verified',
      'undo',
      'ended',
      'pause',
      'resume',
      'start',
    ]),
    incidentId: z.string().optional(),
    actionId: z.string().optional(),
    subject: z.string().optional(),
    detail: z.record(z.string(), z.unknown()).readonly(),
  })
  .readonly();
export type AuditEntry = z.infer<typeof AuditEntry>;

/** One row of the chain: `hash` is over the entry, `seq` and `previous`. */
export const AuditRow = z.strictObject({ seq: z.number().int(), previous: z.string(), hash: z.string(), entry: AuditEntry }).readonly();
export type AuditRow = z.infer<typeof AuditRow>;

/** What a check of the chain found; `brokenAt` is the first row that does not fit. */
export type AuditCheck =
  | { readonly intact: true; readonly rows: number; readonly head: string; readonly sealedRows: number }
  | { readonly intact: false; readonly brokenAt: number; readonly why: string };
