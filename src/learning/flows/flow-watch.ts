import type { Flow } from '../../core/model/flow.ts';
import { createSourceWindow, createTargetWindow, type SourceWindow, type TargetWindow } from './endpoint-window.ts';
import {
  type FlowJudgement,
  type FlowRuleOptions,
  flowRuleDefaults,
  judgeSource,
  judgeTarget,
  type SourceUsual,
  type TargetUsual,
} from './flow-rules.ts';
import { isFruitless, isReply } from './flow-traits.ts';
import type { TopCount } from './top-counts.ts';
import { learn, newUsualLevel } from './usual-level.ts';

/** An address that took part in something bad in one window. */
export interface FlowAlarm extends FlowJudgement {
  readonly address: string;
  /** Whether it did it, or it was done to it. */
  readonly role: 'source' | 'target';
  /** The window: from `from` on, before `until`, epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** Of all its flows in the window. */
  readonly packets: number;
  readonly bytes: number;
  /** The other side: who was called in vain by a source, who called a target, or sent it echo requests. */
  readonly peers: readonly TopCount[];
  /** The ports that were called, as `80/tcp`. */
  readonly ports: readonly TopCount[];
}

/** How windows are cut, and how much is kept. */
export interface FlowWatchOptions extends FlowRuleOptions {
  readonly windowMs: number;
  /** Addresses that are looked at in a window, by role; the flows of more are counted as `other`. */
  readonly mostAddresses: number;
  /** Addresses whose usual level is remembered, by role. */
  readonly mostRemembered: number;
}

/** A minute, of which a new one begins every half. */
export const flowWatchDefaults: FlowWatchOptions = { ...flowRuleDefaults, windowMs: 60_000, mostAddresses: 20_000, mostRemembered: 50_000 };

/** Watches flows as they come. What is usual is learnt from windows without an alarm, so that an attack that lasts stays unusual. */
export interface FlowWatch {
  /** Takes a flow, and gives what the windows say that end before it. One that comes late counts in the window that is open. */
  add(flow: Flow): readonly FlowAlarm[];
  /** Ends the windows that end at or before `now`. */
  close(now: number): readonly FlowAlarm[];
  /** Flows of addresses for which there was no room. */
  other(): number;
}

interface Window {
  readonly from: number;
  readonly sources: Map<string, SourceWindow>;
  readonly targets: Map<string, TargetWindow>;
}

/** Makes a watch that knows nothing of what is usual. */
export function createFlowWatch(given: Partial<FlowWatchOptions> = {}): FlowWatch {
  const options = { ...flowWatchDefaults, ...given };
  const stepMs = options.windowMs / 2;
  const sourcesUsual = new Map<string, SourceUsual>();
  const targetsUsual = new Map<string, TargetUsual>();
  let windows: Window[] = [];
  let other = 0;

  function endWindow(window: Window): readonly FlowAlarm[] {
    const span = { from: window.from, until: window.from + options.windowMs };
    const bySource = [...window.sources].flatMap(([address, one]) => {
      const figures = one.figures();
      const usual = remembered(sourcesUsual, address, newSourceUsual, options.mostRemembered);
      const judgement = judgeSource(figures, usual, options);
      if (judgement) return [{ ...judgement, ...span, ...volumeOf(figures), ...one.detail(), address, role: 'source' as const }];
      learn(usual.pairs, figures.fruitlessPairs);
      return [];
    });
    const byTarget = [...window.targets].flatMap(([address, one]) => {
      const figures = one.figures();
      const usual = remembered(targetsUsual, address, newTargetUsual, options.mostRemembered);
      const judgements = judgeTarget(figures, usual, options);
      if (judgements.length === 0) {
        learn(usual.calls, figures.calls);
        learn(usual.sources, figures.sources);
        learn(usual.icmp, figures.icmpPackets);
      }
      return judgements.map((judgement) => ({
        ...judgement,
        ...span,
        ...volumeOf(figures),
        ...one.detail(judgement.trouble === 'icmp flood' ? 'echoes' : 'calls'),
        address,
        role: 'target' as const,
      }));
    });
    return [...bySource, ...byTarget];
  }

  function close(now: number): readonly FlowAlarm[] {
    const ended = windows.filter(({ from }) => from + options.windowMs <= now);
    if (ended.length > 0) windows = windows.filter(({ from }) => from + options.windowMs > now);
    return ended.flatMap(endWindow);
  }

  /** The two windows that hold an instant; a time before the open ones is taken for theirs. */
  function windowsAt(at: number): readonly Window[] {
    const newest = Math.max(Math.floor(at / stepMs) * stepMs, windows[0]?.from ?? Number.NEGATIVE_INFINITY);
    for (const from of [newest - stepMs, newest])
      if (!windows.some((one) => one.from === from) && from >= (windows[0]?.from ?? from))
        windows.push({ from, sources: new Map(), targets: new Map() });
    windows.sort((a, b) => a.from - b.from);
    return windows.filter(({ from }) => from === newest || from === newest - stepMs);
  }

  function addTo(window: Window, flow: Flow): void {
    const source = entry(window.sources, flow.sourceAddress, createSourceWindow, options.mostAddresses);
    const target = entry(window.targets, flow.destinationAddress, createTargetWindow, options.mostAddresses);
    source?.add(flow);
    target?.add(flow);
    if (!source || !target) other++;
  }

  return {
    add(flow) {
      const alarms = close(flow.at);
      for (const window of windowsAt(flow.at)) addTo(window, flow);
      return alarms;
    },
    close,
    other: () => other,
  };
}

/** Whether a flow is of those that an alarm is about; what a scanner calls with success is no part of its scan. */
export function isPartOf(alarm: FlowAlarm, flow: Flow): boolean {
  if (flow.at < alarm.from || flow.at >= alarm.until) return false;
  const isAnswer = isReply(flow);
  if (alarm.trouble === 'port scan' && !isAnswer && !isFruitless(flow)) return false;
  const address = (alarm.role === 'source') === isAnswer ? flow.destinationAddress : flow.sourceAddress;
  return address === alarm.address;
}

function volumeOf({ packets, bytes }: { readonly packets: number; readonly bytes: number }) {
  return { packets, bytes };
}

function newSourceUsual(): SourceUsual {
  return { pairs: newUsualLevel() };
}

function newTargetUsual(): TargetUsual {
  return { calls: newUsualLevel(), sources: newUsualLevel(), icmp: newUsualLevel() };
}

/** The entry of an address, made where there is room; undefined where there is none. */
function entry<Value>(map: Map<string, Value>, address: string, make: () => Value, most: number): Value | undefined {
  const known = map.get(address);
  if (known !== undefined || map.size >= most) return known;
  const made = make();
  map.set(address, made);
  return made;
}

/** The one that was not seen for longest makes room. */
function remembered<Value>(map: Map<string, Value>, address: string, make: () => Value, most: number): Value {
  const value = map.get(address) ?? make();
  map.delete(address);
  map.set(address, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
  return value;
}
