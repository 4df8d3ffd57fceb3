/** A queue with an end: many put in, one takes out. */
export interface BoundedQueue<Item> {
  /** Whether whoever comes now should be sent away. */
  isFull(): boolean;
  /** False when there is no room: the item is not taken. */
  put(item: Item): boolean;
  /** Takes the item however full it is: a part of what was let in before. */
  push(item: Item): void;
  /** Gives the items in their order as they come, until the signal is aborted, and then forgets what is left. One reader at a time. */
  read(signal: AbortSignal): AsyncGenerator<Item, void, undefined>;
}

/** Makes a queue that is full when what it holds, and has not yet given, weighs `capacity`; an item weighs 1 unless said. */
export function boundedQueue<Item>(capacity: number, weightOf: (item: Item) => number = () => 1): BoundedQueue<Item> {
  let waiting: Item[] = [];
  let weight = 0;
  let wake = () => {};
  const isFull = () => weight >= capacity;

  function push(item: Item): void {
    waiting.push(item);
    weight += weightOf(item);
    wake();
  }
  async function* read(signal: AbortSignal): AsyncGenerator<Item, void, undefined> {
    const stop = () => wake();
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        const batch = waiting;
        waiting = [];
        for (const item of batch) {
          if (signal.aborted) return;
          weight -= weightOf(item);
          yield item;
        }
        if (waiting.length === 0 && !signal.aborted)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      signal.removeEventListener('abort', stop);
      waiting = [];
      weight = 0;
    }
  }

  return {
    isFull,
    push,
    put(item) {
      if (isFull()) return false;
      push(item);
      return true;
    },
    read,
  };
}
