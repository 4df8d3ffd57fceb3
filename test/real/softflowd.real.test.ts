/** A real exporter in: softflowd reads packets that are known one by one, and sends them as NetFlow v5, v9 and IPFIX. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { NetflowConfig } from '../../src/adapters/sources/netflow/netflow-config.ts';
import { createNetflowSource } from '../../src/adapters/sources/netflow/netflow-source.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { flowDesk } from '../../src/app/flows/flow-desk.ts';
import type { Flow } from '../../src/core/model/flow.ts';
import { fakeClock } from '../fakes/clock.ts';
import { quietLogger } from '../fakes/logger.ts';
import { pod } from '../fakes/objects.ts';
import { fakeReader } from '../fakes/view.ts';

const PROGRAM = '/usr/sbin/softflowd';
const folder = mkdtempSync(join(tmpdir(), 'kubemend-softflowd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCANNED = 40;
const startMs = Date.now() - 60_000;

/** A SYN from 10.0.0.66 to a port of 10.0.0.2, as a record of a capture. */
function packet(port: number): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt32LE(Math.floor(startMs / 1000), 0);
  record.writeUInt32LE((startMs % 1000) * 1000, 4);
  record.writeUInt32LE(54, 8);
  record.writeUInt32LE(54, 12);
  const ethernet = Buffer.from('0200000000020200000000010800', 'hex');
  const ip = Buffer.from('45000028000100004006000000000000000000000000'.slice(0, 24), 'hex');
  const tcp = Buffer.from('a00000000000000100000000500220000000' + '0000', 'hex');
  tcp.writeUInt16BE(port, 2);
  return Buffer.concat([record, ethernet, ip, Buffer.from([10, 0, 0, 66, 10, 0, 0, 2]), tcp]);
}

function capture(): string {
  const head = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
  const file = join(folder, 'scan.pcap');
  writeFileSync(file, Buffer.concat([head, ...Array.from({ length: SCANNED }, (_, n) => packet(n + 1))]));
  return file;
}

/** What the flows say of a cluster in which a pod has the address that they come from, once a later flow has ended their window. */
function saidOf(flows: readonly Flow[]): readonly string[] {
  const cluster = fakeReader([pod('intruder', { addresses: ['10.0.0.66'], createdAt: 0 })]);
  const desk = flowDesk({ clock: fakeClock(startMs), log: quietLogger, cluster });
  for (const flow of flows) desk.take(flow);
  const [last] = flows;
  if (last) desk.take({ ...last, sourceAddress: '10.0.0.9', at: startMs + 95_000, startAt: startMs + 95_000 });
  return desk.readings().map(({ detector, subject }) => `${detector} ${subject.kind} ${subject.name}`);
}

describe.skipIf(!existsSync(PROGRAM))('softflowd', () => {
  test.each([5, 9, 10])('is understood when it sends version %i', async (version) => {
    const source = createNetflowSource(NetflowConfig.parse({ listen: '127.0.0.1:0' }), systemClock);
    const stop = new AbortController();
    const flows: Flow[] = [];
    const reading = (async () => {
      for await (const flow of source.stream(stop.signal)) if (flows.push(flow) >= SCANNED) break;
    })();
    const { port } = await source.listening();
    const files = ['-p', join(folder, 'pid'), '-c', 'none'];
    const args = ['-r', capture(), '-n', `127.0.0.1:${port}`, '-v', String(version), '-a', '-d', ...files];
    const exporter = spawn(PROGRAM, args, { stdio: 'ignore' });
    await Promise.race([reading, systemClock.sleep(20_000)]);
    stop.abort();
    exporter.kill();
    expect(flows.map(({ destinationPort }) => destinationPort).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: SCANNED }, (_, n) => n + 1),
    );
    const same = {
      sourceAddress: '10.0.0.66',
      destinationAddress: '10.0.0.2',
      sourcePort: 0xa000,
      protocol: 6,
      tcpFlags: 2,
      packets: 1,
      bytes: 40,
    };
    for (const flow of flows) expect(flow).toMatchObject(same);
    for (const flow of flows) expect(Math.abs(flow.at - startMs)).toBeLessThan(1_500);
    expect(source.health().dropped).toEqual({});
    expect(saidOf(flows)).toEqual(['port-scan Pod intruder']);
  });
});
