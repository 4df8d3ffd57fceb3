/** The largest few of the numbers that it was told. */
export interface LargestFew {
  add(value: number): void;
  /** The mean of the largest ones, of as many as there are; NaN when there are none. Then it is empty. */
  take(): number;
}

/** Keeps the `most` largest numbers, not below 0, of which there are few. */
export function createLargestFew(most: number): LargestFew {
  const kept = new Float64Array(most);
  let count = 0;
  return {
    add(value) {
      let place = count < most ? count++ : most;
      while (place > 0 && (kept[place - 1] ?? 0) < value) {
        if (place < most) kept[place] = kept[place - 1] ?? 0;
        place--;
      }
      if (place < most) kept[place] = value;
    },
    take() {
      let sum = 0;
      for (let place = 0; place < count; place++) sum += kept[place] ?? 0;
      const mean = sum / count;
      count = 0;
      return mean;
    },
  };
}
