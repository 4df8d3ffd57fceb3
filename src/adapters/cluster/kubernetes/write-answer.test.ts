import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeAnswerOf } from './write-answer.ts';

const said = (code: number, message: string, details?: unknown) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  message,
  details,
});
const answer = (status: number, body: unknown, retryAfterMs?: number) => writeAnswerOf('evict Pod s/p', { status, body, retryAfterMs });

describe('the answer to a write', () => {
  test.each([
    [200, { kind: 'Deployment', metadata: { generation: 7 } }, { is: 'done', specAfter: 'generation:7' }],
    [201, { kind: 'Status', apiVersion: 'v1', status: 'Success' }, { is: 'done' }],
    [201, { kind: 'Eviction', apiVersion: 'policy/v1' }, { is: 'done' }],
    [200, { kind: 'Scale', metadata: { resourceVersion: '9' } }, { is: 'done' }],
    [404, said(404, 'pods "p" not found'), { is: 'changed', why: 'pods "p" not found' }],
    [409, said(409, 'the object has been modified'), { is: 'changed', why: 'the object has been modified' }],
    [410, said(410, 'gone'), { is: 'changed', why: 'gone' }],
    [422, said(422, 'field is immutable', { causes: [{ field: 'metadata.uid' }] }), { is: 'changed', why: 'field is immutable' }],
    [422, said(422, 'spec is invalid', { causes: [{ field: 'spec' }] }), { is: 'refused', why: 'spec is invalid' }],
    [400, said(400, 'bad'), { is: 'refused', why: 'bad' }],
    [403, said(403, 'forbidden by policy'), { is: 'refused', why: 'forbidden by policy' }],
    [405, said(405, 'not allowed'), { is: 'refused', why: 'not allowed' }],
    [415, said(415, 'media type'), { is: 'refused', why: 'media type' }],
    [403, said(403, ''), { is: 'refused', why: 'the API server answered 403' }],
  ])('of %d (%j) means %j', (status, body, meaning) => {
    expect(answer(status, body)).toEqual(meaning);
  });

  test('of a disruption budget blocks, names it, and is not worth asking again within 10 s', () => {
    const file = join(import.meta.dirname, '../../../../test/bed/fixtures/kube/eviction-429.json');
    const why =
      "Cannot evict pod as it would violate the pod's disruption budget. The disruption budget healthy needs 2 healthy pods and has 2 currently";
    expect(answer(429, JSON.parse(readFileSync(file, 'utf8')))).toEqual({ is: 'blocked', why, retryAfterMs: 10_000 });
  });

  test.each([
    [429, 'too many requests', 25_000, 25_000],
    [429, 'too many requests', 1_000, 10_000],
    [401, 'Unauthorized', undefined, 10_000],
    [500, 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.', undefined, 60_000],
  ])('of %d (%s) is known not to have taken effect and blocks', (status, message, asked, retryAfterMs) => {
    expect(answer(status, said(status, message), asked)).toMatchObject({
      is: 'blocked',
      why: expect.stringContaining(message),
      retryAfterMs,
    });
  });

  test.each([
    [500, said(500, 'etcd timeout')],
    [503, said(503, 'unavailable')],
    [504, said(504, 'timeout')],
    [408, said(408, 'timeout')],
    [403, undefined],
    [404, '<html>'],
    [302, undefined],
  ])('of %d (%j) leaves it unknown', (status, body) => {
    expect(() => answer(status, body)).toThrow(
      expect.objectContaining({ code: 'cluster-unreachable', message: expect.stringContaining('evict Pod s/p') }),
    );
  });
});
