import { afterEach, describe, expect, it } from 'vitest';
import { isEnded } from '../../src/core/model/incident.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { subjectOf } from '../../src/core/model/timeline.ts';
import type { Detector } from '../../src/core/plugins.ts';
import { compare } from '../../src/core/stages/verify.ts';
import { deployment } from '../fakes/objects.ts';
import { aWorld, sick, type World } from '../fakes/world.ts';

/** What happens at one second after the act. The act settles for 10 s, recovery must hold for 10 s, and after 60 s there is no more waiting. */
interface Change {
  readonly symptom?: 'gone' | 'there' | 'unreadable';
  /** Ready pods of three. */
  readonly ready?: number;
  /** Ready pods of the four of an untouched neighbour. */
  readonly peers?: number;
  readonly blind?: boolean;
  readonly limps?: boolean;
  readonly removed?: true;
}
type Story = readonly [name: string, expected: Outcome, script: Readonly<Record<number, Change>>, readyBefore?: number];

const gone: Change = { symptom: 'gone' };
const there: Change = { symptom: 'there' };
const unreadable: Change = { symptom: 'unreadable' };

const stories: readonly Story[] = [
  ['is cured at once', 'recovered', { 0: gone }],
  ['is cured within the settle time', 'recovered', { 8: gone }],
  ['is cured after 15 s', 'recovered', { 15: gone }],
  ['is cured after 25 s', 'recovered', { 25: gone }],
  ['is cured after 45 s, just in time to hold', 'recovered', { 45: gone }],
  ['rolls through one pod less and comes back whole', 'recovered', { 0: { symptom: 'gone', ready: 2 }, 20: { ready: 3 } }],
  ['rolls through no pod at all and comes back whole', 'recovered', { 0: { symptom: 'gone', ready: 0 }, 30: { ready: 3 } }],
  ['had one pod of three, and has all again', 'recovered', { 12: { symptom: 'gone', ready: 3 } }, 1],
  ['had no pod, and has all again', 'recovered', { 20: { symptom: 'gone', ready: 3 } }, 0],
  ['is cured while we are blind, and seen well afterwards', 'recovered', { 0: { symptom: 'gone', blind: true }, 25: { blind: false } }],
  ['cannot be read for a while and is well then', 'recovered', { 0: unreadable, 30: gone }],
  ['relapses once, within the settle time, and is well then', 'recovered', { 0: gone, 4: there, 9: gone }],
  ['relapses once, and is well then', 'recovered', { 0: gone, 15: there, 25: gone }],
  ['is well while its neighbours fall', 'recovered', { 0: gone, 5: { peers: 0 } }],
  ['limps for a moment and is well', 'recovered', { 0: { symptom: 'gone', limps: true }, 20: { limps: false } }],
  ['does not change at all', 'unchanged', {}],
  ['does not change, whatever its neighbours do', 'unchanged', { 5: { peers: 0 } }],
  ['has its counter stay high although all pods are ready', 'unchanged', { 0: { symptom: 'there', ready: 3 } }, 1],
  ['gets one pod more and stays sick', 'unchanged', { 5: { ready: 2 } }, 1],
  ['is cured for 5 s and relapses for good', 'unchanged', { 12: gone, 17: there }],
  ['is cured for 9 s and relapses for good', 'unchanged', { 12: gone, 21: there }],
  ['flaps to the end', 'unchanged', { 10: gone, 15: there, 20: gone, 25: there, 30: gone, 35: there, 40: gone, 45: there }],
  ['is cured too late to hold, and relapses', 'unchanged', { 52: gone, 57: there }],
  ['cannot be read for a while and is as sick as before', 'unchanged', { 5: unreadable, 40: there }],
  ['is seen sick again after we were blind', 'unchanged', { 0: { blind: true }, 40: { blind: false } }],
  ['loses all pods', 'worse', { 3: { ready: 0 } }],
  ['loses one pod and stays sick', 'worse', { 3: { ready: 2 } }],
  ['loses a pod late', 'worse', { 40: { ready: 2 } }],
  ['loses its symptom and two pods for good', 'worse', { 0: { symptom: 'gone', ready: 1 } }],
  ['loses its symptom and one pod before recovery has held', 'worse', { 0: gone, 15: { ready: 2 } }],
  ['changes one trouble for another', 'worse', { 5: { symptom: 'gone', limps: true } }],
  ['loses the last pod that it had', 'worse', { 5: { ready: 0 } }, 1],
  ['loses pods and a few peers do, too few for a common cause', 'worse', { 5: { ready: 1, peers: 4 } }],
  ['goes unreadable to the end', 'inconclusive', { 0: unreadable }],
  ['goes unreadable after it looked well', 'inconclusive', { 0: gone, 15: unreadable }],
  ['leaves us blind to the end', 'inconclusive', { 0: { symptom: 'gone', blind: true } }],
  ['leaves us blind after it looked well', 'inconclusive', { 0: gone, 16: { blind: true } }],
  ['falls together with its neighbours', 'inconclusive', { 5: { ready: 1, peers: 0 } }],
  ['loses its symptom and gets no further than two of three pods', 'inconclusive', { 5: gone }, 2],
  ['loses its symptom and never gets a pod', 'inconclusive', { 5: gone }, 0],
  ['is removed by somebody', 'inconclusive', { 5: { removed: true } }],
  ['is cured at the last moment, and stays so', 'recovered', { 56: gone }],
];

const limping: Detector = {
  name: 'limping',
  watches: ['Deployment'],
  needs: [],
  detect: (timeline) =>
    subjectOf(timeline)?.meta.annotations.limps
      ? { is: 'firing', summary: 'it limps', score: 0.5, evidence: timeline.signals.map(({ id }) => id) }
      : { is: 'quiet' },
};

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((one) => one.close()));
});

function apply(one: World, { symptom, ready, peers, blind, limps, removed }: Change): void {
  if (symptom !== undefined) one.setSick({ gone: undefined, there: 'yes' as const, unreadable: 'unsure' as const }[symptom]);
  if (ready !== undefined) one.setReady(ready);
  if (peers !== undefined) one.cluster.put(deployment('pay', { replicas: 4, readyReplicas: peers }));
  if (blind !== undefined) one.cluster.setAge('Pod', blind ? undefined : 0);
  if (limps !== undefined) one.annotate({ limps: limps ? 'yes' : undefined });
  if (removed) one.cluster.remove(one.cart);
}

/** Plays the story from the act on, second by second, and gives the outcome that was written into the audit chain. */
async function play([, , script, readyBefore = 3]: Story): Promise<unknown> {
  const one = aWorld({ detectors: [sick, limping] });
  worlds.push(one);
  apply(one, { ready: readyBefore, peers: 4 });
  let actedAt: number | undefined;
  one.cluster.onWrite(() => {
    actedAt ??= one.clock.now();
  });
  const played = new Set<string>();
  for (let second = 0; second < 150; second += 1) {
    for (const [at, change] of Object.entries(script)) {
      if (actedAt !== undefined && !played.has(at) && one.clock.now() - actedAt >= Number(at) * 1000) {
        played.add(at);
        apply(one, change);
      }
    }
    await one.live(1_000).catch(() => undefined);
    const [incident] = await one.context.store.incidents({ since: 0 });
    if (incident && isEnded(incident)) break;
  }
  const verified = (await one.context.store.audit({})).find(({ entry }) => entry.what === 'verified');
  return verified?.entry.detail.outcome;
}

describe('an act whose subject', () => {
  for (const story of stories) {
    const [name, expected] = story;
    it(`${name} counts as ${expected}`, async () => expect(await play(story)).toBe(expected));
  }
});

it('has at least forty stories, of all four outcomes', () => {
  expect(stories.length).toBeGreaterThanOrEqual(40);
  expect(new Set(stories.map(([, expected]) => expected)).size).toBe(4);
});

it('would be caught if it took missing data for good news', () => {
  const careless = (...[before, after, isLast]: Parameters<typeof compare>) =>
    compare(before, { ...after, unknown: [], readyPods: after.readyPods ?? 3 }, isLast);
  const before = { at: 0, firing: ['sick'], wantedPods: 3, readyPods: 3 };
  const blind = { at: 1, firing: [], wantedPods: 3, unknown: ['we are blind'] };
  expect(compare(before, blind, true)).toMatchObject({ is: 'inconclusive' });
  expect(careless(before, blind, true)).toMatchObject({ is: 'wait', quiet: true });
});
