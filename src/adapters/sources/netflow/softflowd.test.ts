import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Flow, Flow as FlowSchema } from '../../../core/model/flow.ts';
import { createFlowDecoder } from './flow-decoder.ts';

const folder = new URL('../../../../test/bed/fixtures/netflow/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, folder));

function decoded(name: string) {
  const file = text(`${name}.bin`);
  const decoder = createFlowDecoder('netflow');
  const flows: Flow[] = [];
  for (let at = 0; at < file.length; at += 2 + file.readUInt16BE(at))
    flows.push(...decoder.decode(file.subarray(at + 2, at + 2 + file.readUInt16BE(at)), 'softflowd', 0));
  return { flows, decoder };
}

const PROTOCOLS = new Map([
  [1, 'ICMP'],
  [6, 'TCP'],
  [17, 'UDP'],
]);

/** Second of an instant as nfdump writes it. */
const second = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** As nfdump writes flags: `...A..SF`. */
const flagsText = (flags = 0) => [...'CEUAPRSF'].map((letter, n) => (flags & (0x80 >> n) ? letter : '.')).join('');

function lineOf(flow: Flow): string {
  const ends = [flow.sourceAddress, flow.destinationAddress];
  const ports = flow.icmpType === undefined ? [flow.sourcePort, flow.destinationPort] : [0, flow.icmpType];
  const span = [second(flow.startAt), second(flow.at), ((flow.at - flow.startAt) / 1000).toFixed(3)];
  return [...span, ...ends, ...ports, PROTOCOLS.get(flow.protocol), flagsText(flow.tcpFlags), flow.packets, flow.bytes].join();
}

describe.each(['netflow-v5', 'netflow-v9', 'ipfix'])('what softflowd sent as %s', (name) => {
  const { flows, decoder } = decoded(name);

  it('is read as nfdump reads it, record by record', () => {
    const expected = text(`${name}.expected.csv`).toString().trimEnd().split('\n').slice(1);
    expect(flows.map(lineOf).toSorted()).toEqual(expected.toSorted());
  });

  it('has no gap, and leaves nothing over', () => {
    expect({ ...decoder.dropped(), waiting: decoder.waiting() }).toEqual({ waiting: 0 });
  });

  it('makes flows that fit their schema', () => {
    for (const flow of flows) expect(FlowSchema.parse(flow)).toEqual(flow);
  });
});
