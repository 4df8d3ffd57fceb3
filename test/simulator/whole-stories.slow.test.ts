/** Whole stories: a drawn fault among forty healthy workloads on nine nodes of three zones, and kubemend in mode auto. */
import { describe, it } from 'vitest';
import { answerIncident } from '../../src/app/operator.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import { badImage } from '../../src/simulator/cluster/faults/bad-image.ts';
import { badMedicine } from '../../src/simulator/cluster/faults/bad-medicine.ts';
import { badRelease } from '../../src/simulator/cluster/faults/bad-release.ts';
import type { DrawnFault, FaultScript } from '../../src/simulator/cluster/faults/fault-script.ts';
import { hang } from '../../src/simulator/cluster/faults/hang.ts';
import { lookAlikes } from '../../src/simulator/cluster/faults/index.ts';
import { leak } from '../../src/simulator/cluster/faults/leak.ts';
import { lowLimit } from '../../src/simulator/cluster/faults/low-limit.ts';
import { nodeDown } from '../../src/simulator/cluster/faults/node-down.ts';
import { zoneDown } from '../../src/simulator/cluster/faults/zone-down.ts';
import { play } from './play.ts';

const MINUTES = { timeout: 180_000 };

/** What is done about a fault in the end, whatever the variant; the attempts that may come before it. */
const remedies: readonly (readonly [FaultScript, readonly (readonly string[])[]])[] = [
  [badImage, [['rollback-rollout recovered'], ['rollback-rollout unchanged', 'evict-pod recovered']]],
  [badRelease, [['rollback-rollout recovered']]],
  [hang, [['evict-pod recovered']]],
  [lowLimit, [['rollback-rollout recovered']]],
];

describe.concurrent.each(remedies.map(([script, attempts]) => ({ name: script.name, script, attempts })))(
  'the fault $name',
  ({ script, attempts }) => {
    it.for([1, 2])('is mended unasked: variant %i', MINUTES, async (seed, { expect, onTestFinished }) => {
      const story = await play(script, seed);
      onTestFinished(() => story.live.stop());
      const ended = await story.ended();
      expect(ended).toMatchObject([{ subject: { name: story.drawn.subject.name }, phase: 'resolved', reason: 'recovered' }]);
      const taken = ended.flatMap((incident) => incident.attempts.map(({ action, outcome }) => `${action} ${outcome}`));
      expect(attempts).toContainEqual(taken);
      expect(story.acts()).toHaveLength(taken.length);
    });
  },
);

describe.concurrent('a leak', () => {
  it.for([1, 2])(
    'is given more memory once, which is taken back as it does not help: variant %i',
    MINUTES,
    async (seed, { expect, onTestFinished }) => {
      const story = await play(leak, seed);
      onTestFinished(() => story.live.stop());
      expect(await story.ended()).toMatchObject([
        { phase: 'escalated', attempts: [{ action: 'adjust-resources', outcome: 'worse', undone: true }] },
      ]);
      const [raised, restored, ...more] = story.acts();
      expect(raised).toMatch(/^PATCH pods\/resize /);
      expect([restored, more]).toEqual([raised, []]);
    },
  );
});

describe.concurrent('a hung pod that is the only one of its workload', () => {
  it.for([1])('is left to a person: variant %i', MINUTES, async (seed, { expect, onTestFinished }) => {
    const alone: FaultScript = { ...hang, draw: (random, namespace) => withOnePod(hang.draw(random, namespace)) };
    const story = await play(alone, seed);
    onTestFinished(() => story.live.stop());
    const isLeft = ({ phase }: Incident) => phase === 'asked' || phase === 'escalated';
    const left = await story.live.until('answer', async () => (await story.live.incidents(story.app)).find(isLeft));
    expect(left).toMatchObject({ subject: { name: story.drawn.subject.name }, attempts: [] });
    expect(story.acts()).toEqual([]);
  });
});

function withOnePod(drawn: DrawnFault): DrawnFault {
  const setting = drawn.setting.map(({ resource, object }) => ({ resource, object: { ...object, spec: { ...object.spec, replicas: 1 } } }));
  return { ...drawn, setting };
}

/** All at once, side by side. */
const healthy: FaultScript = {
  name: 'look-alikes',
  draw(random, namespace) {
    const [first, ...others] = lookAlikes.map((script) => script.draw(random, namespace));
    if (!first) throw new Error('there are no look-alikes');
    const all = [first, ...others];
    return {
      subject: first.subject,
      setting: all.flatMap(({ setting }) => setting),
      variant: all.map(({ variant }) => variant).join('; '),
      prepare: (cluster) => all.forEach((drawn) => void drawn.prepare(cluster)),
      inject: (cluster) => all.forEach((drawn) => void drawn.inject(cluster)),
    };
  },
};

describe.concurrent('what only looks like a fault', () => {
  it.for([1, 2, 3])('sees no act and no question: variant %i', MINUTES, async (seed, { expect, onTestFinished }) => {
    const story = await play(healthy, seed);
    onTestFinished(() => story.live.stop());
    await story.live.pass(240);
    expect((await story.live.incidents(story.app)).map(({ phase, findings }) => [phase, findings])).toEqual([]);
    expect(story.acts()).toEqual([]);
  });
});

describe.concurrent('a remedy that makes it worse', () => {
  it.for([1, 2, 3])('is undone to the byte, and a person is told: variant %i', MINUTES, async (seed, { expect, onTestFinished }) => {
    const story = await play(badMedicine, seed);
    onTestFinished(() => story.live.stop());
    const ended = await story.ended();
    expect(ended).toMatchObject([
      {
        phase: 'escalated',
        reason: expect.stringMatching(/^undone: /),
        attempts: [{ action: 'rollback-rollout', outcome: 'worse', undone: true }],
      },
    ]);
    const change = `PATCH statefulsets.apps ${story.drawn.subject.name}`;
    expect(story.acts()).toEqual([change, change]);
    expect(JSON.stringify(story.subjectNow()?.spec)).toBe(JSON.stringify(story.subjectThen?.spec));
  });
});

describe.concurrent('a zone that goes down', () => {
  it.for([1, 2])('makes kubemend propose, and its guards refuse: variant %i', MINUTES, async (seed, { expect, onTestFinished }) => {
    const story = await play(zoneDown, seed);
    onTestFinished(() => story.live.stop());
    const ended = await story.ended(120);
    expect(ended).toHaveLength(3);
    for (const incident of ended) {
      expect(incident).toMatchObject({
        subject: { kind: 'Node' },
        phase: 'escalated',
        hypotheses: [{ cause: 'node-failure' }],
        attempts: [],
      });
      expect(await story.objections(incident)).toEqual([expect.stringContaining('storm-brake: all 3 nodes of zone-')]);
    }
    expect(story.acts()).toEqual([]);
  });
});

describe.concurrent('a single node that goes down', () => {
  it.for([1, 3])(
    'is asked about pod by pod, judged by who needs the pods, and forgotten when it is back: variant %i',
    MINUTES,
    async (seed, { expect, onTestFinished }) => {
      const story = await play(nodeDown, seed);
      const { live, app } = story;
      onTestFinished(() => live.stop());
      const asked = (attempts: number) =>
        live.until('question', async () =>
          (await live.incidents(app)).find((one) => one.phase === 'asked' && one.attempts.length === attempts),
        );
      const first = await asked(0);
      expect(first).toMatchObject({
        subject: { kind: 'Node' },
        plan: { action: 'evict-from-node', unproven: expect.stringContaining('only cut off') },
      });
      expect(story.acts()).toEqual([]);
      await answerIncident(first, 'approved', { ...app.context, by: 'user:ann' });
      const second = await asked(1);
      expect(second.attempts).toMatchObject([{ action: 'evict-from-node', outcome: 'recovered' }]);
      expect(second.plan?.target.name).not.toBe(first.plan?.target.name);
      expect(story.acts()).toEqual([`POST pods/eviction ${first.plan?.target.name}`]);
      live.cluster.raiseNode(second.subject.name);
      expect(await story.ended()).toMatchObject([{ phase: 'resolved', reason: 'self-recovered' }]);
      expect(story.acts()).toHaveLength(1);
    },
  );
});
