import { describe, expect, it } from 'vitest';
import { LONG_AGO, manager, NOON } from '../../../test/fakes/object-meta.ts';
import { deployment, job, pod } from '../../../test/fakes/objects.ts';
import type { Intent } from '../model/intent.ts';
import type { KubeObject } from '../model/objects.ts';
import type { ClusterWrite } from '../model/write.ts';
import type { LiveObject } from '../ports.ts';
import { differences, driftOf, effectOf, inverseOf } from './effect.ts';

const cart = deployment('cart');
const sick = pod('cart-1');
const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image: 'good' }] } };
const small = { requests: { memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } };
const large = { requests: { memory: '64Mi' }, limits: { cpu: '1', memory: '228Mi' } };

const evict: ClusterWrite = { verb: 'evict', target: sick.meta.ref };
const replace: ClusterWrite = { verb: 'replace-template', target: cart.meta.ref, template };
const scale: ClusterWrite = { verb: 'scale', target: cart.meta.ref, replicas: 5 };
const resize: ClusterWrite = { verb: 'resize', target: sick.meta.ref, containers: [{ name: 'app', ...large }] };

function intentFor(write: ClusterWrite, options: Partial<Intent> = {}): Intent {
  const refs = { target: write.target, owner: cart.meta.ref };
  const seen = { resourceVersion: '1', specSeen: 'generation:1', epoch: 1, evidence: [] };
  const sent = { at: NOON, deadline: NOON + 60_000, sends: 1, unanswered: 1, state: 'open' as const };
  return {
    actionId: 'act-1',
    kind: 'act',
    incidentId: 'i',
    action: 'test',
    planHash: 'h',
    treats: 'bad-rollout',
    write,
    ...refs,
    ...seen,
    ...sent,
    ...options,
  };
}
const live = (object: KubeObject, parts: Partial<LiveObject> = {}): LiveObject => ({ object, specSeen: 'generation:1', ...parts });
const ours = (subresource: string) => ({ managers: [manager('kubemend', { subresource, at: LONG_AGO })] });
const stamped = (actionId: string) => deployment('cart', { annotations: { 'kubemend.dev/action-id': actionId } });
const scaled = deployment('cart', { replicas: 5, ...ours('scale') });
const autoscaled = deployment('cart', { replicas: 5, managers: [manager('kube-controller-manager', { subresource: 'scale' })] });
const resized = pod('cart-1', ours('resize'));

describe('the effect of a sent write', () => {
  it.each<[string, ClusterWrite, LiveObject | undefined]>([
    ['the evicted pod is gone', evict, undefined],
    ['the evicted pod is leaving', evict, live(pod('cart-1', { deletedAt: NOON }))],
    ['the template carries our stamp', replace, live(stamped('act-1'), { specSeen: 'generation:2' })],
    ['the count is ours, and written by us', scale, live(scaled, { specSeen: 'generation:2' })],
    [
      'the resources are ours, and written by us',
      resize,
      live(resized, { specSeen: 'generation:2', resources: { app: large, log: small } }),
    ],
    [
      'the resources are ours, in another order',
      resize,
      live(resized, { resources: { app: { limits: { memory: '228Mi', cpu: '1' }, requests: { memory: '64Mi' } } } }),
    ],
  ])('is there when %s', (_when, write, now) => {
    expect(effectOf(intentFor(write), now)).toBe('applied');
  });

  it.each<[string, ClusterWrite, LiveObject]>([
    ['the pod runs on', evict, live(sick)],
    ["the template carries an earlier act's stamp", replace, live(stamped('act-0'))],
    ['the count is what it was', scale, live(cart)],
    ['the count is the same by chance, and not written by us', scale, live(deployment('cart', { replicas: 5 }))],
    ['the count is the same, and we wrote something else of it', scale, live(deployment('cart', { replicas: 5, ...ours('status') }))],
    ['the count is the same, and an autoscaler wrote it', scale, live(autoscaled)],
    ['the resources are what they were', resize, live(resized, { resources: { app: small } })],
    ['the resources are the same, and not written by us', resize, live(sick, { resources: { app: large } })],
    ['the container is not there', resize, live(resized, { resources: { log: large } })],
    ['the cluster does not say what the resources are', resize, live(resized)],
  ])('is not there, and may be sent again, when %s and the spec is the one that was seen', (_when, write, now) => {
    expect(effectOf(intentFor(write), now)).toBe('not-applied');
  });

  it.each<[string, ClusterWrite, LiveObject | undefined]>([
    ['the workload is gone', replace, undefined],
    ['the pod that should be resized is gone', resize, undefined],
    ['somebody wrote another template', replace, live(cart, { specSeen: 'generation:2' })],
    ['somebody scaled it otherwise', scale, live(deployment('cart', { replicas: 7, ...ours('scale') }), { specSeen: 'generation:3' })],
    ['somebody changed the pod', evict, live(sick, { specSeen: 'generation:2' })],
  ])('is unclear when %s', (_when, write, now) => {
    expect(effectOf(intentFor(write), now)).toBe('unclear');
  });
});

describe('the inverse of a write', () => {
  it.each<[string, ClusterWrite, LiveObject, ClusterWrite | undefined]>([
    ['does not exist for an eviction', evict, live(sick), undefined],
    ['is the template that stands there', replace, live(cart, { template: { spec: 'old' } }), { ...replace, template: { spec: 'old' } }],
    ['does not exist where no template was read', replace, live(cart), undefined],
    ['is the count that stands there', scale, live(cart), { ...scale, replicas: 3 }],
    ['does not exist where no count was read', scale, live(job('once')), undefined],
    [
      'is the resources of the same containers',
      resize,
      live(sick, { resources: { app: small, log: large } }),
      { ...resize, containers: [{ name: 'app', ...small }] },
    ],
    ['does not exist where a container was not read', resize, live(sick, { resources: { log: small } }), undefined],
    ['does not exist where no resources were read', resize, live(sick), undefined],
  ])('%s', (_what, write, before, inverse) => {
    expect(inverseOf(write, before)).toEqual(inverse);
  });
});

describe('drift since our write', () => {
  it.each<[string, ClusterWrite, LiveObject, string[]]>([
    ['nothing for an eviction', evict, live(sick), []],
    ['nothing while the template is ours', replace, live(cart, { template }), []],
    ['a template that has gone', replace, live(cart), [`template: we wrote ${JSON.stringify(template).slice(0, 77)}..., now null`]],
    ['nothing while the count is ours', scale, live(scaled), []],
    ['another count', scale, live(cart), ['replicas: we wrote 5, now 3']],
    ['nothing while the resources are ours', resize, live(sick, { resources: { app: large } }), []],
    ['other resources', resize, live(sick, { resources: { app: small } }), ['resources: no longer what we wrote']],
  ])('shows %s', (_what, write, now, lines) => {
    expect(driftOf(intentFor(write), now)).toEqual(lines);
  });

  it('is not looked for while the spec is the one right after our write', () => {
    expect(driftOf(intentFor(scale, { specAfter: 'generation:2' }), live(cart, { specSeen: 'generation:2' }))).toEqual([]);
    expect(driftOf(intentFor(scale, { specAfter: 'generation:2' }), live(cart, { specSeen: 'generation:3' }))).toHaveLength(1);
  });

  it('names each field that differs, with what we wrote and what is there', () => {
    const written = { spec: { image: 'a', args: ['x'], same: 1 }, gone: true };
    const actual = { spec: { image: 'b', args: ['x', 'y'], same: 1, added: null } };
    expect(differences(written, actual, 'template')).toEqual([
      'template.gone: we wrote true, now null',
      'template.spec.args: we wrote ["x"], now ["x","y"]',
      'template.spec.image: we wrote "a", now "b"',
    ]);
  });

  it('cuts what is too long to read', () => {
    const [line = ''] = differences('a'.repeat(500), 'b', 'x');
    expect(line).toBe(`x: we wrote "${'a'.repeat(76)}..., now "b"`);
  });
});
