/** A map with room for so many entries: the one that was used least recently goes first. */
export interface RecentMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  entries(): IterableIterator<[string, Value]>;
  readonly size: number;
}

/** Makes an empty one; `onLost` is told of each entry that had to go. */
export function createRecentMap<Value>(most: number, onLost: () => void): RecentMap<Value> {
  const map = new Map<string, Value>();
  return {
    get(key) {
      const value = map.get(key);
      if (value === undefined) return undefined;
      map.delete(key);
      map.set(key, value);
      return value;
    },
    set(key, value) {
      map.delete(key);
      map.set(key, value);
      const [oldest] = map.keys();
      if (map.size <= most || oldest === undefined) return;
      map.delete(oldest);
      onLost();
    },
    delete: (key) => void map.delete(key),
    entries: () => map.entries(),
    get size() {
      return map.size;
    },
  };
}
