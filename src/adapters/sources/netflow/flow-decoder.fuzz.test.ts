import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { A, B, bytesOf, EXPORT_S, ipfix, NOW, PAIR, set, template, u, u16, u32, v9 } from '../../../../test/fakes/netflow-messages.ts';
import { createFlowDecoder } from './flow-decoder.ts';

const decoder = () => {
  const made = createFlowDecoder('netflow');
  return { ...made, take: (datagram: Buffer) => made.decode(datagram, 'e:1', NOW) };
};

describe('random and mutated datagrams', () => {
  const good = [
    ipfix(0, set(2, template(256, ...PAIR, [95, 0xffff], [152, 8])), set(256, A, B, bytesOf('0161'), u(NOW, 8))),
    v9(1, 5, set(0, template(256, ...PAIR, [22, 4], [21, 4])), set(256, A, B, u32(1, 2)), set(1, u16(512, 4, 4, 1, 4, 34, 4))),
    Buffer.concat([u16(5, 2), u32(0, EXPORT_S, 0, 0, 0), Buffer.alloc(96, 1)]),
  ];
  const mutated = fc
    .tuple(fc.constantFrom(...good), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 12 }), fc.nat(200))
    .map(([datagram, changes, cut]) => {
      const copy = Buffer.from(datagram);
      for (const [at, value] of changes) copy[at % copy.length] = value;
      return copy.subarray(0, Math.max(0, copy.length - (cut > 150 ? cut - 150 : 0)));
    });
  const random = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const versioned = fc.tuple(fc.constantFrom(5, 9, 10), random).map(([version, rest]) => Buffer.concat([u16(version), rest]));

  it('never throw, and give flows with all that a flow must have', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(mutated, random, versioned), { maxLength: 20 }), (datagrams) => {
        const { take } = decoder();
        for (const flow of datagrams.flatMap((datagram) => take(datagram))) {
          expect([flow.sourceAddress, flow.destinationAddress]).not.toContain('');
          expect(flow.startAt).toBeLessThanOrEqual(flow.at);
          expect([flow.at, flow.bytes, flow.packets, flow.sourcePort, flow.destinationPort, flow.protocol].every(Number.isFinite)).toBe(
            true,
          );
        }
      }),
      { numRuns: 400, seed: 1 },
    );
  });
});
