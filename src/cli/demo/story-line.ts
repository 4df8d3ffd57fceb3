import type { DemoFault, DemoNews } from '../../app/demo/news.ts';
import type { Incident } from '../../core/model/incident.ts';
import { resourceName } from '../../core/model/resource.ts';
import { clean, minutes } from './layout.ts';

/** What a line of the story is about, in the order in which an incident goes. */
export type Word =
  | 'fault'
  | 'look-alike'
  | 'seen'
  | 'cause'
  | 'refused'
  | 'asked'
  | 'done'
  | 'verified'
  | 'undone'
  | 'escalated'
  | 'ended'
  | 'result'
  | 'trouble';

/** One line of the story; `points` are the reasons below it, `isBad` says that it is no good news. */
export interface StoryLine {
  readonly at: number;
  readonly word: Word;
  readonly fault: DemoFault | undefined;
  /** What it tells about: the subject of the incident or fault, `Node node-4`; empty when it is about none. */
  readonly subject: string;
  readonly text: string;
  readonly points: readonly string[];
  /** Further subjects of which the same was told right after it. */
  readonly also: readonly string[];
  readonly isBad: boolean;
}

type Told = Extract<DemoNews, { is: 'told' }>;
type Body = Pick<StoryLine, 'word' | 'text'> & Partial<Pick<StoryLine, 'points' | 'isBad'>>;

/** What one piece of news adds to the story: a line, or none when it says nothing that a person needs. */
export function storyLine(news: DemoNews): StoryLine | undefined {
  const body = bodyOf(news);
  if (!body) return undefined;
  const { word, text, points = [], isBad = false } = body;
  const fault = 'fault' in news ? news.fault : undefined;
  const short = (one: string) => readable(one, fault);
  return { at: news.at, word, fault, subject: subjectOf(news), text: short(text), points: points.map(short), also: [], isBad };
}

function subjectOf(news: DemoNews): string {
  if (news.is === 'told') return resourceName(news.incident.subject);
  return 'fault' in news ? news.fault.subject : '';
}

function bodyOf(news: DemoNews): Body | undefined {
  switch (news.is) {
    case 'set':
    case 'finished':
      return undefined;
    case 'injected':
      return { word: news.fault.isLookAlike ? 'look-alike' : 'fault', text: news.fault.variant };
    case 'judged':
      return resultOf(news);
    case 'told':
      return toldBody(news);
    case 'trouble':
      return { word: 'trouble', text: `${news.message} ${JSON.stringify(news.fields)}`, isBad: true };
  }
}

function resultOf({ result }: Extract<DemoNews, { is: 'judged' }>): Body {
  const when = [
    ['detected', result.detectedMs],
    ['acted', result.actedMs],
    ['recovered', result.recoveredMs],
  ] as const;
  const times = when.flatMap(([what, ms]) => (ms === null ? [] : [`${what} after ${minutes(ms)}`]));
  const expectation = result.ok ? 'as expected' : `expected ${result.expected}`;
  return { word: 'result', text: [`${result.outcome}, ${expectation}`, ...times].join('; '), isBad: !result.ok };
}

function toldBody({ incident, entry }: Told): Body | undefined {
  const { detail } = entry;
  const plan = clauseOf(incident);
  switch (entry.what) {
    case 'opened':
      return seen(incident);
    case 'diagnosed':
      return cause(incident);
    case 'asked':
      return { word: 'asked', text: `may I ${plan}?`, points: strings(detail.reasons) };
    case 'denied':
      return { word: 'refused', text: plan, points: strings(detail.reasons) };
    case 'acted':
      return incident.phase === 'undone'
        ? { word: 'undone', text: `all that ${incident.attempts.at(-1)?.action ?? 'the act'} changed is again as it was before` }
        : { word: 'done', text: plan, points: [consent(incident)] };
    case 'verified':
      return { word: 'verified', text: `${detail.outcome}: ${detail.why}`, isBad: detail.outcome !== 'recovered' };
    case 'ended':
      return ended(incident);
    default:
      return undefined;
  }
}

/** The first finding of each detector, with the number of signals that it rests on, and how many more there are like it. */
function seen({ findings }: Incident): Body {
  const groups = Map.groupBy(findings, ({ detector }) => detector);
  const [text = '', ...points] = [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const signals = first.evidence.length === 1 ? '1 signal' : `${first.evidence.length} signals`;
    return [`${first.detector} (${signals}${others.length > 0 ? `; ${others.length} more like it` : ''}): ${first.summary}`];
  });
  return { word: 'seen', text, points };
}

/** The likeliest cause with what speaks for it; the runners-up by name. */
function cause({ hypotheses: [likeliest, ...others] }: Incident): Body | undefined {
  if (!likeliest) return undefined;
  const sure = likeliest.configured ? 'as configured' : `${Math.round(likeliest.confidence * 100)} % on ${likeliest.n} cases`;
  const rest = others.length === 0 ? '' : `; less likely ${others.map((one) => one.cause).join(', ')}`;
  return { word: 'cause', text: `${likeliest.cause} (${sure})${rest}`, points: likeliest.because };
}

/** Who let it be done. */
function consent({ verdict }: Incident): string {
  const by = verdict?.decision === 'allow' ? verdict.approvedBy : undefined;
  return by === undefined ? 'no guard objected' : `${by} said yes, and no guard forbade it`;
}

function ended(incident: Incident): Body | undefined {
  const reason = incident.reason ?? '';
  if (incident.phase === 'resolved') {
    return reason === 'self-recovered' ? { word: 'ended', text: 'it went by itself, and nothing was done' } : undefined;
  }
  if (incident.phase !== 'escalated') return { word: 'ended', text: reason };
  return { word: 'escalated', text: `a person is told: ${withoutRepetition(incident, reason)}` };
}

/** Why an act was undone was told when it was verified, and why it was refused when it was. */
function withoutRepetition({ attempts, verdict }: Incident, reason: string): string {
  if (attempts.at(-1)?.undone && reason.startsWith('undone: ')) return 'what was done did not help and is undone';
  if (!verdict || verdict.decision === 'allow') return reason;
  return reason.replace(verdict.reasons.join('; '), 'the reasons above still stand');
}

function clauseOf({ plan }: Incident): string {
  return plan?.summary ?? 'act';
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** For people who know which fault it is about and what day it is: without its namespace, and without the date of an instant. */
function readable(text: string, fault: DemoFault | undefined): string {
  const short = clean(text).replaceAll(/\b\d{4}-\d\d-\d\d (\d\d:\d\d:\d\d) UTC/g, '$1');
  return fault ? short.replaceAll(`${fault.namespace}/`, '') : short;
}
