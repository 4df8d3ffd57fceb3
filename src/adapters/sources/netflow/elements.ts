/** Where a record keeps what was read; a place holds NaN while the record said nothing of it. */
export const places = {
  bytes: 0,
  packets: 1,
  totalBytes: 2,
  totalPackets: 3,
  protocol: 4,
  tcpFlags: 5,
  sourcePort: 6,
  destinationPort: 7,
  startUptimeMs: 8,
  endUptimeMs: 9,
  startMs: 10,
  endMs: 11,
  startSeconds: 12,
  endSeconds: 13,
  startDeltaUs: 14,
  endDeltaUs: 15,
  durationMs: 16,
  durationUs: 17,
  bootMs: 18,
  icmpTypeCode: 19,
  icmpType: 20,
  icmpCode: 21,
  samplingInterval: 22,
  samplingPackets: 23,
  samplingSpace: 24,
  sampler: 25,
  reverseBytes: 26,
  reversePackets: 27,
  reverseTcpFlags: 28,
  sourceAddress: 29,
  destinationAddress: 30,
} as const;

/** How many places a record has. */
export const PLACES = 31;

/** How an element is read: an unsigned number, seconds and fraction since 1900 (RFC 5905), or an address. */
export interface Element {
  readonly place: number;
  readonly as: 'number' | 'ntp' | 'ipv4' | 'ipv6';
}

/** The number of RFC 5103, under which the elements of the way back stand. */
const REVERSE = 29_305;

type Row = readonly [id: number, place: keyof typeof places, as?: Element['as']];
/** From the registry "IPFIX Information Elements" of IANA, of which NetFlow v9 (RFC 3954, section 8) has the first 127. */
const known: readonly Row[] = [
  [1, 'bytes'],
  [2, 'packets'],
  [4, 'protocol'],
  [6, 'tcpFlags'],
  [7, 'sourcePort'],
  [8, 'sourceAddress', 'ipv4'],
  [11, 'destinationPort'],
  [12, 'destinationAddress', 'ipv4'],
  [21, 'endUptimeMs'],
  [22, 'startUptimeMs'],
  [27, 'sourceAddress', 'ipv6'],
  [28, 'destinationAddress', 'ipv6'],
  [32, 'icmpTypeCode'],
  [34, 'samplingInterval'],
  [48, 'sampler'],
  [50, 'samplingInterval'],
  [85, 'totalBytes'],
  [86, 'totalPackets'],
  [139, 'icmpTypeCode'],
  [150, 'startSeconds'],
  [151, 'endSeconds'],
  [152, 'startMs'],
  [153, 'endMs'],
  [154, 'startMs', 'ntp'],
  [155, 'endMs', 'ntp'],
  [156, 'startMs', 'ntp'],
  [157, 'endMs', 'ntp'],
  [158, 'startDeltaUs'],
  [159, 'endDeltaUs'],
  [160, 'bootMs'],
  [161, 'durationMs'],
  [162, 'durationUs'],
  [176, 'icmpType'],
  [177, 'icmpCode'],
  [178, 'icmpType'],
  [179, 'icmpCode'],
  [180, 'sourcePort'],
  [181, 'destinationPort'],
  [182, 'sourcePort'],
  [183, 'destinationPort'],
  [231, 'bytes'],
  [232, 'reverseBytes'],
  [298, 'packets'],
  [299, 'reversePackets'],
  [302, 'sampler'],
  [305, 'samplingPackets'],
  [306, 'samplingSpace'],
];
const back: readonly Row[] = [
  [1, 'reverseBytes'],
  [2, 'reversePackets'],
  [6, 'reverseTcpFlags'],
  [85, 'reverseBytes'],
  [86, 'reversePackets'],
];

const forward = elementsOf(known);
const reverse = elementsOf(back);

function elementsOf(rows: readonly Row[]): ReadonlyMap<number, Element> {
  return new Map(rows.map(([id, place, as = 'number']) => [id, { place: places[place], as }]));
}

/** What an element means to us; undefined for one that is read over, as those of makers are. */
export function elementOf(id: number, enterprise: number): Element | undefined {
  if (enterprise === 0) return forward.get(id);
  return enterprise === REVERSE ? reverse.get(id) : undefined;
}
