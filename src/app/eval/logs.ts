import { createLogTemplateMiner, logTemplateDefaults } from '../../learning/log-templates.ts';
import { maskDigits } from './logs/digit-mask.ts';
import { drain, drainDefaults } from './logs/drain.ts';
import { hasFaultLogs } from './logs/fault-logs.ts';
import { faultStudy } from './logs/fault-study.ts';
import { type LabelledLog, labelledLogs } from './logs/labelled-logs.ts';
import { type ParsingScores, parsingScores } from './logs/parsing-scores.ts';
import { meansOf, summaryOf } from './summary.ts';
import type { EvaluatedCase, EvaluationInput, EvaluationTask, Findings, Summary } from './task.ts';

/** Gives each line its template, as it stands after the last of them. */
type Parser = (lines: readonly string[]) => readonly string[];

const parsers = { kubemend: mineTemplates, 'digit-mask': maskDigits, drain } satisfies Record<string, Parser>;
type Method = keyof typeof parsers;
const baselines = ['digit-mask', 'drain'] as const satisfies readonly Method[];

/** Lines that a parser worked through, and the processor time that it took. */
interface Pace {
  readonly lines: number;
  readonly cpuMs: number;
}

interface Case {
  readonly name: string;
  readonly scores: Readonly<Record<Method, ParsingScores>>;
  readonly pace: Readonly<Record<Method, Pace>>;
}

/** So long each parser is timed on each log. */
const TIMED_MS = 100;

/** How well log lines are grouped into templates, over logs of different systems with one configuration. */
export const logs: EvaluationTask = {
  name: 'logs',
  about:
    'log templates, on folders laid out as Loghub-2k: GA, FGA, PA, FTA, lines per second; patterns, on logs with faults as in Nezha: recall',
  async evaluate(input) {
    if (hasFaultLogs(input.dataDir)) return faultStudy(input);
    const all = labelledLogs(input.dataDir).slice(0, input.limit);
    const scored = all.map((log, n) => {
      input.onProgress({ name: log.name, number: n + 1, of: all.length });
      return { log, scores: perMethod((method) => parsingScores(log.templates, parsers[method](log.lines))) };
    });
    const cases = scored.map(({ log, scores }) => ({
      name: log.name,
      scores,
      pace: perMethod((method) => paceOf(parsers[method], log, input.cpuMs)),
    }));
    return findingsOf(cases, input);
  },
};

function mineTemplates(lines: readonly string[]): readonly string[] {
  const miner = createLogTemplateMiner();
  return lines.map((line) => miner.add(line)).map((handle) => miner.template(handle).text);
}

/** Each time from the start, with nothing learned, so that learning is paid for. */
function paceOf(parse: Parser, log: LabelledLog, cpuMs: () => number): Pace {
  const startedAt = cpuMs();
  let lines = 0;
  let spentMs = 0;
  while (spentMs < TIMED_MS) {
    lines += parse(log.lines).length;
    spentMs = cpuMs() - startedAt;
  }
  return { lines, cpuMs: spentMs };
}

function findingsOf(cases: readonly Case[], input: EvaluationInput): Findings {
  return {
    configuration: { labels: 'corrected', kubemend: logTemplateDefaults, drain: drainDefaults },
    cases: cases.map(evaluatedCase),
    ...summarise('kubemend', cases, input),
    baselines: Object.fromEntries(baselines.map((method) => [method, summarise(method, cases, input)])),
  };
}

function summarise(method: Method, cases: readonly Case[], { newRandom }: EvaluationInput): Summary {
  return summaryOf(cases, (sample) => figuresOf(method, sample), newRandom());
}

function figuresOf(method: Method, cases: readonly Case[]) {
  const lines = cases.reduce((sum, { pace }) => sum + pace[method].lines, 0);
  const cpuMs = cases.reduce((sum, { pace }) => sum + pace[method].cpuMs, 0);
  return { ...meansOf(cases.map(({ scores }) => ({ ...scores[method] }))), linesPerSecond: Math.round((lines / cpuMs) * 1000) };
}

function evaluatedCase(one: Case): EvaluatedCase {
  return {
    name: one.name,
    metrics: figuresOf('kubemend', [one]),
    baselines: Object.fromEntries(baselines.map((method) => [method, figuresOf(method, [one])])),
  };
}

function perMethod<Value>(give: (method: Method) => Value): Readonly<Record<Method, Value>> {
  return { kubemend: give('kubemend'), 'digit-mask': give('digit-mask'), drain: give('drain') };
}
