import type { Context } from '../../../src/core/context.ts';
import type { Incident } from '../../../src/core/model/incident.ts';
import type { Intent } from '../../../src/core/model/intent.ts';
import type { Change } from '../../../src/core/ports.ts';

/**
 * The careless order: an open intent, and whatever comes after it, is kept in memory until the write was made, and stored then. All else
 * is as it was. The judge of the crash tests must catch it.
 */
export function actThenRecord({ store, writer }: Pick<Context, 'store' | 'writer'>): Pick<Context, 'store' | 'writer'> {
  const unwritten: Change[] = [];
  const incidents = new Map<string, Incident>();
  const intents = new Map<string, Intent>();

  /** Keeps the rows; the incident counts on, so that the loop goes on with it. */
  function keep(change: Change): Incident | undefined {
    unwritten.push(change);
    if (change.intent) intents.set(change.intent.actionId, change.intent);
    if (!change.incident) return undefined;
    const counted = { ...change.incident, version: change.incident.version + 1 };
    incidents.set(counted.id, counted);
    return counted;
  }
  async function record(): Promise<void> {
    for (const change of unwritten.splice(0)) await store.commit(change);
    incidents.clear();
    intents.clear();
  }
  return {
    store: {
      ...store,
      incident: async (id) => incidents.get(id) ?? (await store.incident(id)),
      intent: async (actionId) => intents.get(actionId) ?? (await store.intent(actionId)),
      async incidents(filter) {
        return (await store.incidents(filter)).map((one) => incidents.get(one.id) ?? one);
      },
      async ledger(since) {
        return [...(await store.ledger(since)), ...intents.values()];
      },
      async commit(change) {
        if (change.intent ? change.intent.state === 'open' : unwritten.length > 0) return keep(change);
        await record();
        return store.commit(change);
      },
    },
    writer: {
      async write(...args) {
        const answer = await writer.write(...args);
        await record();
        return answer;
      },
    },
  };
}
