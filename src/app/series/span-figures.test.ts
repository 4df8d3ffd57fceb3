import { expect, it } from 'vitest';
import type { SpanStats } from '../../core/model/span-stats.ts';
import { spanFigures } from './span-figures.ts';

const subject = { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'shop', name: 'cart' };
const stats: SpanStats = {
  ...{ signal: 'spans', source: 'otlp', at: 1_000, windowMs: 10_000, service: 'cart', subject, count: 50, errors: 5 },
  durationMs: { mean: 10, p50: 9, p95: 30, p99: 50 },
};
const said = (one: SpanStats) => spanFigures(one).map(({ metric, values }) => [metric, values[0]]);

it('gives rate, errors and duration of a service whose pod is known', () => {
  expect(said(stats)).toEqual([
    ['requestsPerSecond', 5],
    ['requestErrorShare', 0.1],
    ['requestDurationP95Ms', 30],
  ]);
});

it('knows no share and no duration where there was no request', () => {
  expect(said({ ...stats, count: 0, errors: 0 })).toEqual([
    ['requestsPerSecond', 0],
    ['requestErrorShare', Number.NaN],
    ['requestDurationP95Ms', Number.NaN],
  ]);
});

it('says nothing of calls between two services, or of nobody in particular', () => {
  const { subject: _pod, ...nobody } = stats;
  expect([...spanFigures({ ...stats, caller: 'till' }), ...spanFigures(nobody)]).toEqual([]);
});
