import type { KubeObject } from '../../core/model/objects.ts';
import type { ResourceRef } from '../../core/model/resource.ts';
import type { ClusterReader } from '../../core/ports.ts';

/** Whose an address is. */
export interface AddressBook {
  /**
   * The pod, service or node that has had the address since `from` (epoch milliseconds) or longer. Undefined when nobody has it, several
   * have it, or its owner is younger than that: then the one before may be meant.
   */
  ownerOf(address: string, from: number, now: number): ResourceRef | undefined;
}

/** The addresses are read anew from the view after so long. */
const REFRESH_MS = 5_000;

/** Looks addresses up in the cached view, and only when it is asked. */
export function addressBook(reader: Pick<ClusterReader, 'objects'>): AddressBook {
  let owners: ReadonlyMap<string, readonly { readonly address: string; readonly object: KubeObject }[]> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;

  function refresh(now: number): void {
    if (now - readAt < REFRESH_MS && now >= readAt) return;
    readAt = now;
    const all = [...reader.objects()].flatMap(({ object }) => addressesOf(object).map((address) => ({ address, object })));
    owners = Map.groupBy(all, ({ address }) => address);
  }
  return {
    ownerOf(address, from, now) {
      refresh(now);
      const [owner, another] = owners.get(address) ?? [];
      return owner && !another && owner.object.meta.createdAt <= from ? owner.object.meta.ref : undefined;
    },
  };
}

/** A pod that has ended gave its address back, though its status still names it. */
function addressesOf(object: KubeObject): readonly string[] {
  if (object.kind === 'Pod') return object.phase === 'Succeeded' || object.phase === 'Failed' ? [] : (object.addresses ?? []);
  return object.kind === 'Service' || object.kind === 'Node' ? (object.addresses ?? []) : [];
}
