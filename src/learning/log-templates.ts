import { createLineScanner } from './log-templates/line-scanner.ts';
import type { MergeRule } from './log-templates/partners.ts';
import { piecesOf } from './log-templates/pieces.ts';
import { asTemplate, createTemplateTable, current, type LogTemplate, type TemplateEntry } from './log-templates/template-table.ts';

/** How a miner decides and how much it keeps; one set for all systems. */
export interface LogTemplateOptions extends MergeRule {
  /** Templates that are kept; beyond, those that were seen least recently are dropped. */
  readonly mostTemplates: number;
  /** Forms of lines whose template is remembered, in each of two generations. */
  readonly mostForms: number;
}

/** What is used where nothing else is said; chosen on half of the development systems (docs/evaluation.md). */
export const logTemplateDefaults: LogTemplateOptions = {
  fewestShared: 2,
  fewestSharedOfWords: 3,
  moreWhenFewer: 3,
  plainWords: 5,
  names: 3,
  pairs: 4,
  mostValues: 2,
  mostTemplates: 5_000,
  mostForms: 20_000,
};

/** Stands for the template of one line, and leads to it when that has become part of another. */
export type TemplateHandle = TemplateEntry;

/** Finds the templates of log lines while they come, one line at a time, in bounded memory. */
export interface LogTemplateMiner {
  /** Counts a line, and learns from it when it is of a new form. Asks for the line without its time stamp and level, if they are known. */
  add(line: string): TemplateHandle;
  /** The template that a handle leads to now. One that was dropped stays as it was when it was dropped. */
  template(handle: TemplateHandle): LogTemplate;
  /** All that are kept, in the order of their making. */
  templates(): readonly LogTemplate[];
  /** How many were dropped to make room since the start. */
  dropped(): number;
}

/** At once so many of the templates are dropped, as a share, that room is seldom made. */
const SHARE_DROPPED = 1 / 16;

/**
 * Makes a miner in the manner of Drain (He et al. 2017, *Drain: An Online Log Parsing Approach with Fixed Depth Tree*): lines are
 * grouped by their shape, then by their words. What is a value shows by its form, or by many different words in one place.
 */
export function createLogTemplateMiner(options: Partial<LogTemplateOptions> = {}): LogTemplateMiner {
  const { mostTemplates, mostForms, ...rule } = { ...logTemplateDefaults, ...options };
  const scanner = createLineScanner();
  const table = createTemplateTable(rule);
  let young = new Map<number, TemplateEntry>();
  let old = new Map<number, TemplateEntry>();
  let lines = 0;
  let dropped = 0;

  function add(line: string): TemplateHandle {
    const signature = scanner.scan(line);
    const entry = remembered(signature) ?? learn(signature);
    entry.lines++;
    entry.seenAt = ++lines;
    return entry;
  }

  function remembered(signature: number): TemplateEntry | undefined {
    const known = young.get(signature);
    if (known && !known.mergedInto && !known.isDropped) return known;
    const stale = known ?? old.get(signature);
    const entry = stale && current(stale);
    if (!entry || entry.isDropped) return undefined;
    remember(signature, entry);
    return entry;
  }

  function remember(signature: number, entry: TemplateEntry): void {
    if (young.size >= mostForms) {
      old = young;
      young = new Map();
    }
    young.set(signature, entry);
  }

  function learn(signature: number): TemplateEntry {
    const entry = table.place(piecesOf(scanner.normalForm()));
    remember(signature, entry);
    entry.seenAt = lines + 1;
    if (table.size() > mostTemplates) makeRoom();
    return entry;
  }

  function makeRoom(): void {
    const oldest = [...table.entries()].sort((one, other) => one.seenAt - other.seenAt);
    for (const entry of oldest.slice(0, Math.max(table.size() - mostTemplates, Math.floor(mostTemplates * SHARE_DROPPED)))) {
      entry.isDropped = true;
      table.remove(entry);
      dropped++;
    }
  }

  return {
    add,
    template: (handle) => asTemplate(current(handle)),
    templates: () => [...table.entries()].map(asTemplate).sort((one, other) => one.id - other.id),
    dropped: () => dropped,
  };
}
