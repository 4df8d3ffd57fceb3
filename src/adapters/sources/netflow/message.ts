import type { Tally } from '../tally.ts';

/** What the head of a NetFlow v9 or IPFIX message says. */
export interface MessageHead {
  readonly version: 9 | 10;
  /** Source id (v9) or observation domain (IPFIX). */
  readonly domain: number;
  /** Counts messages in v9 and data records in IPFIX. */
  readonly sequence: number;
  /** The exporter's clock, epoch milliseconds. */
  readonly exportMs: number;
  /** v9 only. */
  readonly uptimeMs: number | undefined;
}

/** A part of a message: templates, or records of one template. */
export interface MessageSet {
  readonly id: number;
  readonly body: DataView;
}

/** A message in parts. */
export interface Message {
  readonly head: MessageHead;
  readonly sets: readonly MessageSet[];
}

/** Takes a v9 or IPFIX datagram apart; sets before a length that lies are kept, the rest is counted as malformed. Undefined: no head. */
export function messageIn(datagram: DataView, tally: Tally): Message | undefined {
  const head = headOf(datagram);
  if (head === undefined) return undefined;
  const from = head.version === 9 ? 20 : 16;
  const declared = head.version === 9 ? datagram.byteLength : datagram.getUint16(2);
  if (declared < from || declared > datagram.byteLength) {
    tally.add('malformed');
    return declared < from ? undefined : { head, sets: setsIn(datagram, from, tally) };
  }
  return { head, sets: setsIn(new DataView(datagram.buffer, datagram.byteOffset, declared), from, tally) };
}

function headOf(datagram: DataView): MessageHead | undefined {
  if (datagram.byteLength < 16) return undefined;
  const version = datagram.getUint16(0);
  if (version === 10)
    return {
      version: 10,
      exportMs: datagram.getUint32(4) * 1000,
      sequence: datagram.getUint32(8),
      domain: datagram.getUint32(12),
      uptimeMs: undefined,
    };
  if (version !== 9 || datagram.byteLength < 20) return undefined;
  return {
    version: 9,
    uptimeMs: datagram.getUint32(4),
    exportMs: datagram.getUint32(8) * 1000,
    sequence: datagram.getUint32(12),
    domain: datagram.getUint32(16),
  };
}

function setsIn(message: DataView, from: number, tally: Tally): readonly MessageSet[] {
  const sets: MessageSet[] = [];
  let at = from;
  while (message.byteLength - at >= 4) {
    const length = message.getUint16(at + 2);
    if (length < 4 || length > message.byteLength - at) {
      tally.add('malformed');
      break;
    }
    sets.push({ id: message.getUint16(at), body: new DataView(message.buffer, message.byteOffset + at + 4, length - 4) });
    at += length;
  }
  return sets;
}
