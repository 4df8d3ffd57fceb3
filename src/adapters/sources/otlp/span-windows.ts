import type { ResourceRef } from '../../../core/model/resource.ts';
import type { SpanStats } from '../../../core/model/span-stats.ts';
import { OTHER, type SpanGroups, spanGroups, spanStatsOf } from './span-stats-of.ts';

/** A call that one service made of another, told by a client or producer span. */
interface Call {
  readonly spanId: string;
  readonly caller: string;
  readonly peer: string | undefined;
  readonly durationMs: number;
  readonly isError: boolean;
}

/** What one span says, whoever sent it. Ids are opaque and unique. */
export interface SpanRecord {
  readonly service: string;
  readonly subject?: ResourceRef;
  readonly id: string;
  readonly parentId?: string;
  /** An `entry` is where a service is called or begins by itself, a `call` is where it calls; `inner` spans say nothing about either. */
  readonly role: 'entry' | 'call' | 'inner';
  /** Epoch milliseconds. */
  readonly endAt: number;
  readonly durationMs: number;
  readonly isError: boolean;
  /** Whom a call calls, as far as the caller knows. */
  readonly peer?: string;
}

/** Limits of the windows. A window is given out `graceMs` after its end. */
export interface WindowLimits {
  readonly windowMs: number;
  readonly graceMs: number;
  readonly maxServices: number;
  readonly maxEdges: number;
  /** Calls of one window, which are kept until it ends. */
  readonly maxCalls: number;
}

/** Spans by the window in which they ended. */
export interface SpanWindows {
  /** Undefined when the span was taken. A span of which only the call was left out still counts for its service. */
  add(span: SpanRecord, now: number): 'late span' | 'from the future' | 'too many calls' | undefined;
  /** The figures of all windows that are over, and forgets these. */
  close(now: number): readonly SpanStats[];
}

interface Window {
  readonly services: SpanGroups;
  readonly calls: Call[];
  /** Which service answered the call with this span id. */
  readonly answers: Map<string, string>;
}

/** Empty windows. */
export function spanWindows(source: string, limits: WindowLimits): SpanWindows {
  const { windowMs, graceMs } = limits;
  const open = new Map<number, Window>();
  /** A call may end in the window after its answer. */
  let before: Window | undefined;
  let closedUntil = Number.NEGATIVE_INFINITY;

  function windowAt(start: number): Window {
    const known = open.get(start);
    if (known) return known;
    const window: Window = { services: spanGroups(limits.maxServices), calls: [], answers: new Map() };
    open.set(start, window);
    return window;
  }
  function isOver(start: number, now: number): boolean {
    return start + windowMs + graceMs <= now;
  }
  function callsOf(window: Window, at: number): readonly SpanStats[] {
    const edges = spanGroups(limits.maxEdges);
    const answers = [window, before, ...open.values()].flatMap((one) => (one ? [one.answers] : []));
    for (const call of window.calls) {
      const callee = answers.find((answer) => answer.has(call.spanId))?.get(call.spanId) ?? call.peer;
      if (callee !== undefined) edges.add({ service: callee, caller: call.caller }, call);
    }
    return edges
      .largest()
      .map((group) => spanStatsOf(group.caller === undefined ? { ...group, caller: OTHER } : group, { source, at, windowMs }));
  }
  return {
    add(span, now) {
      const start = Math.floor(span.endAt / windowMs) * windowMs;
      if (start < closedUntil || isOver(start, now)) return 'late span';
      if (start > now + graceMs) return 'from the future';
      const window = windowAt(start);
      if (span.role === 'entry') window.services.add(span, span);
      const isCrowded = window.calls.length + window.answers.size >= limits.maxCalls;
      return noteCall(window, span, isCrowded) ? undefined : 'too many calls';
    },
    close(now) {
      const over = [...open.keys()].filter((start) => isOver(start, now)).toSorted((a, b) => a - b);
      return over.flatMap((start) => {
        const window = windowAt(start);
        open.delete(start);
        const at = start + windowMs;
        closedUntil = at;
        const stats = window.services.largest().map((group) => spanStatsOf(group, { source, at, windowMs }));
        const calls = callsOf(window, at);
        before = window;
        return [...stats, ...calls];
      });
    },
  };
}

/** False when there is something to note and no room for it. */
function noteCall(window: Window, span: SpanRecord, isCrowded: boolean): boolean {
  const { id, parentId, role, service, peer, durationMs, isError } = span;
  const isAnswer = role === 'entry' && parentId !== undefined;
  if (role !== 'call' && !isAnswer) return true;
  if (isCrowded) return false;
  if (isAnswer) window.answers.set(parentId, service);
  else window.calls.push({ spanId: id, caller: service, peer, durationMs, isError });
  return true;
}
