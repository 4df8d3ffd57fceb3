/** A queue with an end: many put in, one takes out. */
export interface BoundedQueue<Item> {
  /** False when there is no room: the item is not taken. */
  put(item: Item): boolean;
  readonly size: number;
  /** Gives the items in their order as they come, until the signal is aborted. One reader at a time. */
  read(signal: AbortSignal): AsyncIterable<Item>;
}

/** Makes a queue that holds at most `capacity` items. */
export function boundedQueue<Item>(capacity: number): BoundedQueue<Item> {
  let waiting: Item[] = [];
  let wake = () => {};

  async function* read(signal: AbortSignal): AsyncIterable<Item> {
    const stop = () => wake();
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        const batch = waiting;
        waiting = [];
        for (const item of batch) {
          if (signal.aborted) return;
          yield item;
        }
        if (waiting.length === 0 && !signal.aborted)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  return {
    put(item) {
      if (waiting.length >= capacity) return false;
      waiting.push(item);
      wake();
      return true;
    },
    get size() {
      return waiting.length;
    },
    read,
  };
}
