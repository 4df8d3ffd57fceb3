import type { Tally } from '../tally.ts';
import type { MessageHead } from './message.ts';

/** Records whose template has not come yet. */
export interface WaitingSet {
  readonly domain: string;
  readonly id: number;
  readonly head: MessageHead;
  readonly body: DataView;
  readonly at: number;
}

/** Keeps sets for a short time, in bounded room, until their template comes. */
export interface WaitingSets {
  /** Takes a copy. */
  put(set: WaitingSet): void;
  /** Gives back, and forgets, what waited for this template. */
  take(domain: string, id: number, now: number): readonly WaitingSet[];
  /** Forgets what waited for too long. */
  expire(now: number): void;
  readonly count: number;
}

/** Makes an empty one. What is forgotten unread is counted as `no template`. */
export function createWaitingSets(
  { keepMs, mostBytes, mostSets }: { readonly keepMs: number; readonly mostBytes: number; readonly mostSets: number },
  tally: Tally,
): WaitingSets {
  let sets: WaitingSet[] = [];
  let bytes = 0;
  function keepOnly(isKept: (set: WaitingSet) => boolean): readonly WaitingSet[] {
    const gone = sets.filter((set) => !isKept(set));
    if (gone.length > 0) sets = sets.filter(isKept);
    bytes -= gone.reduce((sum, { body }) => sum + body.byteLength, 0);
    return gone;
  }
  function expire(now: number): void {
    const [oldest] = sets;
    if (oldest && now - oldest.at > keepMs) tally.add('no template', keepOnly((set) => now - set.at <= keepMs).length);
  }
  return {
    put(set) {
      if (bytes + set.body.byteLength > mostBytes || sets.length >= mostSets) {
        tally.add('no template');
        return;
      }
      const { buffer, byteOffset, byteLength } = set.body;
      sets.push({ ...set, body: new DataView(buffer.slice(byteOffset, byteOffset + byteLength)) });
      bytes += byteLength;
    },
    take(domain, id, now) {
      expire(now);
      return keepOnly((set) => set.domain !== domain || set.id !== id);
    },
    expire,
    get count() {
      return sets.length;
    },
  };
}
