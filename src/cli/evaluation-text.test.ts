import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { Evaluation } from '../app/eval/task.ts';
import { evaluationText } from './evaluation-text.ts';

const summary = (recall: number) => ({
  metrics: { 'spikes.recall': recall, 'spikes.falseAlarmsPerDay': 0.25, 'slow.minutes': 12.345 },
  interval95: {
    'spikes.recall': [0, 1] as const,
    'spikes.falseAlarmsPerDay': [0.1, 0.5] as const,
    'slow.minutes': [Number.NaN, 3] as const,
  },
});
const evaluation = (cases: number): Evaluation => ({
  ...{ task: 'symptoms', configuration: {}, seconds: 1.25, ...summary(0.5) },
  cases: Array.from({ length: cases }, (_, number) => ({ name: `case-${number}`, metrics: { 'spikes.recall': 1 }, baselines: {} })),
  baselines: { chance: summary(0) },
  parts: { half: { metrics: { 'spikes.recall': 1 }, interval95: {} } },
});
const lines = (text: string) =>
  stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trimEnd());

it('puts the metrics of one detector together, with their intervals, and leaves out what cannot be told', () => {
  expect(lines(evaluationText(evaluation(1), 120))).toEqual([
    'SPIKES  recall                falseAlarmsPerDay',
    'case-0  1.000                 -',
    'all     0.500 [0.000, 1.000]  0.250 [0.100, 0.500]',
    'half    1.000                 -',
    'chance  0.000 [0.000, 1.000]  0.250 [0.100, 0.500]',
    '',
    'SLOW    minutes',
    'all     12.3',
    'chance  12.3',
    '',
    '1 case in 1.3 s; in brackets 95 % intervals by a bootstrap over the cases',
  ]);
});

it('puts no more side by side than fits, and no row for each of many cases', () => {
  const narrow = lines(evaluationText(evaluation(30), 40));
  expect(narrow.filter((line) => line.startsWith('SPIKES'))).toEqual(['SPIKES  recall', 'SPIKES  falseAlarmsPerDay']);
  expect(narrow.join('\n')).not.toContain('case-');
  expect(narrow.at(-1)).toContain('30 cases in 1.3 s (--json shows each)');
});
