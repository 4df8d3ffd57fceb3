import { describe, expect, it } from 'vitest';
import { A, B, bytesOf, EXPORT_S, ipfix, NOW, PAIR, set, template, u, u16, u32, v9 } from '../../../../test/fakes/netflow-messages.ts';
import { createFlowDecoder, flowDecoderDefaults } from './flow-decoder.ts';

const decoder = () => {
  const made = createFlowDecoder('netflow');
  return { ...made, take: (datagram: Buffer, now = NOW, exporter = 'e:1') => made.decode(datagram, exporter, now) };
};

describe('a decoder of flows', () => {
  it('reads over elements of makers and of variable length, short and long', () => {
    const { take, dropped } = decoder();
    const told = template(256, [8, 4], [95, 0xffff], [7, 2], [100, 0xffff, 9], [5000, 3, 4242], [12, 4], [4, 1]);
    const record = Buffer.concat([
      A,
      bytesOf('03616263'),
      u16(80),
      Buffer.concat([bytesOf('ff'), u16(300), Buffer.alloc(300)]),
      bytesOf('010203'),
      B,
      bytesOf('11'),
    ]);
    expect(take(ipfix(0, set(2, told), set(256, record)))).toEqual([
      expect.objectContaining({
        sourceAddress: '10.0.0.1',
        destinationAddress: '10.0.0.2',
        sourcePort: 80,
        destinationPort: 0,
        protocol: 17,
      }),
    ]);
    expect(dropped()).toEqual({});
  });

  it('writes IPv6 addresses in their one form', () => {
    const { take } = decoder();
    const addresses = [bytesOf('20010db8000000000000000000000001'), bytesOf('20010db8000000010000000000000000')];
    const [flow] = take(ipfix(0, set(2, template(256, [27, 16], [28, 16])), set(256, ...addresses)));
    expect(flow).toMatchObject({ sourceAddress: '2001:db8::1', destinationAddress: '2001:db8:0:1::' });
  });

  it.each([
    ['milliseconds', [152, 8], [153, 8], [u(NOW - 3_000, 8), u(NOW - 1_000, 8)]],
    ['seconds', [150, 4], [151, 4], [u32(EXPORT_S - 3), u32(EXPORT_S - 1)]],
    ['microseconds of NTP', [154, 8], [155, 8], [u32(EXPORT_S - 3 + 2_208_988_800, 0), u32(EXPORT_S - 1 + 2_208_988_800, 0)]],
    ['microseconds before the export', [158, 4], [159, 4], [u32(3_000_000), u32(1_000_000)]],
  ] as const)('reads times as %s', (_form, start, end, span) => {
    const [flow] = decoder().take(ipfix(0, set(2, template(256, ...PAIR, start, end)), set(256, A, B, ...span)));
    expect(flow).toMatchObject({ startAt: NOW - 3_000, at: NOW - 1_000 });
  });

  it('reads uptimes of IPFIX once an option tells when the exporter started, and takes the export time before', () => {
    const { take } = decoder();
    const flows = set(2, template(256, ...PAIR, [22, 4], [21, 4]));
    const data = set(256, A, B, u32(1_000), u32(4_000));
    expect(take(ipfix(0, flows, data))).toEqual([expect.objectContaining({ at: NOW })]);
    const boot = set(3, u16(400, 2, 1, 144, 4, 160, 8));
    expect(take(ipfix(1, boot, set(400, u32(1), u(NOW - 10_000, 8)), data))).toEqual([
      expect.objectContaining({ startAt: NOW - 9_000, at: NOW - 6_000 }),
    ]);
  });

  it('reads uptimes across the wrap of 32 bits, and none after the export', () => {
    const { take } = decoder();
    const told = set(0, template(256, ...PAIR, [22, 4], [21, 4]));
    expect(take(v9(1, 500, told, set(256, A, B, u32(2 ** 32 - 1_500), u32(2 ** 32 - 500))))).toEqual([
      expect.objectContaining({ startAt: NOW - 2_000, at: NOW - 1_000 }),
    ]);
    const [late] = take(v9(2, 500, set(256, A, B, u32(100), u32(90_000))));
    expect(late?.at).toBeLessThan(NOW + 1_000);
  });

  it('multiplies by the rate of sampling that options tell, by sampler', () => {
    const { take } = decoder();
    const told = set(0, template(256, ...PAIR, [1, 4], [2, 4], [48, 1]));
    const record = (sampler: number) => set(256, A, B, u32(1_000, 10), bytesOf([sampler, 1]));
    const options = set(1, u16(512, 4, 8, 1, 4, 48, 1, 34, 4));
    take(v9(1, 0, told, options, set(512, u32(0), bytesOf([1, 1]), u32(100))));
    expect(take(v9(2, 0, record(1)))).toEqual([expect.objectContaining({ bytes: 100_000, packets: 1_000 })]);
    expect(take(v9(3, 0, record(2)))).toEqual([expect.objectContaining({ bytes: 1_000, packets: 10 })]);
  });

  it('gives the way back as a flow of its own (RFC 5103)', () => {
    const { take } = decoder();
    const told = template(256, ...PAIR, [7, 2], [11, 2], [4, 1], [1, 4], [2, 4], [1, 4, 29_305], [2, 4, 29_305]);
    const flows = take(ipfix(0, set(2, told), set(256, A, B, u16(5_000, 80), bytesOf([6, 1]), u32(10, 1, 20, 2))));
    expect(flows).toEqual([
      expect.objectContaining({ sourceAddress: '10.0.0.1', destinationPort: 80, bytes: 10, packets: 1 }),
      expect.objectContaining({ sourceAddress: '10.0.0.2', sourcePort: 80, destinationPort: 5_000, bytes: 20, packets: 2 }),
    ]);
  });

  it('keeps records that come before their template, for a while', () => {
    const { take, waiting, dropped } = decoder();
    const data = set(256, A, B);
    expect(take(ipfix(0, data))).toEqual([]);
    expect(waiting()).toBe(1);
    expect(take(ipfix(1, set(2, template(256, ...PAIR))))).toHaveLength(1);
    expect(waiting()).toBe(0);
    take(ipfix(1, set(257, A, B)), NOW);
    take(ipfix(2, set(2, template(257, ...PAIR))), NOW + 61_000);
    expect(dropped()).toMatchObject({ 'no template': 1 });
  });

  it('takes a template anew, and none of another exporter, domain or long ago', () => {
    const { take, dropped, waiting } = decoder();
    const data = set(256, A, B);
    take(ipfix(0, set(2, template(256, [12, 4], [8, 4]))));
    expect(take(ipfix(0, set(2, template(256, ...PAIR)), data))).toEqual([expect.objectContaining({ sourceAddress: '10.0.0.1' })]);
    expect(dropped()).toMatchObject({ 'redefined template': 1 });
    expect(take(ipfix(0, data), NOW, 'other:1')).toEqual([]);
    expect(take(ipfix(1, data), NOW + flowDecoderDefaults.templateLifetimeMs + 1)).toEqual([]);
    expect(waiting()).toBe(1);
  });

  it('forgets templates that are withdrawn, one or all', () => {
    const { take } = decoder();
    const data = (id: number) => set(id, A, B);
    take(ipfix(0, set(2, template(256, ...PAIR), template(257, ...PAIR), template(258, ...PAIR))));
    take(ipfix(0, set(2, u16(256, 0))));
    expect(take(ipfix(0, data(256)))).toHaveLength(0);
    expect(take(ipfix(0, data(257)))).toHaveLength(1);
    take(ipfix(1, set(2, u16(2, 0))));
    expect(take(ipfix(1, data(258)))).toHaveLength(0);
  });

  it('takes what is shorter than a record for padding', () => {
    const { take, dropped } = decoder();
    expect(take(ipfix(0, set(2, template(256, ...PAIR), u16(0)), set(256, A, B, Buffer.alloc(3))))).toHaveLength(1);
    expect(dropped()).toEqual({});
  });

  it('counts gaps: messages of v9, records of IPFIX, flows of v5', () => {
    const told = template(256, ...PAIR);
    const nine = decoder();
    nine.take(v9(5, 0, set(0, told)));
    nine.take(v9(9, 1, set(256, A, B)));
    expect(nine.dropped()).toEqual({ 'datagrams missing': 3 });
    nine.take(v9(7, 1, set(256, A, B)));
    expect(nine.dropped()).toEqual({ 'datagrams missing': 2 });

    const ten = decoder();
    ten.take(ipfix(2 ** 32 - 1, set(2, told), set(256, A, B, A, B)));
    ten.take(ipfix(1, set(256, A, B)));
    expect(ten.dropped()).toEqual({});
    ten.take(ipfix(12, set(256, A, B)));
    expect(ten.dropped()).toEqual({ 'records missing': 10 });

    const five = decoder();
    five.take(Buffer.concat([u16(5, 1), u32(0, EXPORT_S, 0, 0, 0), Buffer.alloc(48)]));
    five.take(Buffer.concat([u16(5, 0), u32(0, EXPORT_S, 0, 4, 0)]));
    expect(five.dropped()).toEqual({ 'flows missing': 3 });
  });

  it('counts no gap when an exporter starts anew, and forgets the templates of its former life', () => {
    const { take, dropped, waiting } = decoder();
    take(v9(900_000, 5_000_000, set(0, template(256, ...PAIR))));
    expect(take(v9(1, 10, set(256, A, B)))).toEqual([]);
    expect(waiting()).toBe(1);
    expect(dropped()).toEqual({});
  });

  it.each([
    ['an empty datagram', Buffer.alloc(0)],
    ['half a head', u16(9, 1)],
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('counts %s as none of its own', (_name, datagram) => {
    const { take, dropped } = decoder();
    expect(take(datagram)).toEqual([]);
    expect(dropped()).toEqual({ 'not NetFlow': 1 });
  });

  it.each([
    ['a set that is longer than its message', ipfix(0, u16(256, 400), A)],
    ['a set that is shorter than its head', ipfix(0, u16(256, 3), A)],
    ['a message that is longer than its datagram', Buffer.concat([u16(10, 900), u32(EXPORT_S, 0, 7)])],
    ['a template that is cut off', ipfix(0, set(2, u16(256, 9, 8, 4)))],
    ['a template with records of no length', ipfix(0, set(2, template(256, [8, 0], [12, 0])))],
    ['a template with the number of a set', ipfix(0, set(2, template(3, ...PAIR)))],
    [
      'a template with more fields than anybody needs',
      ipfix(0, set(2, template(256, ...Array.from({ length: 257 }, () => [8, 4] as const)))),
    ],
    [
      'a value that is longer than its set',
      ipfix(0, set(2, template(256, ...PAIR, [95, 0xffff])), set(256, A, B, bytesOf('ff'), u16(9_000))),
    ],
    ['v5 with fewer records than it says', Buffer.concat([u16(5, 30), u32(0, EXPORT_S, 0, 0, 0)])],
  ])('counts %s as malformed, and goes on', (_name, datagram) => {
    const { take, dropped } = decoder();
    take(datagram);
    expect(dropped()).toMatchObject({ malformed: 1 });
    expect(take(ipfix(0, set(2, template(300, ...PAIR)), set(300, A, B)))).toHaveLength(1);
  });

  it('keeps no more than it has room for, whatever comes', () => {
    const limits = { ...flowDecoderDefaults, mostTemplates: 10, mostDomains: 5, mostWaitingSets: 7 };
    const made = createFlowDecoder('netflow', limits);
    for (let n = 0; n < 1_000; n++) {
      made.decode(ipfix(0, set(2, template(256 + n, ...PAIR))), `e:${n % 3}`, NOW);
      made.decode(ipfix(0, set(5_000 + n, A, B)), `e:${n}`, NOW);
    }
    expect(made.waiting()).toBe(7);
    expect(made.clockOffsets().size).toBe(5);
    expect(made.dropped()).toMatchObject({ 'no template': 993, 'too many templates': 990 });
  });
});
