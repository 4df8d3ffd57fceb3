import type { Change, ObjectStore } from '../world.ts';

/** The last writes of the world, for watches that begin in the past. */
export interface History {
  /** The writes after this resourceVersion, in order; undefined when some of them are forgotten. */
  since(resourceVersion: number): readonly Change[] | undefined;
  /** The first resourceVersion from which a watch can begin. */
  oldest(): number;
  stop(): void;
}

/** Keeps the last `limit` writes. */
export function keepHistory(objects: ObjectStore, limit: number): History {
  let kept: Change[] = [];
  let forgotten = objects.resourceVersion();
  const stop = objects.onChange((change) => {
    kept.push(change);
    if (kept.length <= limit * 2) return;
    forgotten = kept[kept.length - limit - 1]?.resourceVersion ?? forgotten;
    kept = kept.slice(-limit);
  });
  return {
    since: (version) => (version < forgotten ? undefined : kept.filter((change) => change.resourceVersion > version)),
    oldest: () => forgotten,
    stop,
  };
}
