import { type StoryWish, type Told, tellStory } from './crash-story.ts';
import { type StoryKind, storyKinds } from './crash-world.ts';

/** A point of one kind of story at which a process can be killed. */
export interface CrashPoint {
  readonly kind: StoryKind;
  readonly at: string;
}

/** From where on a kind of story has points that the story before it does not have: what comes first is decided in the same way. */
const beginsAt: Readonly<Record<StoryKind, string>> = {
  template: '',
  eviction: 'before Store.commit(acting',
  undo: 'before Store.commit(undoing',
};

/** All points, as undisturbed stories pass them. Throws when one of these does not come to its end. */
export async function crashPoints(seed: number): Promise<readonly CrashPoint[]> {
  const told = await Promise.all(storyKinds.map((kind) => tellStory({ kind, seed, at: undefined })));
  return told.flatMap(({ wish: { kind }, points, end }) => {
    const first = points.findIndex((point) => point.startsWith(beginsAt[kind]));
    if (first < 0)
      throw new Error(`the story of kind ${kind} and seed ${seed} never comes to '${beginsAt[kind]}' (${end}): ${points.join(', ')}`);
    return points.slice(first).map((at) => ({ kind, at }));
  });
}

/** Tells all stories, so many at a time, and hands over each as it ends; begins no further one once the limit is aborted. */
export async function tellAll(
  wishes: readonly StoryWish[],
  { jobs, limit }: { readonly jobs: number; readonly limit?: AbortSignal },
  heard: (told: Told) => void,
): Promise<void> {
  const waiting = wishes.values();
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (const wish of waiting) {
        if (limit?.aborted) return;
        heard(await tellStory(wish));
      }
    }),
  );
}
