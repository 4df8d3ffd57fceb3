/** The last values of each of many slots, kept sorted so that their middle is at hand. */
export interface SlidingWindows {
  /** Takes a value; the oldest one of a full window goes. */
  push(slot: number, value: number): void;
  /** How many values the window of a slot holds. */
  count(slot: number): number;
  /** The median; NaN while the window is empty. */
  median(slot: number): number;
  /** The median of the distances from `middle`; NaN while the window is empty. */
  spread(slot: number, middle: number): number;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** Exact medians over sliding windows: O(log width) to find a place and one short move of memory for each value. */
export function createSlidingWindows(slots: number, width: number): SlidingWindows {
  let arrivals = new Float64Array(slots * width);
  let sorted = new Float64Array(slots * width);
  let counts = new Uint16Array(slots);
  let next = new Uint16Array(slots);

  function at(index: number): number {
    return sorted[index] ?? Number.NaN;
  }

  /** The first place from `from` whose value is not below `value`. */
  function placeOf(value: number, from: number, to: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function drop(slot: number): number {
    const base = slot * width;
    const end = base + (counts[slot] ?? 0);
    const gone = placeOf(arrivals[base + (next[slot] ?? 0)] ?? 0, base, end);
    sorted.copyWithin(gone, gone + 1, end);
    return end - 1;
  }

  return {
    push(slot, value) {
      const base = slot * width;
      const count = counts[slot] ?? 0;
      const end = count === width ? drop(slot) : base + count;
      const place = placeOf(value, base, end);
      sorted.copyWithin(place + 1, place, end);
      sorted[place] = value;
      counts[slot] = end - base + 1;
      const turn = next[slot] ?? 0;
      arrivals[base + turn] = value;
      next[slot] = (turn + 1) % width;
    },
    count: (slot) => counts[slot] ?? 0,
    median(slot) {
      const base = slot * width;
      const count = counts[slot] ?? 0;
      if (count === 0) return Number.NaN;
      const upper = base + (count >> 1);
      return count % 2 === 1 ? at(upper) : (at(upper - 1) + at(upper)) / 2;
    },
    spread(slot, middle) {
      let low = slot * width;
      const count = counts[slot] ?? 0;
      let high = low + count - 1;
      // The farther end goes until half of them are left: the next farthest is the median distance.
      for (let left = count - 1 - (count >> 1); left > 0; left--) {
        if (middle - at(low) > at(high) - middle) low++;
        else high--;
      }
      return Math.max(middle - at(low), at(high) - middle);
    },
    forget(slot) {
      counts[slot] = 0;
      next[slot] = 0;
    },
    grow(wanted) {
      const wider = (old: Float64Array<ArrayBuffer>) => {
        const room = new Float64Array(wanted * width);
        room.set(old);
        return room;
      };
      arrivals = wider(arrivals);
      sorted = wider(sorted);
      const [oldCounts, oldNext] = [counts, next];
      counts = new Uint16Array(wanted);
      counts.set(oldCounts);
      next = new Uint16Array(wanted);
      next.set(oldNext);
    },
  };
}
