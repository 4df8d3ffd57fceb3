import type { Clock, Store } from '../../core/ports.ts';
import { answerPlan } from '../operator.ts';
import type { PlacedFault } from './demo-cluster.ts';
import { isAbout } from './fault-watch.ts';

/** How long the person reads a question, in the cluster's time. */
const READS_MS = 3_000;

/** Plays the person on call for these faults: says yes to every question about them that has stood for three seconds. */
export async function answerQuestions(
  faults: readonly PlacedFault[],
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<void> {
  for (const incident of await store.incidents({ open: true })) {
    const { id, phase, phaseAt, plan } = incident;
    const isDue = phase === 'asked' && plan !== undefined && clock.now() - phaseAt >= READS_MS;
    if (!isDue || !faults.some((fault) => isAbout(fault, incident)) || (await store.approval(plan.hash))) continue;
    await answerPlan(id, 'approved', { store, clock, by: 'user:on-call' });
  }
}
