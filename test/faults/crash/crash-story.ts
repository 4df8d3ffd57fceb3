import { type CrashWorld, type StoryKind, startCrashWorld } from './crash-world.ts';
import { type DoomedLife, liveDoomed } from './doomed-life.ts';
import { type Judgement, judgeActs } from './judge-acts.ts';

/** How many effective writes a story has when all goes well, and at the most. */
const acts: Readonly<Record<StoryKind, number>> = { template: 1, eviction: 1, undo: 2 };

/** What is told: in a world of its own, drawn by the seed, and where the first process dies. */
export interface StoryWish {
  readonly kind: StoryKind;
  readonly seed: number;
  /** The name of the point; undefined: nobody dies. */
  readonly at: string | undefined;
  /** The careless order of the control. */
  readonly actsThenRecords?: boolean;
}

/** What came of a story. */
export interface Told extends Judgement {
  readonly wish: StoryWish;
  readonly variant: string;
  /** The point at which the first process died; undefined when its story did not come by there. */
  readonly diedAt: string | undefined;
  readonly acts: number;
  /** How the incident ended: `resolved: recovered`. */
  readonly end: string;
  /** The points that the last process passed. */
  readonly points: readonly string[];
  /** World ms from the leadership of the second process to the end of the intent that it found open. */
  readonly recoveredMs: number | undefined;
}

/** Tells one story: a process that dies at the point, a second one that lives, and the judgement over both. */
export async function tellStory(wish: StoryWish): Promise<Told> {
  const world = await startCrashWorld(wish.kind, wish.seed);
  try {
    const doom = { ...world.doom, actsThenRecords: wish.actsThenRecords ?? false };
    const first = await liveDoomed({ ...doom, ...(wish.at !== undefined && { at: wish.at }) }, world.env);
    const open = (await world.store.ledger(0)).find(({ state }) => state === 'open');
    const last = first.signal === 'SIGKILL' ? await liveDoomed(doom, world.env) : first;
    return {
      ...{ wish, variant: world.variant, diedAt: first.diedAt, points: last.lived?.points ?? [] },
      ...(await judged(wish.kind, world, last === first ? [first] : [first, last])),
      end: last.lived?.incidents.map(({ phase, reason }) => `${phase}: ${reason}`).join(' | ') || 'nothing ended',
      recoveredMs: await recoveryOf(open?.actionId, last, world),
    };
  } finally {
    await world.stop();
  }
}

async function judged(kind: StoryKind, { acts: actsOf, store }: CrashWorld, lives: readonly DoomedLife[]) {
  const done = await actsOf();
  const judgement = await judgeActs(done, store, { acknowledged: lives.flatMap((life) => life.acknowledged), most: acts[kind] });
  const failed = lives
    .filter(({ code, diedAt }) => code !== 0 && diedAt === undefined)
    .map(({ output }) => `a process failed: ${output.slice(-500)}`);
  return { ...judgement, broken: [...judgement.broken, ...failed], acts: done.length };
}

async function recoveryOf(actionId: string | undefined, { ledAt }: DoomedLife, { store }: CrashWorld): Promise<number | undefined> {
  const endedAt = actionId === undefined ? undefined : (await store.intent(actionId))?.endedAt;
  return endedAt === undefined || ledAt === undefined ? undefined : Math.max(0, endedAt - ledAt);
}

/** Whether a story broke a law of safety.md §1; what it says of the control is that it was caught. */
export function isUnlawful({ duplicates, unrecorded, lost, broken }: Judgement): boolean {
  return duplicates.length + unrecorded.length + lost.length + broken.length > 0;
}
