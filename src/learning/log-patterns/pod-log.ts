import { current, type TemplateEntry } from '../log-templates/template-table.ts';

/** What may be odd about the lines of one pod. */
export const logPatterns = ['new-log-template', 'vanished-log-template'] as const;
/** A name of what is odd. */
export type LogPattern = (typeof logPatterns)[number];

/** One odd thing in one window of a pod. */
export interface LogJudgement {
  readonly pattern: LogPattern;
  /** Figures in words; without text of the log. */
  readonly summary: string;
  /** The kind of line that it is about. */
  readonly template: TemplateEntry;
}

/** Bounds, for windows of a minute; one set for all systems. */
export interface LogPatternOptions {
  /** Windows in which a pod wrote before anything is held against it. */
  readonly learntWindows: number;
  /** What has not come once, while so many lines of it were to be expected by its share of the others, has vanished. */
  readonly awaitedLines: number;
  /** It must have come in such a share of the windows before. */
  readonly steadyShare: number;
  /** Templates that are remembered of a pod. */
  readonly mostTemplates: number;
}

/** What is used where nothing else is said. At ten lines to be expected, none is chance once in 20,000 (Poisson). */
export const logPatternDefaults: LogPatternOptions = { learntWindows: 5, awaitedLines: 10, steadyShare: 0.9, mostTemplates: 100 };

/** One line, as the pod's counters take it. */
export interface CountedLine {
  readonly template: TemplateEntry;
  readonly isError: boolean;
  /** Nobody wrote such a line before. */
  readonly isNew: boolean;
}

/** Counts the lines of one pod in windows, and judges each against those before it. */
export interface PodLog {
  add(line: CountedLine): void;
  /** Ends a window, and learns from it. One in which nothing was written says nothing, and is not learnt from. */
  close(): readonly LogJudgement[];
  /** Windows in a row in which nothing was written. */
  silence(): number;
}

/** Hot and mutable: one for each template of each pod. */
interface TemplateCount {
  /** An error that comes no more is no trouble. */
  readonly isError: boolean;
  /** In this window. */
  lines: number;
  /** Windows in a row without it. */
  missing: number;
  /** Lines of it, fading. */
  weight: number;
  /** Windows with it, and all windows until it came last; fading both. */
  present: number;
  windows: number;
  /** Lines of it that were to be expected since it came last. */
  awaited: number;
}

/** All that is remembered fades by so much a window: half of it is of the last quarter of an hour. */
const FADING = 0.95;
/** Within one window; beyond it what is new is not told one by one, and not counted. */
const MOST_FRESH = 20;
const MOST_COUNTED = 1_000;

/** Makes the log of a pod that has written nothing. */
export function createPodLog(options: LogPatternOptions): PodLog {
  const counts = new Map<TemplateEntry, TemplateCount>();
  const pod = { windows: 0, weight: 0 };
  let fresh: TemplateEntry[] = [];
  let silent = 0;
  let lines = 0;

  function vanished(template: TemplateEntry, count: TemplateCount): readonly LogJudgement[] {
    const expected = count.awaited + (lines * count.weight) / pod.weight;
    const isNews = count.lines === 0 && expected >= options.awaitedLines && count.awaited < options.awaitedLines;
    if (!isNews || count.isError || !isSteady(count, options)) return [];
    const summary = `wrote no line of a kind for ${count.missing + 1} min, and by its other lines ${Math.round(expected)} were to be expected`;
    return [{ pattern: 'vanished-log-template', summary, template }];
  }
  function judge(): readonly LogJudgement[] {
    if (pod.windows < options.learntWindows) return [];
    const summary = 'wrote an error of a kind that nobody wrote before';
    const news = [...new Set(fresh.map(current))].map((template) => ({ pattern: 'new-log-template' as const, summary, template }));
    return [...news, ...[...counts].flatMap(([template, count]) => vanished(template, count))];
  }
  function learn(): void {
    for (const count of counts.values()) learnCount(count, pod.weight > 0 ? lines / pod.weight : 0);
    pod.windows += 1;
    pod.weight = FADING * pod.weight + lines;
    dropLongestMissing(counts, options.mostTemplates);
  }
  return {
    add({ template, isError, isNew }) {
      lines += 1;
      if (isError && isNew && fresh.length < MOST_FRESH) fresh.push(template);
      const count = counts.get(template);
      if (count) count.lines += 1;
      else if (counts.size < MOST_COUNTED)
        counts.set(template, { isError, lines: 1, missing: 0, weight: 0, present: 0, windows: 0, awaited: 0 });
    },
    close() {
      silent = lines === 0 ? silent + 1 : 0;
      if (lines === 0) return [];
      followMerges(counts);
      const judgements = judge();
      learn();
      lines = 0;
      fresh = [];
      return judgements;
    },
    silence: () => silent,
  };
}

/** Whether it came in nearly every window since it came first, and in some at least. */
function isSteady({ present, windows }: TemplateCount, { steadyShare, learntWindows }: LogPatternOptions): boolean {
  return present >= steadyShare * windows && windows >= fadingCount(learntWindows);
}

/** So many windows, as they count when each weighs less than the next. */
function fadingCount(windows: number): number {
  return (1 - FADING ** windows) / (1 - FADING);
}

/**
 * Counts the window in. `share` is what the pod wrote, by all that it wrote before: as much of the template was to be expected. That it was
 * missing for some windows is learnt when it comes back: until then it is as steady as it was.
 */
function learnCount(count: TemplateCount, share: number): void {
  count.weight = FADING * count.weight + count.lines;
  if (count.lines === 0) {
    count.awaited += share * count.weight;
    count.missing += 1;
    return;
  }
  const passed = count.missing + 1;
  count.present = FADING ** passed * count.present + 1;
  count.windows = FADING ** passed * count.windows + fadingCount(passed);
  Object.assign(count, { awaited: 0, missing: 0, lines: 0 });
}

/** Templates that have become one are counted as one. */
function followMerges(counts: Map<TemplateEntry, TemplateCount>): void {
  for (const [template, count] of counts) {
    const whole = current(template);
    if (whole === template) continue;
    counts.delete(template);
    const other = counts.get(whole);
    if (other) addTo(other, count);
    else counts.set(whole, count);
  }
}

function addTo(whole: TemplateCount, part: TemplateCount): void {
  whole.lines += part.lines;
  whole.weight += part.weight;
  if (part.windows > whole.windows) Object.assign(whole, { present: part.present, windows: part.windows });
  whole.missing = Math.min(whole.missing, part.missing);
  whole.awaited = Math.min(whole.awaited, part.awaited);
}

function dropLongestMissing(counts: Map<TemplateEntry, TemplateCount>, most: number): void {
  if (counts.size <= most) return;
  const all = [...counts].sort(([, one], [, other]) => other.missing - one.missing);
  for (const [template] of all.slice(0, counts.size - most)) counts.delete(template);
}
