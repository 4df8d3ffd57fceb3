import { describe, expect, it } from 'vitest';
import type { Json } from '../../core/model/write.ts';
import { changeWords, mentions, templateChanges } from './template-changes.ts';

function app(fields: { readonly [key: string]: Json }): Json {
  return { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image: 'cart:1', ...fields }] } };
}

describe('the changes of a template', () => {
  it('are none for a mere restart, which only annotates', () => {
    const restarted = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2027' } }, spec: { containers: [] } };
    expect(templateChanges({ spec: { containers: [] } }, restarted)).toEqual([]);
  });

  it('name list entries by their name, so that a new sidecar is not a change of all', () => {
    const before = { spec: { containers: [{ name: 'app', image: 'a' }] } };
    const after = {
      spec: {
        containers: [
          { name: 'mesh', image: 'm' },
          { name: 'app', image: 'a' },
        ],
      },
    };
    expect(templateChanges(before, after).map(({ path }) => path)).toEqual(['spec.containers[mesh].name', 'spec.containers[mesh].image']);
  });

  it.each([
    [{ image: 'cart:2' }, 'image of container app changed from cart:1 to cart:2'],
    [{ resources: { limits: { memory: '48Mi' } } }, 'resources.limits.memory of container app was added'],
    [{ command: ['run', '--token=abc'] }, 'command[0] of container app was added'],
  ])('read as a person says them: %j', (fields, words) => {
    expect(changeWords(templateChanges(app({}), app(fields))[0] ?? { path: '', before: '', after: '' })).toBe(words);
  });

  it('show the values of images and resources only', () => {
    const change = { path: 'spec.containers[app].args[0]', before: '--password=a', after: '--password=b' };
    expect(changeWords(change)).toBe('args[0] of container app changed');
  });
});

describe('a template', () => {
  it('mentions what it asks for by name, all of it', () => {
    const template = app({ envFrom: [{ configMapRef: { name: 'settings' } }] });
    expect(mentions(template, ['settings'])).toBe(true);
    expect(mentions(template, ['settings', 'key'])).toBe(false);
    expect(mentions(template, ['setting'])).toBe(false);
  });
});
