import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFlowDecoder } from '../../adapters/sources/netflow/flow-decoder.ts';
import type { Flow } from '../../core/model/flow.ts';
import { createFlowWatch, type FlowWatchOptions, isPartOf } from './flow-watch.ts';

const MINUTE = 60_000;
const [SYN, ACK, RST, FIN] = [0x02, 0x10, 0x04, 0x01];

/** A call that was answered: some packets with something in them. */
function flow(given: Partial<Flow> = {}): Flow {
  const at = given.at ?? 0;
  const ends = { sourceAddress: 'client', destinationAddress: 'server', sourcePort: 40_000, destinationPort: 80 };
  return {
    signal: 'flow',
    source: 'test',
    startAt: at,
    at,
    ...ends,
    protocol: 6,
    packets: 10,
    bytes: 5_000,
    tcpFlags: SYN | ACK | FIN,
    ...given,
  };
}
const vain = { packets: 1, bytes: 60, tcpFlags: SYN };
const many = (count: number, make: (n: number) => Partial<Flow>) => Array.from({ length: count }, (_, n) => flow(make(n)));
const scan = (count: number, at = 0) => many(count, (n) => ({ ...vain, at, destinationPort: n + 1 }));
const flood = (sources: number, at = 0) => many(300, (n) => ({ ...vain, at, sourceAddress: `s${n % sources}` }));
const ping = (packets: number, { at = 0, seconds = 1 } = {}): Flow => {
  const { tcpFlags: _, ...rest } = flow({
    at,
    startAt: at - 1_000 * seconds,
    protocol: 1,
    icmpType: 2_048,
    packets,
    bytes: 84 * packets,
    sourcePort: 0,
    destinationPort: 0,
  });
  return rest;
};

/** What a watch says of flows, in short. */
function said(flows: readonly Flow[], options: Partial<FlowWatchOptions> = {}): readonly string[] {
  const watch = createFlowWatch(options);
  const alarms = [...flows.flatMap((one) => watch.add(one)), ...watch.close(Number.POSITIVE_INFINITY)];
  return [...new Set(alarms.map(({ trouble, role, address }) => `${trouble}: ${role} ${address}`))];
}

describe('a watch over flows', () => {
  it.each([
    ['many ports of one host, in vain', scan(100), ['port scan: source client']],
    ['one port of many hosts, in vain', many(60, (n) => ({ ...vain, destinationAddress: `h${n}` })), ['port scan: source client']],
    ['few ports in vain', scan(19), []],
    ['many hosts that answer, as a scraper calls them', many(200, (n) => ({ destinationAddress: `h${n}` })), []],
    ['one port that is down, called again and again', many(300, (n) => ({ ...vain, sourcePort: 20_000 + n })), []],
    [
      'lookups at one resolver',
      many(300, (n) => ({ protocol: 17, packets: 1, bytes: 70, sourcePort: 20_000 + n, destinationPort: 53 })),
      [],
    ],
    [
      'answers to a scan',
      many(100, (n) => ({ sourcePort: 80 + n, destinationPort: 50_000 + n, tcpFlags: RST | ACK, packets: 1, bytes: 40 })),
      [],
    ],
    ['many sources that hang up', flood(20), ['ddos: target server']],
    ['few sources that hang up', flood(9), []],
    ['one source that calls most, some others', [...flood(1), ...flood(12).slice(0, 12)], []],
    ['many sources that talk, of which nothing is known', many(300, (n) => ({ sourceAddress: `s${n % 20}` })), []],
    ['a flood of echo requests', [ping(200)], ['icmp flood: target server']],
    ['an hour of pings, told at once', [ping(3_600, { seconds: 3_600 })], []],
    ['a flood of echo replies, which somebody else asked for', [{ ...ping(200), icmpType: 0 }], []],
  ] as const)('says of %s what is to say', (_name, flows, expected) => {
    expect(said(flows)).toEqual(expected);
  });

  it('takes for usual what an address does all the time', () => {
    const scraper = Array.from({ length: 40 }, (_, minute) => scan(15, minute * MINUTE)).flat();
    expect(said([...scraper, ...scan(24, 40 * MINUTE)])).toEqual([]);
    expect(said([...scraper, ...scan(80, 40 * MINUTE)])).toEqual(['port scan: source client']);
  });

  it('does not take an attack for usual, however long it lasts', () => {
    const watch = createFlowWatch();
    const alarms = Array.from({ length: 60 }, (_, minute) => scan(100, minute * MINUTE)).flatMap((flows) =>
      flows.flatMap((one) => watch.add(one)),
    );
    expect(new Set(alarms.map(({ from }) => from)).size).toBeGreaterThan(110);
  });

  it('knows a surge by far more callers and calls than usual, though they talk', () => {
    const usual = Array.from({ length: 20 }, (_, n) => many(60, (k) => ({ at: n * MINUTE, sourceAddress: `s${k % 5}` }))).flat();
    const surge = many(2_000, (n) => ({ at: 20 * MINUTE, sourceAddress: `x${n % 200}` }));
    expect(said([...usual, ...surge])).toEqual(['ddos: target server']);
  });

  it('sees what two windows share, wherever the minute begins', () => {
    expect(said([...scan(10, MINUTE - 1_000), ...scan(30, MINUTE + 1_000).slice(10)])).toEqual(['port scan: source client']);
  });

  it('can be told a bound of bytes, which it does not have by itself', () => {
    const talk = many(30, (n) => ({ sourceAddress: `s${n % 3}` }));
    expect(said(talk)).toEqual([]);
    expect(said(talk, { volume: { bytes: 10_000, sources: 3 } })).toEqual(['ddos: target server']);
  });

  it('says in words and figures what was done', () => {
    const watch = createFlowWatch();
    for (const one of scan(30)) watch.add(one);
    expect(watch.close(MINUTE)).toEqual([
      expect.objectContaining({ from: -MINUTE / 2, until: MINUTE / 2, summary: 'called 30 ports of 1 hosts, 30 of 30 pairs in vain' }),
      expect.objectContaining({ from: 0, until: MINUTE }),
    ]);
  });

  it('holds an alarm against the flows of its window and address, and their answers', () => {
    const [alarm] = createWatched(scan(30));
    const own = scan(1)[0] ?? flow();
    const answer = flow({
      sourceAddress: 'server',
      destinationAddress: 'client',
      sourcePort: 1,
      destinationPort: 40_000,
      tcpFlags: RST | ACK,
    });
    const parts = [own, answer, flow(), { ...own, at: MINUTE }, { ...own, sourceAddress: 'other' }];
    expect(parts.map((one) => alarm && isPartOf(alarm, one))).toEqual([true, true, false, false, false]);
  });

  it('looks at so many addresses and no more, and counts what it left out', () => {
    const watch = createFlowWatch({ mostAddresses: 10 });
    for (const one of many(50, (n) => ({ sourceAddress: `s${n}` }))) watch.add(one);
    expect(watch.other()).toBe(80);
  });

  it('takes flows that come late for those of the window that is open', () => {
    expect(said([flow({ at: 10 * MINUTE }), ...scan(100, 5 * MINUTE)])).toEqual(['port scan: source client']);
  });
});

function createWatched(flows: readonly Flow[]) {
  const watch = createFlowWatch();
  for (const one of flows) watch.add(one);
  return watch.close(Number.POSITIVE_INFINITY).filter(({ from }) => from === 0);
}

describe.each(['netflow-v5', 'netflow-v9', 'ipfix'])('in what softflowd sent of real traffic as %s', (name) => {
  it('finds the scan, the flood of echo requests and the distributed flood, and nothing else', () => {
    const file = readFileSync(new URL(`../../../test/bed/fixtures/netflow/${name}.bin`, import.meta.url));
    const decoder = createFlowDecoder('netflow');
    const flows: Flow[] = [];
    for (let at = 0; at < file.length; at += 2 + file.readUInt16BE(at))
      flows.push(...decoder.decode(file.subarray(at + 2, at + 2 + file.readUInt16BE(at)), 'softflowd', 0));
    expect(said(flows.toSorted((a, b) => a.at - b.at)).toSorted()).toEqual([
      'ddos: target 10.97.0.2',
      'icmp flood: target 10.97.0.2',
      'port scan: source 10.97.0.66',
    ]);
  });
});
