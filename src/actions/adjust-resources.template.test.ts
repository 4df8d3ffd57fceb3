import { describe, expect, it } from 'vitest';
import { attempt, clusterOf, doneAndUndone, incidentOn, proposed } from '../../test/fakes/acting.ts';
import { manager } from '../../test/fakes/object-meta.ts';
import { daemonSet, deployment, pod, resourceQuota, statefulSet } from '../../test/fakes/objects.ts';
import { cart, cartSet, containersWith, killed, roomy, stage, suffers, templateWith, type Victim } from '../../test/fakes/oom-killed.ts';
import type { KubeObject, Workload } from '../core/model/objects.ts';
import { MEBIBYTE } from '../core/model/quantity.ts';
import type { Json } from '../core/model/write.ts';
import { adjustResources } from './adjust-resources.ts';

describe('adjust-resources, in the template', () => {
  const inPlaceFailed = { attempts: [attempt('adjust-resources', 'default/core/Pod/shop/cart-6f-0')] };
  const again = (
    victim: Victim,
    options: { readonly template?: Json; readonly more?: readonly KubeObject[]; readonly workload?: Workload } = {},
  ) => {
    const { template = templateWith(), more = [roomy], workload = cart } = options;
    const cluster = clusterOf([workload, { template }], cartSet, victim, ...more);
    return proposed(adjustResources, suffers(victim, inPlaceFailed), cluster);
  };

  it('raises the limit for all pods when the resize in place did not help, from what did not suffice', async () => {
    const proposal = await again(killed({ limit: '356Mi' }));
    expect(proposal).toMatchObject({
      target: cart.meta.ref,
      specSeen: 'generation:1',
      summary: 'raise the memory limit of container app in the template of Deployment shop/cart from 256Mi to 456Mi',
    });
    const [app, log] = containersWith();
    const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '456Mi' } };
    expect(adjustResources.write(proposal?.input)).toEqual({
      verb: 'replace-template',
      target: cart.meta.ref,
      template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ ...app, resources }, log] } },
    });
  });

  it('is undone to the byte', async () => {
    const victim = killed();
    const cluster = stage(victim);
    const proposal = await proposed(adjustResources, suffers(victim, inPlaceFailed), cluster);
    const { undone } = await doneAndUndone(adjustResources, proposal ?? expect.fail(), cluster);
    expect(undone?.template).toEqual(templateWith());
  });

  it.each([
    [
      'another pod of the workload was resized before: new pods are born too small',
      {},
      pod('cart-6f-1', { ownedBy: cartSet, managers: [manager('kubemend', { subresource: 'resize' })] }),
    ],
    ['this pod was resized in an earlier incident', { pod: { managers: [manager('kubemend', { subresource: 'resize' })] } }, roomy],
  ])('comes first when %s', async (_why, sized, more) => {
    expect(await proposed(adjustResources, suffers(killed(sized)), stage(killed(sized), roomy, more))).toMatchObject({
      target: cart.meta.ref,
    });
  });

  it('comes first when the cluster cannot resize in place', async () => {
    const [object] = killed();
    const cluster = clusterOf([cart, { template: templateWith() }], cartSet, object, roomy);
    expect(await proposed(adjustResources, incidentOn(cart, [object]), cluster)).toMatchObject({
      target: cart.meta.ref,
      input: { limit: '356Mi' },
    });
  });

  it('does not come first because somebody else resized a pod', async () => {
    const other = pod('cart-6f-1', {
      ownedBy: cartSet,
      managers: [manager('vpa-updater', { subresource: 'resize' }), manager('kubemend')],
    });
    expect(await proposed(adjustResources, suffers(killed()), stage(killed(), roomy, other))).toMatchObject({ target: { kind: 'Pod' } });
  });

  it.each([
    [
      'the request along where it is the limit',
      templateWith('256Mi', '256Mi'),
      { requests: { memory: '356Mi' }, limits: { memory: '356Mi' } },
    ],
    ['no request that is not set', templateWith('256Mi', null), { requests: { cpu: '100m' }, limits: { cpu: '1', memory: '356Mi' } }],
  ])('raises %s', async (_what, template, resources) => {
    const write = adjustResources.write((await again(killed(), { template }))?.input);
    expect(write).toMatchObject({ template: { spec: { containers: [{ resources }, {}] } } });
    expect(JSON.stringify(write)).not.toContain('"memory":null');
  });

  it('leaves quota for the pods that run twice meanwhile', async () => {
    const quota = (headroom: number) =>
      resourceQuota('q', { hard: { 'limits.memory': headroom * MEBIBYTE }, used: { 'limits.memory': 0 } });
    expect((await again(killed(), { more: [roomy, quota(3 * 100 + 356)] }))?.input).toMatchObject({ limit: '356Mi' });
    expect((await again(killed(), { more: [roomy, quota(3 * 30 + 286)] }))?.input).toMatchObject({ limit: '286Mi' });
    expect(await again(killed(), { more: [roomy, quota(3 * 25 + 281)] })).toBeUndefined();
  });

  it('counts a request that is not set as the limit against a quota', async () => {
    const quota = resourceQuota('q', { hard: { 'requests.memory': MEBIBYTE }, used: { 'requests.memory': 0 } });
    expect(await again(killed(), { template: templateWith('256Mi', null), more: [roomy, quota] })).toBeUndefined();
    expect(await again(killed(), { more: [roomy, quota] })).toBeDefined();
  });

  it.each<[string, Victim, Parameters<typeof again>[1]]>([
    ['twice the limit would hardly be more than what did not suffice', killed({ limit: '500Mi' }), {}],
    ['the template sets no limit', killed(), { template: { spec: { containers: [{ name: 'app' }] } } }],
    ['the template has no such container', killed(), { template: { spec: { containers: [] } } }],
    ['it is paused', killed(), { workload: deployment('cart', { isPaused: true }) }],
    ['its pods are replaced by hand only', killed(), { workload: deployment('cart', { strategy: 'OnDelete' }) }],
  ])('proposes nothing when %s', async (_why, victim, options) => {
    expect(await again(victim, options)).toBeUndefined();
  });

  it.each([
    ['a StatefulSet', statefulSet('cart')],
    ['a DaemonSet', daemonSet('cart')],
  ])('raises it in %s without a surge', async (_kind, workload) => {
    const [object] = killed({ pod: { ownedBy: workload } });
    const quota = resourceQuota('q', { hard: { 'limits.memory': 300 * MEBIBYTE }, used: { 'limits.memory': 0 } });
    const cluster = clusterOf([workload, { template: templateWith() }], object, roomy, quota);
    expect(await proposed(adjustResources, incidentOn(workload, [object]), cluster)).toMatchObject({ input: { limit: '356Mi' } });
  });
});
