import type { Flow } from '../../../core/model/flow.ts';
import type { FlowTrouble } from '../../../learning/flows/flow-rules.ts';

/** An attack that is put into real traffic, to see that a quiet watch is not a blind one. */
export interface PlantedAttack {
  readonly trouble: FlowTrouble;
  /** Whom an alarm must name: the one that scans, or the one that is flooded. */
  readonly address: string;
  readonly flows: readonly Flow[];
}

/** Where and when it happens, and chance. */
export interface Soil {
  /** Addresses that are in the traffic. */
  readonly addresses: readonly string[];
  readonly at: number;
  readonly random: () => number;
}

/** All kinds, each of a size drawn evenly by its logarithm. */
export function plantedAttacks(soil: Soil): readonly PlantedAttack[] {
  return [portScan(soil), ddos(soil), icmpFlood(soil)];
}

const TCP = 6;
const ICMP = 1;
const ECHO_REQUEST = 8 * 256;
const SYN = 0x02;
const SPREAD_MS = 20_000;

/** 30 to 1,000 ports of one host. */
function portScan(soil: Soil): PlantedAttack {
  const [from, to] = pair(soil);
  const flows = Array.from({ length: between(soil, 30, 1_000) }, (_, n) => call(soil, { from, to, port: n + 1 }));
  return { trouble: 'port scan', address: from, flows };
}

/** 300 to 10,000 connections to one port, opened and left, from 12 to 100 addresses. */
function ddos(soil: Soil): PlantedAttack {
  const [, to] = pair(soil);
  const sources = between(soil, 12, 100);
  const flows = Array.from({ length: between(soil, 300, 10_000) }, (_, n) =>
    call(soil, { from: `198.18.0.${n % sources}`, to, port: 8080 }),
  );
  return { trouble: 'ddos', address: to, flows };
}

/** 300 to 20,000 echo requests, in one flow. */
function icmpFlood(soil: Soil): PlantedAttack {
  const [from, to] = pair(soil);
  const packets = between(soil, 300, 20_000);
  const flow = {
    ...call(soil, { from, to, port: 0 }),
    startAt: soil.at,
    at: soil.at + SPREAD_MS / 2,
    sourcePort: 0,
    protocol: ICMP,
    icmpType: ECHO_REQUEST,
    packets,
    bytes: 84 * packets,
  };
  const { tcpFlags: _, ...rest } = flow;
  return { trouble: 'icmp flood', address: to, flows: [rest] };
}

function call(soil: Soil, { from, to, port }: { readonly from: string; readonly to: string; readonly port: number }): Flow {
  const at = soil.at + soil.random() * SPREAD_MS;
  return {
    signal: 'flow',
    source: 'planted',
    at,
    startAt: at,
    sourceAddress: from,
    destinationAddress: to,
    sourcePort: 32_768 + Math.floor(soil.random() * 28_000),
    destinationPort: port,
    protocol: TCP,
    tcpFlags: SYN,
    packets: 1,
    bytes: 60,
  };
}

function pair({ addresses, random }: Soil): readonly [from: string, to: string] {
  const from = Math.floor(random() * addresses.length);
  const to = (from + 1 + Math.floor(random() * (addresses.length - 1))) % addresses.length;
  return [addresses[from] ?? '', addresses[to] ?? ''];
}

function between({ random }: Soil, least: number, most: number): number {
  return Math.round(least * (most / least) ** random());
}
