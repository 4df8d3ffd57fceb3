import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Flow } from '../../../core/model/flow.ts';
import { createFlowCsvSource } from './flow-csv-source.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubemend-flows-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const newer =
  'Flow ID,Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Total Fwd Packet,Total Bwd packets,Total Length of Fwd Packet,' +
  'Total Length of Bwd Packet,Fwd Header Length,Bwd Header Length,FIN Flag Count,SYN Flag Count,RST Flag Count,ACK Flag Count,Bwd RST Flags';
const older =
  'Flow ID, Source IP, Source Port, Destination IP, Destination Port, Protocol, Timestamp, Flow Duration, Total Fwd Packets, Total Backward Packets,' +
  'Total Length of Fwd Packets, Total Length of Bwd Packets, Fwd Header Length, Bwd Header Length, FIN Flag Count, SYN Flag Count, RST Flag Count, ACK Flag Count';
const answered = 'x,10.0.0.1,40000,10.0.0.2,80,6,2017-07-07 13:55:01.500,2000000,8,9,300,4000,160,180,2,2,0,15';
const lookup = 'x,10.0.0.1,40000,10.0.0.3,53,17,2017-07-07 13:55:01,1000,1,0,40,0,8,0,0,0,0,0';

async function flowsOf(lines: readonly string[], name = 'flows.csv') {
  const file = join(folder, name);
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(lines.join('\n')) : lines.join('\r\n'));
  const source = createFlowCsvSource(file);
  const flows: Flow[] = [];
  for await (const flow of source.stream(new AbortController().signal)) flows.push(flow);
  return { flows, health: source.health() };
}

describe('flows of a CSV', () => {
  it.each([
    ['newer CICFlowMeter', [newer, `${answered},0`]],
    ['older CICFlowMeter', [older, answered]],
  ])('are both directions of each row, as %s names its columns', async (_name, lines) => {
    const { flows } = await flowsOf(lines);
    const shared = { signal: 'flow', protocol: 6, startAt: Date.parse('2017-07-07T13:55:01.5Z'), at: Date.parse('2017-07-07T13:55:03.5Z') };
    expect(flows).toEqual([
      expect.objectContaining({ ...shared, sourceAddress: '10.0.0.1', destinationPort: 80, packets: 8, bytes: 460, tcpFlags: 0x13 }),
      expect.objectContaining({
        ...shared,
        sourceAddress: '10.0.0.2',
        sourcePort: 80,
        destinationPort: 40_000,
        packets: 9,
        bytes: 4_180,
        tcpFlags: 0x12,
      }),
    ]);
  });

  it('are one where nothing came back, also from a zipped file', async () => {
    expect((await flowsOf([older, lookup], 'flows.csv.gz')).flows).toEqual([
      expect.objectContaining({ protocol: 17, bytes: 48, packets: 1 }),
    ]);
  });

  it('leave out rows that are broken, and count them', async () => {
    const { flows, health } = await flowsOf([older, 'x,y', lookup.replace('2017-07-07', 'yesterday'), lookup]);
    expect(flows).toHaveLength(1);
    expect(health).toEqual({ ageMs: 0, dropped: { malformed: 2 } });
  });

  it('say which column is missing, and that there is no file', async () => {
    await expect(flowsOf(['Src IP,Label'])).rejects.toMatchObject({
      code: 'source-refused',
      message: expect.stringContaining('no column timestamp, dst ip'),
    });
    const source = createFlowCsvSource(join(folder, 'none.csv.gz'));
    const first = source.stream(new AbortController().signal)[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ code: 'source-refused' });
  });
});
