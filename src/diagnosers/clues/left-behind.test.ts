import { describe, expect, test } from 'vitest';
import { answersTo } from '../../../test/diagnosis/answer-of.ts';
import { crashing, noImage, waiting } from '../../../test/diagnosis/containers.ts';
import { goneBack } from '../../../test/diagnosis/gone-back.ts';
import { inShapes, type RolloutStory, shapes, template } from '../../../test/diagnosis/rollout-scene.ts';
import { rolloutDidNotComplete } from '../causes/rollout.ts';

const ordered = shapes.filter(({ kind }) => kind === 'StatefulSet');
const missing = { fresh: noImage('registry.test/shop/cart:2') };
const configuration = waiting('CreateContainerConfigError', 'secret "login" not found');
const asksFor = (name: string) => template('db', { env: [{ name: 'LOGIN', valueFrom: { secretKeyRef: { name, key: 'user' } } }] });
const blamed = (story: RolloutStory) => async () => {
  const [scene] = inShapes(story, ordered).map(goneBack);
  const [answer] = (scene && (await answersTo(scene, [rolloutDidNotComplete]))) ?? [];
  return answer?.because;
};

describe('a StatefulSet that went back', () => {
  test.each([
    ['a missing image', missing],
    ['crashes', { fresh: crashing() }],
    ['a Secret that only the abandoned template asks for', { fresh: configuration, templates: [template('db'), asksFor('login')] }],
  ] as const)('still suffers from its bad revision while a pod of it is left behind with %s', async (_what, story) => {
    const because = await blamed(story)();
    expect(because?.join('; ')).toMatch(/ledger-7f.* of revision ledger-7f .*; revision ledger-5d is wanted again/);
  });

  test.each([
    ['its pods are replaced in parallel', { ...missing, workload: { podManagementPolicy: 'Parallel' } }],
    ['its pods are replaced by hand', { ...missing, workload: { strategy: 'OnDelete' } }],
    ['no pod of the wanted revision serves', { ...missing, oldCount: 0 }],
    ['a pod of the wanted revision ails as well', { ...missing, old: crashing() }],
    ['the registry cannot be reached', { fresh: waiting('ErrImagePull', 'dial tcp 10.0.0.1:443: i/o timeout') }],
    ['the wanted template asks for the missing Secret too', { fresh: configuration, templates: [asksFor('login'), asksFor('login')] }],
    ['the two templates are the same', { ...missing, templates: [template('db'), template('db')] }],
  ] as const)('does not when %s', async (_why, story) => {
    expect(await blamed(story)()).toBeUndefined();
  });

  test('is not one that goes on to a new revision', async () => {
    const [scene] = inShapes({ old: crashing(), oldCount: 1, fresh: {}, healthyFresh: 1 }, ordered);
    expect(scene && (await answersTo(scene, [rolloutDidNotComplete]))).toEqual([]);
  });
});
