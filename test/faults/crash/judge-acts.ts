import type { AuditRow } from '../../../src/core/model/audit.ts';
import type { Intent } from '../../../src/core/model/intent.ts';
import type { Store } from '../../../src/core/ports.ts';
import type { Act } from './crash-world.ts';

/** What a story did that it must never do; a sentence each. */
export interface Judgement {
  /** Effective writes for which no unspent intent was left, or more than the story asks for. */
  readonly duplicates: readonly string[];
  /** Effective writes for which no intent was durable when the API server took them. */
  readonly unrecorded: readonly string[];
  /** Intents that were acknowledged or written down, and are gone, or never came to an end. */
  readonly lost: readonly string[];
  /** What else is wrong: the chain of the audit rows. */
  readonly broken: readonly string[];
}

/** Judges by the API server's effective writes, each with the audit rows of its moment. `most`: how many acts the story has at the most. */
export async function judgeActs(
  acts: readonly Act[],
  store: Store,
  { acknowledged, most }: { readonly acknowledged: readonly string[]; readonly most: number },
): Promise<Judgement> {
  const chain = await store.verifyAudit();
  const written = (await store.audit({})).flatMap((row) => intentIdOf(row) ?? []);
  const ids = new Set([...acknowledged, ...written]);
  const intents = new Map(await Promise.all([...ids].map(async (id) => [id, await store.intent(id)] as const)));
  return {
    ...accounted(acts, intents, most),
    lost: [...intents].flatMap(([id, intent]) =>
      intent && intent.state !== 'open' ? [] : [`intent ${id} ${intent ? 'is open' : 'is gone'}`],
    ),
    broken: chain.intact ? [] : [`the audit chain is broken at row ${chain.brokenAt}: ${chain.why}`],
  };
}

function accounted(acts: readonly Act[], intents: ReadonlyMap<string, Intent | undefined>, most: number) {
  const spent = new Set<string>();
  const [duplicates, unrecorded]: [string[], string[]] = [[], []];
  for (const [index, act] of acts.entries()) {
    const { method, resource, subresource, name } = act.write;
    const what = `${method} ${resource}${subresource && `/${subresource}`} ${name}${act.stamp ? ` by ${act.stamp}` : ''}`;
    const known = sentBefore(act).filter((id) => fits(intents.get(id), act));
    const id = known.find((one) => !spent.has(one));
    if (known.length === 0) unrecorded.push(`${what}: no intent of it was durable`);
    else if (id === undefined) duplicates.push(`${what}: its intent had taken effect before`);
    if (id !== undefined) spent.add(id);
    if (index >= most) duplicates.push(`${what}: act ${index + 1} of a story of ${most}`);
  }
  return { duplicates, unrecorded };
}

/** The acts that were written down as intended and as sent when the API server took this one. */
function sentBefore({ rows }: Act): readonly string[] {
  const intended = new Set(rows.flatMap((row) => intentIdOf(row) ?? []));
  return rows.flatMap(({ entry: { what, actionId } }) =>
    what === 'sent' && actionId !== undefined && intended.has(actionId) ? [actionId] : [],
  );
}

function intentIdOf({ entry }: AuditRow): string | undefined {
  return entry.what === 'intent' ? entry.actionId : undefined;
}

/** The stamp says which one it is; an eviction leaves none, and there it is the pod. */
function fits(intent: Intent | undefined, { write, stamp }: Act): boolean {
  if (!intent) return false;
  if (stamp !== undefined) return stamp === intent.actionId;
  const { target, write: meant } = intent;
  return (
    (meant.verb === 'evict') === (write.subresource === 'eviction') && target.namespace === write.namespace && target.name === write.name
  );
}
