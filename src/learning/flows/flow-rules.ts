import type { SourceFigures, TargetFigures } from './endpoint-window.ts';
import { excess, type UsualLevel, usualFigure } from './usual-level.ts';

/** What flows may be part of. */
export type FlowTrouble = 'port scan' | 'ddos' | 'icmp flood';

/** The bounds of the rules, for a window of a minute. */
export interface FlowRuleOptions {
  /** Fewest pairs of host and port that a scan tries in vain, and their least share of all that it calls. */
  readonly scanPairs: number;
  readonly scanFruitlessShare: number;
  /** Fewest sources and calls of a distributed flood, and the least evenness of the sources. */
  readonly floodSources: number;
  readonly floodCalls: number;
  readonly floodEntropy: number;
  /** The least share of calls that got nowhere, while it is not known what is usual there. */
  readonly floodFruitlessShare: number;
  /** Fewest echo requests, and packets per second of the fastest of them. */
  readonly icmpPackets: number;
  readonly icmpPeak: number;
  /** How far above what is usual for the address, in spreads and as a multiple; and from how many windows that is learnt. */
  readonly excess: number;
  readonly multiple: number;
  readonly learntWindows: number;
  /** A crude rule of its own: so many bytes from so many sources; off unless it is set. */
  readonly volume?: { readonly bytes: number; readonly sources: number };
}

/** What is used where nothing else is said: below it an address is left alone, however little is known of it. */
export const flowRuleDefaults: FlowRuleOptions = {
  scanPairs: 20,
  scanFruitlessShare: 0.7,
  floodSources: 10,
  floodCalls: 200,
  floodEntropy: 0.5,
  floodFruitlessShare: 0.8,
  icmpPackets: 150,
  icmpPeak: 10,
  excess: 4,
  multiple: 3,
  learntWindows: 10,
};

/** What is usual for one address. */
export type SourceUsual = Readonly<Record<'pairs', UsualLevel>>;
/** What is usual for one address that is called. */
export type TargetUsual = Readonly<Record<'calls' | 'sources' | 'icmp', UsualLevel>>;

/** What a rule holds against an address. */
export interface FlowJudgement {
  readonly trouble: FlowTrouble;
  readonly summary: string;
  /** The figure that the rule looks at as a multiple of its bound; 1 or more. */
  readonly timesBound: number;
}

/** Judges what one address did in a window. */
export function judgeSource(figures: SourceFigures, usual: SourceUsual, options: FlowRuleOptions): FlowJudgement | undefined {
  const { pairs, fruitlessPairs, hosts, fruitlessHosts, ports } = figures;
  if (fruitlessPairs < options.scanPairs || fruitlessPairs < options.scanFruitlessShare * pairs) return undefined;
  if (!isUnusual(fruitlessPairs, usual.pairs, options)) return undefined;
  const isVertical = pairs >= 4 * hosts;
  if (!isVertical && fruitlessHosts < options.scanPairs / 2) return undefined;
  const what = isVertical ? `${round(ports)} ports of ${round(hosts)} hosts` : `${round(hosts)} hosts at ${round(ports)} ports`;
  return {
    trouble: 'port scan',
    summary: `called ${what}, ${round(fruitlessPairs)} of ${round(pairs)} pairs in vain${usually(usual.pairs, options)}`,
    timesBound: fruitlessPairs / options.scanPairs,
  };
}

/** Judges what was done to one address in a window: each trouble by itself, for they come together. */
export function judgeTarget(figures: TargetFigures, usual: TargetUsual, options: FlowRuleOptions): readonly FlowJudgement[] {
  const all = [icmpFlood(figures, usual, options), ddos(figures, usual, options) ?? volume(figures, options)];
  return all.filter((one) => one !== undefined);
}

function icmpFlood({ icmpPackets, icmpPeak }: TargetFigures, { icmp }: TargetUsual, options: FlowRuleOptions): FlowJudgement | undefined {
  if (icmpPackets < options.icmpPackets || icmpPeak < options.icmpPeak || !isUnusual(icmpPackets, icmp, options)) return undefined;
  return {
    trouble: 'icmp flood',
    summary: `${round(icmpPackets)} echo requests, up to ${round(icmpPeak)} per second${usually(icmp, options)}`,
    timesBound: icmpPackets / options.icmpPackets,
  };
}

/** Many callers at once: they hang up without a word, or they are far more than usual and call far more. */
function ddos(figures: TargetFigures, usual: TargetUsual, options: FlowRuleOptions): FlowJudgement | undefined {
  const { calls, sources, fanInEntropy, fruitlessShare } = figures;
  if (calls < options.floodCalls || sources < options.floodSources || fanInEntropy < options.floodEntropy) return undefined;
  if (!isUnusual(calls, usual.calls, options)) return undefined;
  const isKnown = usual.calls.windows >= options.learntWindows;
  const isSurge = isKnown && isUnusual(sources, usual.sources, options);
  if (!isSurge && fruitlessShare < options.floodFruitlessShare) return undefined;
  const empty = `${Math.round(100 * fruitlessShare)} % without a word`;
  return {
    trouble: 'ddos',
    summary: `${round(calls)} calls from ${round(sources)} sources, ${empty}${usually(usual.calls, options)}`,
    timesBound: calls / options.floodCalls,
  };
}

function volume({ bytes, sources }: TargetFigures, { volume: bound }: FlowRuleOptions): FlowJudgement | undefined {
  if (bound === undefined || bytes <= bound.bytes || sources < bound.sources) return undefined;
  return {
    trouble: 'ddos',
    summary: `${round(bytes)} bytes from ${round(sources)} sources, more than the ${bound.bytes} that are allowed`,
    timesBound: bytes / bound.bytes,
  };
}

/** What is not known yet is unusual: then the bounds alone decide. */
function isUnusual(figure: number, level: UsualLevel, { excess: least, multiple, learntWindows }: FlowRuleOptions): boolean {
  return level.windows < learntWindows || (excess(level, figure) >= least && figure >= multiple * usualFigure(level));
}

function usually(level: UsualLevel, { learntWindows }: FlowRuleOptions): string {
  return level.windows < learntWindows ? '' : `; usual are ${round(usualFigure(level))}`;
}

function round(value: number): string {
  return String(Math.round(value));
}
