import { z } from 'zod';
import { Cause } from './diagnosis.ts';
import { Evidence } from './finding.ts';
import { ResourceRef } from './resource.ts';
import { ClusterWrite } from './write.ts';

/**
 * The durable row that is written before an act, and the ledger of acts afterwards. `state` is `open` until the write is known to
 * have taken effect (`applied`), to have been refused or never sent (`void`), or cannot be told from somebody else's (`superseded`).
 */
export const Intent = z
  .strictObject({
    /** Also stamped on the object as `kubemend.dev/action-id`. */
    actionId: z.string(),
    kind: z.enum(['act', 'undo']),
    incidentId: z.string(),
    action: z.string(),
    planHash: z.string(),
    treats: Cause,
    write: ClusterWrite,
    /** What puts it back, taken from the object before the act; undefined when the act is irreversible. */
    undo: ClusterWrite.optional(),
    target: ResourceRef,
    owner: ResourceRef,
    node: z.string().optional(),
    resourceVersion: z.string(),
    specSeen: z.string(),
    epoch: z.number().int(),
    evidence: z.array(Evidence).readonly(),
    approvedBy: z.string().optional(),
    at: z.number(),
    deadline: z.number(),
    /** How often the write has been sent, and how many of these sends in a row got no answer; both are raised durably before a send. */
    sends: z.number().int(),
    unanswered: z.number().int(),
    lastSentAt: z.number().optional(),
    state: z.enum(['open', 'applied', 'void', 'superseded']),
    endedAt: z.number().optional(),
    /** The spec as it stood right after our write; an undo compares with it. */
    specAfter: z.string().optional(),
    note: z.string().optional(),
  })
  .readonly();
export type Intent = z.infer<typeof Intent>;
