import type { Flow } from '../../core/model/flow.ts';
import { createDistinctCount } from './distinct-count.ts';
import { isFruitless, isIcmp, isReply, isSynOnly, isTcp } from './flow-traits.ts';

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

/** Adds up the flows of one window from one address. */
export interface SourceWindow {
  add(flow: Flow): void;
  figures(): SourceFigures;
}

/** Adds up the flows of one window to one address. */
export interface TargetWindow {
  add(flow: Flow): void;
  figures(): TargetFigures;
}

/** So many sources of one target are counted one by one. */
const MOST_COUNTED = 64;

/** Makes an empty window of a source. */
export function createSourceWindow(): SourceWindow {
  const [hosts, ports, pairs, fruitlessPairs, fruitlessHosts] = Array.from({ length: 5 }, createDistinctCount);
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
  };
}

/** Makes an empty window of a target. */
export function createTargetWindow(): TargetWindow {
  const sources = createDistinctCount();
  const ports = createDistinctCount();
  const bySource = new Map<string, number>();
  let [bytes, packets, calls, synOnly, fruitless, icmpPackets, icmpPeak] = [0, 0, 0, 0, 0, 0, 0];

  function addCall(flow: Flow): void {
    calls++;
    sources.add(flow.sourceAddress);
    ports.add(String(flow.destinationPort));
    if (isSynOnly(flow)) synOnly++;
    if (isFruitless(flow)) fruitless++;
    const known = bySource.get(flow.sourceAddress);
    if (known !== undefined || bySource.size < MOST_COUNTED) bySource.set(flow.sourceAddress, (known ?? 0) + 1);
  }
  return {
    add(flow) {
      bytes += flow.bytes;
      packets += flow.packets;
      if (isReply(flow)) return;
      if (isIcmp(flow)) {
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
      fanInEntropy: entropyOf([...bySource.values()], { all: calls, sources: sources.count() }),
    }),
  };
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
