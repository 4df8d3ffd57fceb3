import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ClusterEvent } from '../../../../core/model/signal.ts';
import { projectEvent } from './event.ts';

const file = join(import.meta.dirname, '../../../../../test/bed/fixtures/kube/events.json');
const items: unknown[] = JSON.parse(readFileSync(file, 'utf8')).items;
const bare = {
  metadata: { uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
  involvedObject: { kind: 'Node', name: 'node1', apiVersion: 'v1', uid: 'node1' },
};

test('every recorded event becomes one of the model', () => {
  for (const item of items) expect(() => ClusterEvent.parse(projectEvent(item, 'test'))).not.toThrow();
});

test('a repeated event counts and has its first and last time', () => {
  const pulled = items.map((item) => projectEvent(item, 'test')).find((event) => event.reason === 'Pulled' && event.count === 5);
  expect(pulled).toMatchObject({
    subject: {
      cluster: 'test',
      apiGroup: '',
      kind: 'Pod',
      namespace: 'trial',
      name: 'crashloop-6f9599f799-hzb5x',
      uid: '113c33d8-f450-4a42-8fa2-d8861662e5f9',
    },
    firstAt: Date.parse('2026-11-21T00:23:02Z'),
    at: Date.parse('2026-11-21T00:24:31Z'),
    reporter: 'kubelet',
    fieldPath: 'spec.containers{app}',
  });
});

test('a series counts by its own count and time', () => {
  const series = { count: 9, lastObservedTime: '2026-01-01T00:05:00.000000Z' };
  const event = projectEvent({ ...bare, eventTime: '2026-01-01T00:01:00.000000Z', series, count: 1 }, 'test');
  expect(event).toMatchObject({ count: 9, firstAt: Date.parse('2026-01-01T00:01:00Z'), at: Date.parse('2026-01-01T00:05:00Z') });
});

test('the name that the kubelet writes for the uid of a node is not taken for one', () => {
  expect(projectEvent(bare, 'test').subject.uid).toBeUndefined();
});

test('an event about nothing is an error', () => {
  expect(() => projectEvent({ ...bare, involvedObject: {} }, 'test')).toThrow('no named object');
});
