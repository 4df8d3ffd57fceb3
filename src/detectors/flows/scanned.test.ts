import { describe, expect, it } from 'vitest';
import { flowDetectorTests } from '../../../test/detectors/flow-detector-tests.ts';
import { node, pod, service } from '../../../test/fakes/objects.ts';
import { scanned } from './scanned.ts';

describe('a scan by a stranger', () => {
  flowDetectorTests(scanned, {
    name: 'scanned',
    says: 'was scanned',
    speaksOf: [
      ['a pod', pod('cart-1'), 'Pod shop/cart-1'],
      ['a service', service('cart'), 'Service shop/cart'],
      ['a node', node('node-1'), 'Node node-1'],
    ],
  });

  it('is a hint, and opens nothing', () => {
    expect(scanned.isHint).toBe(true);
  });
});
