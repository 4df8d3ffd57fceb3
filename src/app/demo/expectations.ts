import { CoreError } from '../../core/errors.ts';
import type { DemoOutcome } from './news.ts';

/** What is expected of a fault, and when it happens. */
export interface Expectation {
  readonly name: string;
  /** Of every variant: what a script draws must not decide what is right. */
  readonly expected: DemoOutcome;
  /** The second round waits until all of the first is over: it strikes nodes, and with them everything. */
  readonly round: 1 | 2;
  /** From the beginning of its round, in the cluster's time. */
  readonly afterSeconds: number;
  /** What one of the reasons of a refusal must say. */
  readonly refusedFor?: RegExp;
  /** Its owners have a rule on memory that sends an alert, and somebody on call who answers what is asked about it. */
  readonly isAlerted?: true;
  /** It takes nodes down, so that incidents about nodes are about it. */
  readonly strikesNodes?: true;
}

/** The faults of the demo, in order. The simulator does not know this table: it cannot please it. */
export const expectations: readonly Expectation[] = [
  { name: 'bad-release', expected: 'mended', round: 1, afterSeconds: 10 },
  { name: 'leak', expected: 'mended', round: 1, afterSeconds: 20, isAlerted: true },
  { name: 'bad-image', expected: 'mended', round: 1, afterSeconds: 60 },
  { name: 'hang', expected: 'mended', round: 1, afterSeconds: 110 },
  { name: 'low-limit', expected: 'mended', round: 1, afterSeconds: 160 },
  { name: 'bad-medicine', expected: 'undone', round: 1, afterSeconds: 210 },
  {
    name: 'zone-down',
    expected: 'refused',
    round: 2,
    afterSeconds: 40,
    strikesNodes: true,
    refusedFor: /^(storm-brake|healthy-nodes): .* nodes/,
  },
];

/** The faults of the demo by name. */
export const demoFaultNames: readonly string[] = expectations.map(({ name }) => name);

/** Healthy things that look like a fault, beside every demo: nothing may be held against them. */
export const lookAlikeExpectations: readonly Expectation[] = [
  { name: 'good-release', expected: 'silent', round: 1, afterSeconds: 15 },
  { name: 'cache-warm-up', expected: 'silent', round: 1, afterSeconds: 30 },
  { name: 'slow-start', expected: 'silent', round: 1, afterSeconds: 40 },
  { name: 'finishing-job', expected: 'silent', round: 1, afterSeconds: 80 },
  { name: 'scale-down', expected: 'silent', round: 1, afterSeconds: 130 },
  { name: 'drain', expected: 'silent', round: 2, afterSeconds: 5 },
];

/** The rows of the named faults, or of all. Throws `bad-usage` for a name that is not in the table. */
export function expectationsFor(names: readonly string[] | undefined): readonly Expectation[] {
  for (const name of names ?? [])
    if (!expectations.some((row) => row.name === name))
      throw new CoreError('bad-usage', `--fault ${name} is no fault of the demo; there are: ${demoFaultNames.join(', ')}`);
  return names === undefined ? expectations : expectations.filter(({ name }) => names.includes(name));
}
