import { describe, expect, it } from 'vitest';
import { incidentsOf } from '../../test/diagnosis/answer-of.ts';
import { crashing, noImage } from '../../test/diagnosis/containers.ts';
import type { Scene } from '../../test/diagnosis/labelled-case.ts';
import { MINUTE, rolloutScene, type Shape, template } from '../../test/diagnosis/rollout-scene.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { type FakeReaderOptions, fakeReader } from '../../test/fakes/view.ts';
import { CoreError } from '../core/errors.ts';
import type { Facts } from '../core/plugins.ts';
import { viewOf } from '../core/view.ts';
import { hypothesisOf } from './clues/rule.ts';
import measured from './rules.measured.json' with { type: 'json' };
import { rules } from './rules.ts';

const cart: Shape = { kind: 'Deployment', name: 'cart', replicas: 3, container: 'app' };
const typo = rolloutScene(cart, { fresh: noImage('registry.test/shop/cart:2') });

interface Circumstances {
  readonly ages?: NonNullable<FakeReaderOptions['ages']>;
  readonly revisionsOf?: Facts['cluster']['revisions'];
}

async function diagnosed({ objects, events = [], revisions = {}, about: subject }: Scene, { ages = {}, revisionsOf }: Circumstances = {}) {
  const { about } = await incidentsOf({ objects, events, revisions, about: subject });
  if (!about) throw new Error('no incident was opened');
  const reader = fakeReader(objects, { events, revisions, ages });
  const view = viewOf(reader, NOON);
  return await rules.diagnose(about, { now: NOON, view, cluster: { ...reader, ...(revisionsOf && { revisions: revisionsOf }) } });
}

describe('the rules', () => {
  it('say what fails, what changed and when, by whom, and what served before', async () => {
    expect(await diagnosed(typo)).toEqual([
      {
        cause: 'bad-rollout',
        confidence: measured['rollout-did-not-complete'].right / measured['rollout-did-not-complete'].n,
        n: measured['rollout-did-not-complete'].n,
        because: [
          '1 of 1 pods of revision 2 fail: cart-7f-0 container app waits with ImagePullBackOff for image registry.test/shop/cart:2: the registry has no such image',
          'image of container app changed from registry.test/shop/cart:1 to registry.test/shop/cart:2 3 min ago',
          'kubectl-set wrote the template last',
          'revision 1 was there before: 2 of its pods serve without a restart since before the rollout',
        ],
      },
    ]);
  });

  it.each([
    [
      'say that the revision before was seen to stand until the rollout, though its pods are gone',
      5,
      ': it stood fully available for 40 min, until the change',
    ],
    ['say that nothing proves it where that was seen too long before', 20, ', and nothing proves that it served'],
  ])('%s', async (_what, minutesBefore, said) => {
    const scene = rolloutScene(cart, { fresh: crashing(), freshCount: 3, oldCount: 0 });
    const until = NOON - 3 * MINUTE - minutesBefore * MINUTE;
    const revisions = Object.fromEntries(
      Object.entries(scene.revisions ?? {}).map(([key, [old, ...rest]]) => [
        key,
        old ? [{ ...old, stoodHealthy: { since: until - 40 * MINUTE, until } }, ...rest] : rest,
      ]),
    );
    const [likeliest] = await diagnosed({ ...scene, revisions });
    expect(likeliest).toMatchObject({ cause: 'bad-rollout', because: expect.arrayContaining([`revision 1 was there before${said}`]) });
  });

  it('do not show values of the environment, which may be secret', async () => {
    const templates = [
      template('app', { env: [{ name: 'KEY', value: 'hunter1' }] }),
      template('app', { env: [{ name: 'KEY', value: 'hunter2' }] }),
    ] as const;
    const said = JSON.stringify(await diagnosed(rolloutScene(cart, { fresh: crashing(), templates })));
    expect(said).toContain('env[KEY].value of container app changed 3 min ago');
    expect(said).not.toContain('hunter');
  });

  it('name nothing while pods are not in fresh view', async () => {
    expect(await diagnosed(typo, { ages: { Pod: 10 * 60_000 } })).toEqual([]);
    expect(await diagnosed(typo, { ages: { Deployment: undefined } })).toEqual([]);
  });

  it('do not guess when the recorded revisions cannot be read', async () => {
    const revisionsOf = async () => {
      throw new CoreError('cluster-unreachable', 'no answer');
    };
    await expect(diagnosed(typo, { revisionsOf })).rejects.toMatchObject({ code: 'cluster-unreachable' });
  });

  it('do not blame a rollout whose templates are not recorded', async () => {
    const answers = await diagnosed(typo, { revisionsOf: async () => [] });
    expect(answers.map(({ cause }) => cause)).toEqual(['image-unavailable']);
  });
});

describe('a rule that was never measured', () => {
  it('has no confidence', () => {
    const rule = { id: 'brand-new', cause: 'unknown' as const, because: () => ['x'] };
    expect(hypothesisOf({ rule, because: ['x'] })).toEqual({ cause: 'unknown', confidence: 0, n: 0, because: ['x'] });
  });
});
