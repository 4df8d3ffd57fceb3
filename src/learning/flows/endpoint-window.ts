import type { Flow } from '../../core/model/flow.ts';
import { type Callers, createCallers } from './callers.ts';
import { createDistinctCount } from './distinct-count.ts';
import { isFruitless, isIcmp, isReply, isSynOnly, isTcp, protocolName } from './flow-traits.ts';
import { createTopCounts, type TopCount, type TopCounts } from './top-counts.ts';

/** What one address did in one window. Answers count in volume only. */
export interface SourceFigures {
  readonly flows: number;
  readonly bytes: number;
  readonly packets: number;
  readonly hosts: number;
  readonly ports: number;
  /** Different pairs of host and port that were called, and those of them where the call got nowhere. */
  readonly pairs: number;
  readonly fruitlessPairs: number;
  readonly fruitlessHosts: number;
  /** Of the calls. */
  readonly synOnlyShare: number;
}

/** What was done to one address in one window. */
export interface TargetFigures {
  /** Calls, without answers and without ICMP. */
  readonly calls: number;
  readonly bytes: number;
  readonly packets: number;
  readonly bytesPerPacket: number;
  readonly sources: number;
  readonly ports: number;
  readonly synOnlyShare: number;
  readonly fruitlessShare: number;
  readonly icmpPackets: number;
  readonly icmpShare: number;
  /** Packets per second of the fastest ICMP flow. */
  readonly icmpPeak: number;
  /** 1: all sources call alike; 0: one calls. Entropy over its most (Lakhina et al. 2005). */
  readonly fanInEntropy: number;
}

/** Who takes part on the other side, and at which ports: by calls (of a source only those that got nowhere), or by echo requests. */
export interface WindowDetail {
  readonly peers: readonly TopCount[];
  readonly ports: readonly TopCount[];
}

/** Adds up the flows of one window from one address. */
export interface SourceWindow {
  add(flow: Flow): void;
  figures(): SourceFigures;
  detail(): WindowDetail;
}

/** Adds up the flows of one window to one address. */
export interface TargetWindow {
  add(flow: Flow): void;
  figures(): TargetFigures;
  /** Of its calls (of those in vain, where they are the most), or of the echo requests, which have no ports. */
  detail(of: 'calls' | 'echoes'): WindowDetail;
}

/** Makes an empty window of a source. */
export function createSourceWindow(): SourceWindow {
  const [hosts, ports, pairs, fruitlessPairs, fruitlessHosts] = Array.from({ length: 5 }, createDistinctCount);
  let topHosts: TopCounts<string> | undefined;
  let topPorts: TopCounts<number> | undefined;
  let [flows, bytes, packets, calls, synOnly] = [0, 0, 0, 0, 0];
  return {
    add(flow) {
      flows++;
      bytes += flow.bytes;
      packets += flow.packets;
      if (isReply(flow) || isIcmp(flow)) return;
      calls++;
      if (isSynOnly(flow)) synOnly++;
      const pair = `${flow.destinationAddress} ${flow.destinationPort}`;
      hosts?.add(flow.destinationAddress);
      ports?.add(String(flow.destinationPort));
      pairs?.add(pair);
      if (!isFruitless(flow)) return;
      topHosts ??= createTopCounts();
      topPorts ??= createTopCounts();
      topHosts.add(flow.destinationAddress, 1);
      topPorts.add(portOf(flow), 1);
      fruitlessPairs?.add(pair);
      if (isTcp(flow)) fruitlessHosts?.add(flow.destinationAddress);
    },
    figures: () => ({
      flows,
      bytes,
      packets,
      hosts: hosts?.count() ?? 0,
      ports: ports?.count() ?? 0,
      pairs: pairs?.count() ?? 0,
      fruitlessPairs: fruitlessPairs?.count() ?? 0,
      fruitlessHosts: fruitlessHosts?.count() ?? 0,
      synOnlyShare: synOnly / Math.max(1, calls),
    }),
    detail: () => ({ peers: topHosts?.top() ?? [], ports: portNames(topPorts) }),
  };
}

/** Makes an empty window of a target. */
export function createTargetWindow(): TargetWindow {
  const sources = createDistinctCount();
  const ports = createDistinctCount();
  const callers = createCallers();
  const topPorts = createTopCounts<number>();
  let inVain: Callers | undefined;
  let echoers: TopCounts<string> | undefined;
  let [bytes, packets, calls, synOnly, fruitless, icmpPackets, icmpPeak] = [0, 0, 0, 0, 0, 0, 0];

  function addCall(flow: Flow): void {
    calls++;
    topPorts.add(portOf(flow), 1);
    sources.add(flow.sourceAddress);
    ports.add(String(flow.destinationPort));
    if (isSynOnly(flow)) synOnly++;
    if (isFruitless(flow)) {
      fruitless++;
      inVain ??= createCallers();
      inVain.add(flow.sourceAddress);
    }
    callers.add(flow.sourceAddress);
  }
  return {
    add(flow) {
      bytes += flow.bytes;
      packets += flow.packets;
      if (isReply(flow)) return;
      if (isIcmp(flow)) {
        echoers ??= createTopCounts();
        echoers.add(flow.sourceAddress, flow.packets);
        icmpPackets += flow.packets;
        icmpPeak = Math.max(icmpPeak, flow.packets / Math.max(1, (flow.at - flow.startAt) / 1000));
        sources.add(flow.sourceAddress);
      } else addCall(flow);
    },
    figures: () => ({
      calls,
      bytes,
      packets,
      bytesPerPacket: bytes / Math.max(1, packets),
      sources: sources.count(),
      ports: ports.count(),
      synOnlyShare: synOnly / Math.max(1, calls),
      fruitlessShare: fruitless / Math.max(1, calls),
      icmpPackets,
      icmpShare: icmpPackets / Math.max(1, packets),
      icmpPeak,
      fanInEntropy: entropyOf(callers.first(), { all: calls, sources: sources.count() }),
    }),
    detail(of) {
      if (of === 'echoes') return { peers: echoers?.top() ?? [], ports: [] };
      const peers = fruitless > calls / 2 ? inVain : callers;
      return { peers: peers?.top() ?? [], ports: portNames(topPorts) };
    },
  };
}

/** A port and its protocol as one number: names are made only of what is told. */
function portOf({ destinationPort, protocol }: Flow): number {
  return protocol * 65_536 + destinationPort;
}

function portNames(ports: TopCounts<number> | undefined): readonly TopCount[] {
  return (ports?.top() ?? []).map(({ name, count }) => ({ name: `${name % 65_536}/${protocolName(Math.floor(name / 65_536))}`, count }));
}

/** Of what was not counted one by one it is held that its sources call alike. */
function entropyOf(counts: readonly number[], { all, sources }: { readonly all: number; readonly sources: number }): number {
  if (sources < 2 || all < 2) return 0;
  const rest = Math.max(0, all - counts.reduce((sum, count) => sum + count, 0));
  const others = Math.max(rest > 0 ? 1 : 0, sources - counts.length);
  const part = (count: number) => (count > 0 ? -(count / all) * Math.log(count / all) : 0);
  const known = counts.reduce((sum, count) => sum + part(count), 0);
  return Math.min(1, (known + (others > 0 ? others * part(rest / others) : 0)) / Math.log(sources));
}
