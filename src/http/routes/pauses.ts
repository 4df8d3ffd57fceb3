import { z } from 'zod';
import { placeOfScope } from '../../app/api/audit-page.ts';
import { type Authority, demand } from '../../app/api/authority.ts';
import { pause, resume } from '../../app/operator.ts';
import { CoreError } from '../../core/errors.ts';
import { Pause } from '../../core/model/pause.ts';
import type { Clock, Store } from '../../core/ports.ts';
import { apiRoute, nothing, type Route } from '../route.ts';

/** As the command line takes it; names by the rules of Kubernetes. */
const Scope = z
  .string()
  .regex(/^(cluster|namespace:[a-z0-9-]{1,63}|node:[a-z0-9.-]{1,253})$/, 'a scope is cluster, namespace:NAME or node:NAME');
/** For people to read, on one line. */
const Reason = z
  .string()
  .min(1)
  .max(500)
  .regex(/^\P{Cc}*$/u, 'a reason is one line without control characters');
/** The pauses in force. */
export const PauseList = z.strictObject({ pauses: z.array(Pause).readonly() });
/** A scope in which kubemend may act again. */
export const Resumed = z.strictObject({ resumed: Scope });

type Parts = { readonly store: Store; readonly clock: Clock };

/** The red button. */
export function pauseRoutes({ store, clock }: Parts): readonly Route[] {
  return [
    apiRoute({
      method: 'GET',
      url: '/api/v1/pauses',
      rule: { role: 'viewer', over: 'what is told' },
      summary: 'Lists the pauses in force: those of the namespaces that the caller may view, or all for a viewer of the cluster.',
      input: z.strictObject({ params: nothing, query: nothing, body: nothing }),
      answer: { description: 'The pauses.', schema: PauseList },
      handle: async (_input, authority) => ({ pauses: await visiblePauses(store, authority) }),
    }),
    apiRoute({
      method: 'POST',
      url: '/api/v1/pauses',
      rule: { role: 'approver', over: 'scope' },
      summary:
        'Presses the red button: nothing new is done in the scope. A namespace needs an approver of it, all else an admin of the cluster.',
      input: z.strictObject({
        params: nothing,
        query: nothing,
        body: z.strictObject({ scope: Scope, reason: Reason }),
      }),
      status: 201,
      answer: { description: 'The pause as it is stored.', schema: Pause },
      async handle({ body: { scope, reason } }, authority) {
        await demandScope(scope, authority);
        await pause(scope, reason, { store, clock, by: authority.name });
        return pauseOf(scope, store);
      },
    }),
    apiRoute({
      method: 'DELETE',
      url: '/api/v1/pauses/:scope',
      rule: { role: 'approver', over: 'scope' },
      summary: 'Releases the red button of a scope, by whoever could press it.',
      input: z.strictObject({ params: z.strictObject({ scope: Scope }), query: nothing, body: nothing }),
      answer: { description: 'The scope that is not paused any more.', schema: Resumed },
      async handle({ params: { scope } }, authority) {
        await demandScope(scope, authority);
        await resume(scope, { store, clock, by: authority.name });
        return { resumed: scope };
      },
    }),
  ];
}

/** A node has pods of many namespaces, so it counts as the cluster does. */
async function demandScope(scope: string, authority: Authority): Promise<void> {
  const place = placeOfScope(scope);
  await demand(authority, place === undefined ? 'admin' : 'approver', [place]);
}

async function visiblePauses(store: Store, authority: Authority): Promise<readonly Pause[]> {
  const visible: Pause[] = [];
  for (const one of await store.pauses()) if (await authority.has('viewer', [placeOfScope(one.scope)])) visible.push(one);
  return visible;
}

async function pauseOf(scope: string, store: Store): Promise<Pause> {
  const stored = (await store.pauses()).find((one) => one.scope === scope);
  if (!stored) throw new CoreError('conflict', `the pause of ${scope} was lifted by somebody else at the same moment`);
  return stored;
}
