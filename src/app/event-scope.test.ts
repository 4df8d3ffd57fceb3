import { expect, it } from 'vitest';
import { deployment, namespace, node } from '../../test/fakes/objects.ts';
import { fakeReader } from '../../test/fakes/view.ts';
import { eventScope } from './event-scope.ts';

const label = (value: string) => ({ labels: { 'kubemend.dev/scope': value } });
const cart = deployment('cart');
const inShop = cart.meta.ref.namespace ?? '';
const scopeOf = (objects: Parameters<typeof fakeReader>[0], scope: unknown = {}, epoch: number | undefined = 1) =>
  eventScope({ cluster: fakeReader(objects), election: { epoch: () => epoch }, scope });

it('is the namespaces that are opted in by label or by name', () => {
  expect(scopeOf([namespace(inShop), cart])(cart.meta.ref)).toBe(false);
  expect(scopeOf([namespace(inShop, label('enabled')), cart])(cart.meta.ref)).toBe(true);
  expect(scopeOf([namespace('other', label('enabled')), namespace(inShop), cart])(cart.meta.ref)).toBe(false);
  expect(scopeOf([namespace(inShop), cart], { namespaces: [inShop] })(cart.meta.ref)).toBe(true);
  expect(scopeOf([], { namespaces: ['other'] })(cart.meta.ref)).toBe(false);
});

it('is a workload that is opted in by itself, and none that is taken out', () => {
  const inside = deployment('cart', label('enabled'));
  const outside = deployment('cart', label('disabled'));
  expect(scopeOf([namespace(inShop), inside])(inside.meta.ref)).toBe(true);
  expect(scopeOf([namespace(inShop, label('enabled')), outside])(outside.meta.ref)).toBe(false);
  expect(scopeOf([namespace(inShop), outside], { namespaces: [inShop] })(outside.meta.ref)).toBe(false);
});

it('is a node that is labelled, or all nodes where the guard scope has them', () => {
  const [plain, labelled] = [node('n1'), node('n1', label('enabled'))];
  expect(scopeOf([plain])(plain.meta.ref)).toBe(false);
  expect(scopeOf([labelled])(labelled.meta.ref)).toBe(true);
  expect(scopeOf([plain], { nodes: true })(plain.meta.ref)).toBe(true);
  expect(scopeOf([], { nodes: true })({ ...plain.meta.ref, kind: 'StorageClass', apiGroup: 'storage.k8s.io' })).toBe(false);
});

it('is nothing while another process leads', () => {
  const objects = [namespace(inShop, label('enabled')), cart];
  expect(eventScope({ cluster: fakeReader(objects), election: { epoch: () => undefined }, scope: {} })(cart.meta.ref)).toBe(false);
});
