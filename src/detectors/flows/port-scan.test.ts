import { describe, expect, it } from 'vitest';
import { flowDetectorTests } from '../../../test/detectors/flow-detector-tests.ts';
import { pod } from '../../../test/fakes/objects.ts';
import { portScan } from './port-scan.ts';

describe('a scan by a pod', () => {
  flowDetectorTests(portScan, {
    name: 'port-scan',
    says: 'scans',
    speaksOf: [['a pod', pod('cart-1'), 'Pod shop/cart-1']],
  });

  it('is a symptom', () => {
    expect(portScan.isHint).toBe(undefined);
  });
});
