import type { DemoFault, DemoNews, DemoReport, FaultResult } from '../../app/demo/news.ts';
import type { Incident, Phase } from '../../core/model/incident.ts';
import { type StoryLine, storyLine } from './story-line.ts';

/** One fault as it stands now; durations are milliseconds of the cluster's time since it was injected. */
export interface FaultRow {
  readonly fault: DemoFault;
  readonly injectedAt: number | undefined;
  /** What is going on, in a word: `healthy`, `verifying`, `mended`. */
  readonly standing: string;
  /** What was done, or what is proposed. */
  readonly action: string | undefined;
  readonly detectedMs: number | undefined;
  readonly actedMs: number | undefined;
  readonly recoveredMs: number | undefined;
  /** The acts that were taken, by id. */
  readonly acts: readonly string[];
  readonly result: FaultResult | undefined;
}

/** All that the view of a demo shows. */
export interface DemoState {
  /** What was set up; undefined while that is still being done. */
  readonly set: Extract<DemoNews, { is: 'set' }> | undefined;
  /** The cluster's time of the latest news, in epoch milliseconds. */
  readonly at: number;
  readonly rows: readonly FaultRow[];
  readonly story: readonly StoryLine[];
  readonly report: DemoReport | undefined;
}

/** Before the first news. */
export const nothingYet: DemoState = { set: undefined, at: 0, rows: [], story: [], report: undefined };

/** The phases in words for people who do not know them. */
const standings: Readonly<Record<Phase, string>> = {
  open: 'seen',
  diagnosed: 'diagnosed',
  planned: 'planned',
  previewed: 'planned',
  asked: 'asked',
  allowed: 'allowed',
  denied: 'refused',
  acting: 'acting',
  acted: 'verifying',
  undoing: 'undoing',
  undone: 'undone',
  resolved: 'recovered',
  escalated: 'escalated',
  expired: 'ended',
};

/** The state after one piece of news. */
export function hear(state: DemoState, news: DemoNews): DemoState {
  const line = storyLine(news);
  const story = line ? withLine(state.story, line) : state.story;
  return { ...state, ...changeBy(state, news), at: Math.max(state.at, news.at), story };
}

/** For so long, in the cluster's time, the same about another subject of the same fault is no new line. */
const SAME_STORY_MS = 60_000;

function withLine(story: readonly StoryLine[], line: StoryLine): readonly StoryLine[] {
  const index = story.findLastIndex((told) => isLike(told, line));
  const like = story[index];
  if (!like) return [...story, line];
  return like.also.includes(line.subject) ? story : story.with(index, { ...like, also: [...like.also, line.subject] });
}

function isLike(told: StoryLine, line: StoryLine): boolean {
  if (told.fault === undefined || told.fault.subject !== line.fault?.subject || told.subject === line.subject) return false;
  return told.word === line.word && line.at - told.at <= SAME_STORY_MS && gist(told) === gist(line);
}

/** What a line says, whatever the names and numbers in it; of a refusal, why. */
function gist({ word, text, points }: StoryLine): string {
  return [word === 'refused' ? '' : text, ...points].join(' ').replaceAll(/\d+/g, '#');
}

function changeBy(state: DemoState, news: DemoNews): Partial<DemoState> {
  switch (news.is) {
    case 'set':
      return { set: news, rows: news.faults.map(untouched) };
    case 'injected':
      return { rows: changed(state.rows, news.fault, (row) => ({ ...row, injectedAt: news.at, standing: 'injected' })) };
    case 'told':
      return { rows: changed(state.rows, news.fault, (row) => withIncident(row, news.incident)) };
    case 'judged':
      return { rows: changed(state.rows, news.fault, (row) => withResult(row, news.result)) };
    case 'trouble':
      return {};
    case 'finished':
      return { report: news.report };
  }
}

function untouched(fault: DemoFault): FaultRow {
  const unknown = { injectedAt: undefined, action: undefined, detectedMs: undefined, actedMs: undefined, recoveredMs: undefined };
  return { fault, standing: 'healthy', acts: [], result: undefined, ...unknown };
}

function changed(rows: readonly FaultRow[], fault: DemoFault | undefined, change: (row: FaultRow) => FaultRow): readonly FaultRow[] {
  return rows.map((row) => (row.fault.name === fault?.name && row.fault.subject === fault.subject ? change(row) : row));
}

/** A fault may have several incidents; the times are those of the first. */
function withIncident(row: FaultRow, { attempts, openedAt, phase, plan }: Incident): FaultRow {
  const standing = phase === 'escalated' && attempts.at(-1)?.undone ? standings.undone : standings[phase];
  const since = (at: number | undefined) => (at === undefined || row.injectedAt === undefined ? undefined : at - row.injectedAt);
  return {
    ...row,
    standing: row.result ? row.standing : standing,
    action: attempts.at(-1)?.action ?? plan?.action ?? row.action,
    acts: [...new Set([...row.acts, ...attempts.map(({ actionId }) => actionId)])],
    detectedMs: row.detectedMs ?? since(openedAt),
    actedMs: row.actedMs ?? since(attempts[0]?.at),
  };
}

function withResult(row: FaultRow, result: FaultResult): FaultRow {
  return {
    ...row,
    result,
    standing: result.outcome,
    action: result.action ?? undefined,
    detectedMs: result.detectedMs ?? undefined,
    actedMs: result.actedMs ?? undefined,
    recoveredMs: result.recoveredMs ?? undefined,
  };
}
