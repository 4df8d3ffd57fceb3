import { createLogPatternWatch } from '../../../learning/log-patterns/log-pattern-watch.ts';
import { type LogPattern, logPatternDefaults, logPatterns } from '../../../learning/log-patterns/pod-log.ts';
import { isErrorLine } from '../../logs/is-error-line.ts';
import { summaryOf } from '../summary.ts';
import type { EvaluationInput, Findings, Summary } from '../task.ts';
import { type FaultDay, type FaultLogLine, faultDays, type InjectedFault } from './fault-logs.ts';

const WINDOW_MS = 60_000;
/** A pod must be named within so long after its fault began. */
const WITHIN_MS = 3 * WINDOW_MS;
/** Logs were kept around the faults only: after such a gap a window begins anew. */
const GAP_MS = 90_000;
const POD_DAY_MINUTES = 1_440;

/** One minute of all pods that wrote in it: which of them each method named. */
interface Minute {
  readonly from: number;
  readonly pods: number;
  readonly named: ReadonlyMap<string, ReadonlySet<string>>;
}

/** One fault with the minutes around it, by method. */
interface FaultCase {
  readonly fault: InjectedFault;
  /** Before it, since the logs began again. */
  readonly before: readonly Minute[];
  readonly during: readonly Minute[];
}

const ANY = 'kubemend';
const BASELINE = 'error-words-3-sigma';

/** Whether the patterns in logs name the pod that a fault was put into, and how often they name one before any fault. */
export function faultStudy(input: EvaluationInput): Findings {
  const days = faultDays(input.dataDir);
  const cases = days.flatMap((day, n) => {
    input.onProgress({ name: day.name, number: n + 1, of: days.length });
    return casesOf(day);
  });
  const chosen = cases.slice(0, input.limit);
  const summary = (method: string): Summary => summaryOf(chosen, (sample) => figuresOf(method, sample), input.newRandom());
  return {
    configuration: { watch: logPatternDefaults, windowMs: WINDOW_MS, withinMs: WITHIN_MS },
    cases: chosen.map((one, n) => ({
      name: `${n + 1} ${one.fault.kind} ${one.fault.pod}`,
      metrics: figuresOf(ANY, [one]),
      baselines: Object.fromEntries([BASELINE, ...logPatterns].map((method) => [method, figuresOf(method, [one])])),
    })),
    ...summary(ANY),
    baselines: { [BASELINE]: summary(BASELINE) },
    parts: Object.fromEntries(logPatterns.map((pattern) => [pattern, summary(pattern)])),
  };
}

function figuresOf(method: string, cases: readonly FaultCase[]) {
  const named = ({ named }: Minute) => named.get(method)?.size ?? 0;
  const sum = (minutes: readonly Minute[], of: (minute: Minute) => number) => minutes.reduce((total, minute) => total + of(minute), 0);
  const before = cases.flatMap((one) => one.before);
  const found = cases.filter((one) => accusedIn(method, one).has(one.fault.pod));
  const accused = cases.reduce((total, one) => total + accusedIn(method, one).size, 0);
  const precision = accused > 0 ? found.length / accused : 0;
  const recall = found.length / Math.max(1, cases.length);
  const podDays = sum(before, ({ pods }) => pods) / POD_DAY_MINUTES;
  return {
    f1: recall + precision > 0 ? (2 * recall * precision) / (recall + precision) : 0,
    recall,
    precision,
    falseAlarmsPerPodDay: podDays > 0 ? sum(before, named) / podDays : 0,
  };
}

/** The pods that were named while a fault lasted: the faulty one, and those that suffer with it or not at all. */
function accusedIn(method: string, { during }: FaultCase): ReadonlySet<string> {
  return new Set(during.flatMap((minute) => [...(minute.named.get(method) ?? [])]));
}

function casesOf(day: FaultDay): readonly FaultCase[] {
  const minutes = minutesOf(day.lines);
  return day.faults.map((fault, n) => {
    const since = (day.faults[n - 1]?.at ?? Number.NEGATIVE_INFINITY) + WITHIN_MS;
    const until = Math.min(fault.at + WITHIN_MS, day.faults[n + 1]?.at ?? Number.POSITIVE_INFINITY);
    return {
      fault,
      before: minutes.filter(({ from }) => from >= since && from + WINDOW_MS <= fault.at),
      during: minutes.filter(({ from }) => from + WINDOW_MS > fault.at && from < until),
    };
  });
}

/** Feeds the lines as `run` does, one by one, a window after the other. */
function minutesOf(lines: readonly FaultLogLine[]): readonly Minute[] {
  const watch = createLogPatternWatch();
  const baseline = errorWords();
  const minutes: Minute[] = [];
  let pods = new Set<string>();
  let from = Number.NaN;
  let last = Number.NaN;
  function close(): void {
    const findings = watch.close();
    const by = (pattern: LogPattern) => new Set(findings.filter((one) => one.pattern === pattern).map(({ pod }) => pod));
    const patterns = logPatterns.map((pattern): [string, ReadonlySet<string>] => [pattern, by(pattern)]);
    minutes.push({
      from,
      pods: pods.size,
      named: new Map([...patterns, [ANY, new Set(findings.map(({ pod }) => pod))], [BASELINE, baseline.close()]]),
    });
    pods = new Set();
  }
  for (const { at, pod, text } of lines) {
    if (Number.isNaN(from)) from = at;
    if (at >= from + WINDOW_MS) {
      close();
      from = at - last > GAP_MS ? at : from + WINDOW_MS * Math.floor((at - from) / WINDOW_MS);
    }
    const isError = isErrorLine({ text });
    watch.take({ pod, text, isError });
    baseline.take(pod, isError);
    pods.add(pod);
    last = at;
  }
  close();
  return minutes;
}

/** The baseline: lines with words of errors, above the mean of the pod's minutes by three standard deviations. */
function errorWords() {
  const pods = new Map<string, { n: number; sum: number; squares: number; now: number; isWriting: boolean }>();
  return {
    take(pod: string, isError: boolean): void {
      const known = pods.get(pod) ?? { n: 0, sum: 0, squares: 0, now: 0, isWriting: false };
      pods.set(pod, known);
      known.isWriting = true;
      if (isError) known.now += 1;
    },
    close(): ReadonlySet<string> {
      const named = new Set<string>();
      for (const [pod, one] of pods) {
        if (!one.isWriting) continue;
        const mean = one.sum / Math.max(1, one.n);
        const deviation = Math.sqrt(Math.max(0, one.squares / Math.max(1, one.n) - mean * mean));
        if (one.n >= logPatternDefaults.learntWindows && one.now > mean + 3 * deviation) named.add(pod);
        Object.assign(one, { n: one.n + 1, sum: one.sum + one.now, squares: one.squares + one.now ** 2, now: 0, isWriting: false });
      }
      return named;
    },
  };
}
