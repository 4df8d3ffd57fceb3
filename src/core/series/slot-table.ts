import { type SeriesSubject, seriesKey } from '../model/samples.ts';

/** Which column belongs to which series. Slot numbers are small, stay while a series is heard of, and are used again. */
export interface SlotTable {
  /** How many series have a slot now. */
  readonly size: number;
  /** How many slots there is room for; grows by doubling. */
  readonly capacity: number;
  /**
   * The slot of each subject, new ones where there is room, else -1. The answer belongs to the table and holds until the next call. The
   * very same array as last time costs nothing, and the very same objects cost little: a source should keep them.
   */
  slotsOf(subjects: readonly SeriesSubject[]): Int32Array;
  subjectAt(slot: number): SeriesSubject | undefined;
  free(slot: number): void;
}

/** What a table asks and tells of its surroundings. */
export interface SlotTableParts {
  /** Whether one more series may be taken in. */
  mayAdd(): boolean;
  /** Called before a slot beyond the old capacity is given out. */
  grown(capacity: number): void;
}

const FIRST_CAPACITY = 16;

/** Makes an empty table. A subject of the same name with another uid is another series. */
export function slotTable({ mayAdd, grown }: SlotTableParts): SlotTable {
  const byIdentity = new Map<string, number>();
  const held: (SeriesSubject | undefined)[] = [];
  const vacant: number[] = [];
  let capacity = FIRST_CAPACITY;
  let last: { subjects: readonly SeriesSubject[]; slots: Int32Array; isWhole: boolean } = {
    subjects: [],
    slots: new Int32Array(),
    isWhole: true,
  };

  function add(identity: string, subject: SeriesSubject): number {
    if (!mayAdd()) return -1;
    const slot = vacant.pop() ?? held.length;
    if (slot >= capacity) {
      capacity *= 2;
      grown(capacity);
    }
    held[slot] = subject;
    byIdentity.set(identity, slot);
    return slot;
  }
  function look(subject: SeriesSubject): number {
    const identity = identityOf(subject);
    return byIdentity.get(identity) ?? add(identity, subject);
  }
  return {
    get size() {
      return byIdentity.size;
    },
    get capacity() {
      return capacity;
    },
    slotsOf(subjects) {
      if (subjects === last.subjects && last.isWhole) return last.slots;
      const slots = new Int32Array(subjects.length);
      let isWhole = true;
      for (const [index, subject] of subjects.entries()) {
        const known = subject === last.subjects[index] ? (last.slots[index] ?? -1) : -1;
        const slot = known >= 0 ? known : look(subject);
        slots[index] = slot;
        if (slot < 0) isWhole = false;
      }
      last = { subjects, slots, isWhole };
      return slots;
    },
    subjectAt: (slot) => held[slot],
    free(slot) {
      const subject = held[slot];
      if (!subject) return;
      byIdentity.delete(identityOf(subject));
      held[slot] = undefined;
      vacant.push(slot);
      last = { subjects: [], slots: new Int32Array(), isWhole: true };
    },
  };
}

function identityOf(subject: SeriesSubject): string {
  return `${seriesKey(subject)}@${subject.ref.uid ?? ''}`;
}
