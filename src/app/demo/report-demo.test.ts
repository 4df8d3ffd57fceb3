import { expect, it } from 'vitest';
import type { FaultResult } from './news.ts';
import { reportDemo } from './report-demo.ts';

const base = { subject: 'Deployment shop/cart', injectedAt: 0, detectedMs: 1, actedMs: 2, recoveredMs: 3, action: 'evict-pod', ok: true };
const results: readonly FaultResult[] = [
  { ...base, name: 'hang', outcome: 'mended', expected: 'mended' },
  { ...base, name: 'bad-medicine', outcome: 'undone', expected: 'undone' },
  { ...base, name: 'zone-down', outcome: 'refused', expected: 'refused' },
  { ...base, name: 'scale-down', outcome: 'silent', expected: 'silent' },
];
const report = (changes = {}) => reportDemo({ results, unsafeActions: 0, speed: 10, seconds: 61.234, ...changes });

it('counts what was mended, refused and undone, and is ok when all is as expected', () => {
  expect(report()).toEqual({
    faults: results,
    mended: 1,
    refused: 1,
    undone: 1,
    unsafeActions: 0,
    speed: 10,
    seconds: 61.2,
    ok: true,
  });
});

it('is not ok with an unsafe action', () => {
  expect(report({ unsafeActions: 1 }).ok).toBe(false);
});

it('is not ok with a fault that was missed', () => {
  const missed = { ...base, name: 'leak', outcome: 'missed', expected: 'mended', ok: false };
  expect(report({ results: [...results, missed] }).ok).toBe(false);
});

it('is not ok when nothing happened at all', () => {
  expect(report({ results: [] }).ok).toBe(false);
});
