import { kinds } from '../../core/model/objects.ts';
import { type ResourceRef, resourceKey } from '../../core/model/resource.ts';
import type { SampleBlock, SeriesSubject } from '../../core/model/samples.ts';
import type { ClusterReader } from '../../core/ports.ts';

/** Ties samples to the objects that they are about. */
export interface UidResolver {
  /** The block with uids; samples about objects that are not in view, or about another object of the same name, are left out and counted. */
  resolve(block: SampleBlock, now: number): { readonly block: SampleBlock; readonly strangers: number };
}

/** The uids are read anew from the view after so long. */
const REFRESH_MS = 5_000;

/** Looks uids up in the cached view. A source that hands over the same subjects again gets the same answer again, at no cost. */
export function uidResolver(reader: Pick<ClusterReader, 'objects'>): UidResolver {
  let living: ReadonlyMap<string, Living> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  const known = new Map<string, Known>();

  function refresh(now: number): void {
    if (now - readAt < REFRESH_MS && now >= readAt) return;
    readAt = now;
    const fresh = new Map<string, Living>();
    for (const { subject, object } of reader.objects())
      if (subject.uid !== undefined) fresh.set(resourceKey(subject), { uid: subject.uid, createdAt: object.meta.createdAt });
    if (isSame(living, fresh)) return;
    living = fresh;
    for (const [name, one] of known) known.set(name, { ...one, isCurrent: false });
  }
  /** The objects that the subjects are about now; a sample from before an object's time is about its predecessor. */
  function lookUp(raw: readonly SeriesSubject[], at: number): Omit<Known, 'raw' | 'isCurrent'> {
    const subjects: SeriesSubject[] = [];
    const places: number[] = [];
    let newest = Number.NEGATIVE_INFINITY;
    for (const [place, subject] of raw.entries()) {
      const found = kinds.some((kind) => kind === subject.ref.kind) ? living.get(resourceKey(subject.ref)) : unbound;
      if (!found || (found.uid !== undefined && subject.ref.uid !== undefined && subject.ref.uid !== found.uid)) continue;
      newest = Math.max(newest, found.createdAt);
      if (found.createdAt > at) continue;
      subjects.push(withUid(subject, found.uid));
      places.push(place);
    }
    return { subjects, places, newest };
  }
  return {
    resolve(block, now) {
      refresh(now);
      const name = `${block.source} ${block.metric}`;
      const before = known.get(name);
      const isSameAgain = before?.isCurrent && block.at >= before.newest && hasSameSubjects(before.raw, block.subjects);
      const answer = isSameAgain ? before : { raw: block.subjects, ...lookUp(block.subjects, block.at) };
      if (!isSameAgain) known.set(name, { ...answer, isCurrent: block.at >= answer.newest });
      const { subjects, places } = answer;
      const values =
        places.length === block.values.length ? block.values : Float64Array.from(places, (place) => block.values[place] ?? Number.NaN);
      return { block: { ...block, subjects, values }, strangers: block.subjects.length - subjects.length };
    },
  };
}

/** What was answered last to one source about one metric: `places` says which of the raw subjects each answer is for. */
interface Known {
  readonly raw: readonly SeriesSubject[];
  readonly isCurrent: boolean;
  readonly subjects: readonly SeriesSubject[];
  readonly places: readonly number[];
  /** When the youngest of the objects was made: the answer is for samples from then on. */
  readonly newest: number;
}

interface Living {
  readonly uid: string | undefined;
  readonly createdAt: number;
}

/** What is no object of a kind that we watch keeps the name that its source gave it. */
const unbound: Living = { uid: undefined, createdAt: Number.NEGATIVE_INFINITY };

function withUid(subject: SeriesSubject, uid: string | undefined): SeriesSubject {
  return uid === undefined || subject.ref.uid === uid ? subject : { ...subject, ref: { ...subject.ref, uid } };
}

function isSame(a: ReadonlyMap<string, Living>, b: ReadonlyMap<string, Living>): boolean {
  return a.size === b.size && [...b].every(([key, { uid }]) => a.get(key)?.uid === uid);
}

/** Field by field: a source that parses an answer anew makes new objects that say the same. */
function hasSameSubjects(a: readonly SeriesSubject[], b: readonly SeriesSubject[]): boolean {
  return a === b || (a.length === b.length && a.every((one, index) => isSameSubject(one, b[index])));
}

function isSameSubject(a: SeriesSubject, b: SeriesSubject | undefined): boolean {
  return a === b || (b !== undefined && a.part === b.part && isSameRef(a.ref, b.ref));
}

function isSameRef(a: ResourceRef, b: ResourceRef): boolean {
  return a.name === b.name && a.namespace === b.namespace && a.kind === b.kind && a.uid === b.uid && a.cluster === b.cluster;
}
