import type { Flow } from '../../../core/model/flow.ts';

/** The flows of one row of CICFlowMeter: the way there, then the way back when anything came. */
export type CicRowReader = (row: readonly string[]) => readonly [there: Flow, back?: Flow];

const [FIN, SYN, RST, ACK] = [0x01, 0x02, 0x04, 0x10];
const TCP = 6;

/** The columns that are needed, under the names that versions of CICFlowMeter and the public sets give them. */
const wanted = {
  time: ['timestamp'],
  source: ['src ip', 'source ip'],
  destination: ['dst ip', 'destination ip'],
  sourcePort: ['src port', 'source port'],
  destinationPort: ['dst port', 'destination port'],
  protocol: ['protocol'],
  durationUs: ['flow duration'],
  packets: ['total fwd packet', 'total fwd packets', 'tot fwd pkts'],
  backPackets: ['total bwd packets', 'total backward packets', 'tot bwd pkts'],
  bytes: ['total length of fwd packet', 'total length of fwd packets', 'totlen fwd pkts'],
  backBytes: ['total length of bwd packet', 'total length of bwd packets', 'totlen bwd pkts'],
  headers: ['fwd header length', 'fwd header len'],
  backHeaders: ['bwd header length', 'bwd header len'],
  fins: ['fin flag count', 'fin flag cnt'],
  syns: ['syn flag count', 'syn flag cnt'],
  rsts: ['rst flag count', 'rst flag cnt'],
  acks: ['ack flag count', 'ack flag cnt'],
  backRsts: ['bwd rst flags'],
} as const satisfies Record<string, readonly string[]>;
type Column = keyof typeof wanted;
/** Only newer versions count resets by direction. */
const MAY_LACK: readonly string[] = ['backRsts'];

/** What a header lacks to be of CICFlowMeter; empty when it lacks nothing. */
export function cicColumnsMissing(columns: readonly string[]): readonly string[] {
  const places = placesIn(columns);
  return Object.entries(wanted).flatMap(([column, [name]]) => (places.has(column) || MAY_LACK.includes(column) ? [] : [name]));
}

/** Reads rows below a header as CICFlowMeter writes it. What it counts for both directions together is shared out as it must have been. */
export function cicRowReader(columns: readonly string[], source: string): CicRowReader {
  const places = placesIn(columns);
  return (row) => {
    const text = (column: Column) => row[places.get(column) ?? -1] ?? '';
    const number = (column: Column) => Number(text(column)) || 0;
    const backPackets = number('backPackets');
    const startAt = instantOf(text('time'));
    const shared = { signal: 'flow' as const, source, startAt, at: startAt + number('durationUs') / 1000, protocol: number('protocol') };
    const [from, to] = [text('source'), text('destination')];
    const [fromPort, toPort] = [number('sourcePort'), number('destinationPort')];
    const flags = shared.protocol === TCP ? flagsOf(number) : undefined;
    const there: Flow = {
      ...shared,
      sourceAddress: from,
      destinationAddress: to,
      sourcePort: fromPort,
      destinationPort: toPort,
      packets: number('packets'),
      bytes: number('bytes') + number('headers'),
      ...(flags && { tcpFlags: flags.there }),
    };
    if (backPackets === 0) return [there];
    const back: Flow = {
      ...shared,
      sourceAddress: to,
      destinationAddress: from,
      sourcePort: toPort,
      destinationPort: fromPort,
      packets: backPackets,
      bytes: number('backBytes') + number('backHeaders'),
      ...(flags && { tcpFlags: flags.back }),
    };
    return [there, back];
  };
}

/** One SYN is the caller's, a second one the answer to it. All answers have ACK, so only what is counted beyond them is the caller's. */
function flagsOf(number: (column: Column) => number): { readonly there: number; readonly back: number } {
  const backRsts = number('backRsts');
  const hasAck = number('acks') > number('backPackets');
  const bit = (isSet: boolean, flag: number) => (isSet ? flag : 0);
  const there = bit(number('syns') > 0, SYN) | bit(hasAck, ACK) | bit(number('fins') > 0, FIN) | bit(number('rsts') > backRsts, RST);
  return { there, back: ACK | bit(backRsts > 0, RST) | bit(number('syns') > 1, SYN) };
}

/** `2017-07-07 13:55:01.123456`; the zone is not told, so it is taken for UTC. NaN for another form. */
function instantOf(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}

function placesIn(columns: readonly string[]): ReadonlyMap<string, number> {
  const byName = new Map(columns.map((column, n) => [column.trim().toLowerCase(), n]));
  const found = Object.entries(wanted).map(
    ([column, names]) => [column, names.map((name) => byName.get(name)).find((at) => at !== undefined)] as const,
  );
  return new Map(found.flatMap(([column, at]) => (at === undefined ? [] : [[column, at] as const])));
}
