import { z } from 'zod';
import { auditPage } from '../../app/api/audit-page.ts';
import { incidentFor } from '../../app/api/authority.ts';
import { AuditRow } from '../../core/model/audit.ts';
import type { Store } from '../../core/ports.ts';
import { apiRoute, IncidentId, nothing, type Route } from '../route.ts';

/** One page of audit rows, oldest first; `next` is the `after` of the page after it. */
export const AuditList = z.strictObject({ rows: z.array(AuditRow).readonly(), next: z.int().optional() });
/** What a check of the whole chain found. */
export const AuditVerification = z.discriminatedUnion('intact', [
  z.strictObject({ intact: z.literal(true), rows: z.int(), head: z.string(), sealedRows: z.int() }),
  z.strictObject({ intact: z.literal(false), brokenAt: z.int(), why: z.string() }),
]);

const Query = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  incident: IncidentId.shape.id.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

/** The audit chain: its rows, and whether it is whole. */
export function auditRoutes(store: Store): readonly Route[] {
  const check = sharedCheck(store);
  return [
    apiRoute({
      method: 'GET',
      url: '/api/v1/audit',
      rule: { role: 'viewer', over: 'what is told' },
      summary: 'Lists audit rows about what the caller may view, oldest first.',
      input: z.strictObject({ params: nothing, query: Query, body: nothing }),
      answer: { description: 'One page; `next` is there while there may be more.', schema: AuditList },
      async handle({ query }, authority) {
        if (query.incident !== undefined) await incidentFor(query.incident, { store, authority, role: 'viewer' });
        const { rows, readTo, isEnd } = await auditPage(query, { store, authority });
        return { rows, ...(!isEnd && { next: readTo }) };
      },
    }),
    apiRoute({
      method: 'GET',
      url: '/api/v1/audit/verification',
      rule: { role: 'viewer', over: 'cluster' },
      summary: 'Checks the whole audit chain now.',
      input: z.strictObject({ params: nothing, query: nothing, body: nothing }),
      answer: { description: 'Whether it is intact, and if not, from which row on.', schema: AuditVerification },
      handle: check,
    }),
  ];
}

/** Several who ask at once share one check: it reads the whole chain. */
function sharedCheck(store: Store): () => ReturnType<Store['verifyAudit']> {
  let running: ReturnType<Store['verifyAudit']> | undefined;
  return () => {
    running ??= store.verifyAudit().finally(() => {
      running = undefined;
    });
    return running;
  };
}
