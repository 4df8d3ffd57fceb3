import { expect, test } from 'vitest';
import { createLoadRecord, type LoadRecord } from './load-record.ts';

test('reckons the cores of the last second from the sums, whatever the pieces the output comes in', () => {
  const told: LoadRecord[] = [];
  const { take, read } = createLoadRecord((record) => told.push(record));
  for (const piece of ['started\nhe', 'ld 64\nused 100 50\nus', 'ed 200 130\n', 'ended 205\n']) take(piece);
  expect(told.map(({ cores }) => cores)).toEqual([0, 0, 0.5, 0.8, 0.8]);
  expect(read()).toEqual({ hasEnded: true, afterMs: 2_050, usedSeconds: 1.3, cores: 0.8, memoryHeldBytes: 64 * 2 ** 20, complaint: '' });
});

test('keeps what a shell complains of, and not without end', () => {
  const { take, read } = createLoadRecord(() => undefined);
  take('sh: \u001b[2Jsleep:\u0007 not found\n');
  expect(read().complaint).toBe('sh: sleep: not found');
  for (let line = 0; line < 1_000; line += 1) take('again and again\n');
  expect(read().complaint.length).toBeLessThanOrEqual(500);
});
