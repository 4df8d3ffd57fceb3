import type { Flow } from '../../../core/model/flow.ts';
import { ipv4Text } from './ip-text.ts';

const HEAD = 24;
const RECORD = 48;
const ICMP = 1;
const TCP = 6;

/** A v5 datagram: all of it is fixed. */
export interface NetflowV5 {
  /** Engine type and id, which count flows by themselves. */
  readonly domain: number;
  /** Flows that were sent before this message. */
  readonly sequence: number;
  readonly exportMs: number;
  readonly flows: readonly Flow[];
  /** False when it holds fewer records than it says: those that are whole are in `flows`. */
  readonly isWhole: boolean;
}

/** Reads a v5 datagram; undefined when it is shorter than its head. */
export function netflowV5(datagram: DataView, source: string): NetflowV5 | undefined {
  if (datagram.byteLength < HEAD) return undefined;
  const said = datagram.getUint16(2);
  const fitting = Math.floor((datagram.byteLength - HEAD) / RECORD);
  const exportMs = datagram.getUint32(8) * 1000 + Math.floor(datagram.getUint32(12) / 1e6);
  const clock = { source, exportMs, uptimeMs: datagram.getUint32(4), rate: rateOf(datagram.getUint16(22)) };
  return {
    domain: datagram.getUint16(20),
    sequence: datagram.getUint32(16),
    exportMs,
    flows: Array.from({ length: Math.min(said, fitting) }, (_, n) => flowAt(datagram, HEAD + n * RECORD, clock)),
    isWhole: said <= fitting,
  };
}

/** Two bits of mode (0: none), fourteen of interval. */
function rateOf(sampling: number): number {
  return sampling >>> 14 === 0 ? 1 : Math.max(1, sampling & 0x3fff);
}

interface V5Clock {
  readonly source: string;
  readonly exportMs: number;
  readonly uptimeMs: number;
  readonly rate: number;
}

function flowAt(datagram: DataView, at: number, { source, exportMs, uptimeMs, rate }: V5Clock): Flow {
  /** The counter wraps every 49.7 days, so it is read as an age. */
  const instant = (uptime: number) => Math.min(exportMs, exportMs - ((uptimeMs - uptime) | 0));
  const endAt = instant(datagram.getUint32(at + 28));
  const protocol = datagram.getUint8(at + 38);
  const destinationPort = datagram.getUint16(at + 34);
  return {
    signal: 'flow',
    source,
    at: endAt,
    startAt: Math.min(instant(datagram.getUint32(at + 24)), endAt),
    sourceAddress: ipv4Text(datagram, at),
    destinationAddress: ipv4Text(datagram, at + 4),
    sourcePort: protocol === ICMP ? 0 : datagram.getUint16(at + 32),
    destinationPort: protocol === ICMP ? 0 : destinationPort,
    protocol,
    bytes: datagram.getUint32(at + 20) * rate,
    packets: datagram.getUint32(at + 16) * rate,
    ...(protocol === TCP && { tcpFlags: datagram.getUint8(at + 37) }),
    ...(protocol === ICMP && { icmpType: destinationPort }),
  };
}
