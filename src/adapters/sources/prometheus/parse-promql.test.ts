import { describe, expect, it } from 'vitest';
import { metricTable } from './metric-table.ts';
import { parsePromql } from './parse-promql.ts';

describe('a query', () => {
  it.each([
    ['up', ['up']],
    ['sum by (pod) (rate(http_requests_total{code=~"5.."}[5m])) / on (pod) kube_pod_info', ['http_requests_total', 'kube_pod_info']],
    ['max_over_time(sum by (pod) (x)[1h:5m])', ['x']],
    ['rate((x[5m] offset 1h))', ['x']],
    ['avg_over_time(x[5m] @ 100)', ['x']],
    ['absent_over_time(x[5m])', ['x']],
    ['{__name__="x", a="b"}', ['x']],
    ['{"x.y", a="b"}', ['x.y']],
    ['{namespace="shop"}', []],
    ['topk(5, x) # the worst', ['x']],
    ['x > 0 unless y', ['x', 'y']],
  ])('%s is valid', (query, metrics) => {
    expect(parsePromql(query)).toEqual({ is: 'valid', metrics });
  });

  it.each([
    ['', 1, 1, /empty/],
    ['rat(x[5m])', 1, 1, /no function rat/],
    ['sum(rate(x[5m])) + foo(y)', 1, 20, /no function foo/],
    ['sum by (pod) (\n  rate(x[5m]', 2, 13, /ends too early/],
    ['x y', 1, 3, /'y' is not expected/],
    ['x{a=b}', 1, 5, /'b' is not expected/],
    ['rate(x[5x])', 1, 9, /'x' is not expected/],
    ['sum(x))', 1, 7, /'\)' is not expected/],
    ['x +', 1, 4, /ends too early/],
    ['{}', 1, 1, /selects everything/],
    ['sum({a=~".*"})', 1, 5, /selects everything/],
    ['{a!="b"}', 1, 1, /selects everything/],
    ['rate(x)', 1, 1, /rate\(\) takes a range/],
    ['x[5m]', 1, 1, /is a range/],
    ['sum(x[5m])', 1, 5, /is a range/],
    ['abs(x[5m])', 1, 5, /is a range/],
    ['1', 1, 1, /without labels/],
    ['"x"', 1, 1, /without labels/],
    ['(time())', 1, 2, /without labels/],
  ])('%s is refused at line %i, column %i', (query, line, column, why) => {
    expect(parsePromql(query)).toEqual({ is: 'invalid', line, column, why: expect.stringMatching(why) });
  });
});

describe('the table of metrics', () => {
  const settings = { rateWindow: '2m', match: { cluster: 'a "b"' }, latencyHistogram: 'http_request_duration_seconds' };

  it.each(metricTable.map((entry) => [entry.name, entry] as const))(
    'asks for %s in valid PromQL, with the matchers in every selector',
    (_name, entry) => {
      const query = entry.expression(settings);
      const parsed = parsePromql(query);
      expect(parsed.is).toBe('valid');
      const selectors = query.match(/[a-z_A-Z]+\{/g) ?? [];
      expect(selectors.length).toBeGreaterThan(0);
      expect(query.match(/cluster="a \\"b\\""/g)).toHaveLength(selectors.length);
      const needed = entry.needs.flatMap((need) => need.split('|'));
      if (parsed.is === 'valid') expect(parsed.metrics).toEqual(expect.arrayContaining(needed));
    },
  );

  it('has one row for each name', () => {
    expect(new Set(metricTable.map(({ name }) => name)).size).toBe(metricTable.length);
  });
});
