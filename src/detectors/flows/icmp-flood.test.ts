import { describe, expect, it } from 'vitest';
import { flowDetectorTests } from '../../../test/detectors/flow-detector-tests.ts';
import { node, pod, service } from '../../../test/fakes/objects.ts';
import { icmpFlood } from './icmp-flood.ts';

describe('a flood of echo requests', () => {
  flowDetectorTests(icmpFlood, {
    name: 'icmp-flood',
    says: 'is flooded with echo requests',
    speaksOf: [
      ['a pod', pod('cart-1'), 'Pod shop/cart-1'],
      ['a service', service('cart'), 'Service shop/cart'],
      ['a node', node('node-1'), 'Node node-1'],
    ],
  });

  it('is a symptom', () => {
    expect(icmpFlood.isHint).toBe(undefined);
  });
});
