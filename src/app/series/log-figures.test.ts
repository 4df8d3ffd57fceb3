import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../core/model/log-line.ts';
import type { SampleBlock } from '../../core/model/samples.ts';
import { logFigures } from './log-figures.ts';

const STEP = 15_000;

function line(text: string, { pod = 'cart', severity }: { readonly pod?: string; readonly severity?: string } = {}): LogLine {
  const subject = { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 'shop', name: pod, uid: `uid-${pod}` };
  return { signal: 'log', source: 'pod-logs', subject, at: 0, text, ...(severity !== undefined && { severity }) };
}

/** `cart logLinesPerSecond 0.2`, for each value that is not 0. */
function said(blocks: readonly SampleBlock[]): readonly string[] {
  return blocks.flatMap(({ metric, subjects, values }) =>
    subjects.flatMap(({ ref }, index) => (values[index] === 0 ? [] : [`${ref.name} ${metric} ${values[index]?.toFixed(3)}`])),
  );
}

describe('figures of log lines', () => {
  it('count the lines of a step, those that tell of a failure, and those of a new kind', () => {
    const figures = logFigures(STEP);
    for (const text of ['GET /cart took 3 ms', 'GET /cart took 4 ms', 'ERROR: no connection'])
      figures.take(line(text), 1_000, !text.includes('4'));
    expect(figures.close(14_000, true)).toEqual([]);
    const blocks = figures.close(15_000, true);
    expect(new Set(blocks.map(({ at }) => at))).toEqual(new Set([15_000]));
    expect(said(blocks)).toEqual(['cart logLinesPerSecond 0.200', 'cart logErrorsPerSecond 0.067', 'cart newLogTemplates 2.000']);
    figures.take(line('GET /cart took 9 ms'), 16_000, false);
    expect(said(figures.close(30_000, true))).toEqual(['cart logLinesPerSecond 0.067']);
  });

  it('believe the severity that was sent rather than the words', () => {
    const figures = logFigures(STEP);
    figures.take(line('error budget is fine', { severity: 'INFO' }), 0, false);
    figures.take(line('all is lost', { severity: 'ERROR' }), 0, false);
    expect(said(figures.close(STEP, true))).toContain('cart logErrorsPerSecond 0.067');
  });

  it('say 0 of a pod that fell silent, but only while all logs can be read', () => {
    const figures = logFigures(STEP);
    figures.take(line('one'), 0, false);
    figures.take(line('one', { pod: 'till' }), 0, false);
    figures.close(STEP, true);
    figures.take(line('one', { pod: 'till' }), STEP + 1, false);
    const [lines] = figures.close(2 * STEP, true);
    expect([...(lines?.values ?? [])]).toEqual([0, 1 / 15]);
    figures.take(line('one', { pod: 'till' }), 2 * STEP + 1, false);
    expect(figures.close(3 * STEP, false)[0]?.subjects.map(({ ref }) => ref.name)).toEqual(['till']);
  });

  it('count stack traces, each container for itself', () => {
    const figures = logFigures(STEP);
    const frames = ['Exception: no', '  at a (x.js:1:2)', '  at b (x.js:3:4)', '  at c (x.js:5:6)'];
    for (const text of frames) for (const container of ['one', 'two']) figures.take({ ...line(text), container }, 0, false);
    expect(said(figures.close(STEP, true))).toContain('cart stackTraces 2.000');
  });

  it('forget a pod that has said nothing for long', () => {
    const figures = logFigures(STEP);
    figures.take(line('one'), 0, false);
    figures.close(STEP, true);
    expect(figures.close(11 * 60_000, true)).toEqual([]);
  });
});
