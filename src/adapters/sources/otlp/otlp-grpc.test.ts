import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Client, type ClientOptions, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningOtlp, runOtlp } from '../../../../test/fakes/otlp.ts';

const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const file = (name: string) => readFileSync(new URL(`../../../../test/http/certificates/${name}`, import.meta.url));

let otlp: RunningOtlp;
let client: Client | undefined;
afterEach(async () => {
  client?.close();
  await otlp.stop();
});

interface Sent {
  readonly code: number;
  readonly details: string;
  readonly trailer: Buffer | undefined;
}

function exportLogs(body: Buffer, metadata = new Metadata(), options: ClientOptions = {}): Promise<Sent> {
  client = new Client(otlp.grpc, credentials.createInsecure(), options);
  return sendOver(client, body, metadata);
}

function sendOver(over: Client, body: Buffer, metadata = new Metadata()): Promise<Sent> {
  const raw = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    over.makeUnaryRequest(LOGS, raw, raw, body, metadata, { deadline: Date.now() + 5_000 }, (error: ServiceError | null) => {
      const [trailer] = error?.metadata.get('grpc-status-details-bin') ?? [];
      resolve({ code: error?.code ?? status.OK, details: error?.details ?? '', trailer: Buffer.isBuffer(trailer) ? trailer : undefined });
    });
  });
}

describe('OTLP over gRPC', () => {
  it('takes an empty export', async () => {
    otlp = await runOtlp();
    expect(await exportLogs(Buffer.alloc(0))).toMatchObject({ code: status.OK });
  });

  it('refuses what it cannot read, in words and as a google.rpc.Status, and goes on', async () => {
    otlp = await runOtlp();
    const sent = await exportLogs(Buffer.from('0aff01', 'hex'));
    expect(sent).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining('is no OTLP export of logs') });
    expect(sent.trailer?.toString()).toContain('is no OTLP export of logs');
    expect(await exportLogs(Buffer.alloc(0))).toMatchObject({ code: status.OK });
    expect(otlp.source.health().dropped).toEqual({ malformed: 1 });
  });

  it('refuses a message that is too large, and one that grows too large', async () => {
    otlp = await runOtlp();
    expect(await exportLogs(Buffer.alloc(5 * 1024 * 1024))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    const options = { 'grpc.default_compression_algorithm': 2 };
    expect(await exportLogs(Buffer.alloc(64 * 1024 * 1024), new Metadata(), options)).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect(await exportLogs(Buffer.alloc(0))).toMatchObject({ code: status.OK });
  });

  it('has room again after many that were too large, and counts them', async () => {
    otlp = await runOtlp();
    client = new Client(otlp.grpc, credentials.createInsecure());
    for (let n = 0; n < 20; n += 1)
      expect(await sendOver(client, Buffer.alloc(5 * 1024 * 1024))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect(await sendOver(client, Buffer.alloc(0))).toMatchObject({ code: status.OK });
    expect(otlp.source.health().dropped).toEqual({ 'not received whole': 20 });
  });

  it('says when to come again while too much is waiting', async () => {
    otlp = await runOtlp({ maxQueued: 0 });
    const sent = await exportLogs(Buffer.alloc(0));
    expect(sent).toMatchObject({ code: status.UNAVAILABLE });
    expect(sent.trailer?.toString()).toContain('type.googleapis.com/google.rpc.RetryInfo');
  });

  it('lets nobody in without the token, where there is one', async () => {
    const token = { equals: (shown: string) => shown === 'open-sesame-1234' };
    otlp = await runOtlp({ lock: { token } });
    const shown = new Metadata();
    shown.set('authorization', 'Bearer open-sesame-1234');
    expect(await exportLogs(Buffer.alloc(0))).toMatchObject({ code: status.UNAUTHENTICATED });
    expect(await exportLogs(Buffer.alloc(0), shown)).toMatchObject({ code: status.OK });
    expect(otlp.source.health().dropped).toEqual({ 'without the token': 1 });
  });

  it('ends promptly while senders are connected, over either door', async () => {
    otlp = await runOtlp();
    await exportLogs(Buffer.alloc(0));
    await fetch(`http://${otlp.http}/v1/logs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    const idle = [otlp.grpc, otlp.http].map((address) => connect(Number(address.split(':')[1]), '127.0.0.1').on('error', () => undefined));
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const startedAt = performance.now();
    await otlp.stop();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(otlp.source.addresses()).toEqual({});
  });

  it('speaks TLS, and lets only certificates of the authority in where one is configured', async () => {
    const tls = { cert: file('server.crt'), key: file('server.key'), ca: file('authority.crt') };
    otlp = await runOtlp({ lock: { tls } });
    const withPair = (name: string) => credentials.createSsl(file('authority.crt'), file(`${name}.key`), file(`${name}.crt`));
    client = new Client(otlp.grpc, withPair('sender'));
    expect(await sendOver(client, Buffer.alloc(0))).toMatchObject({ code: status.OK });
    for (const stranger of [credentials.createInsecure(), credentials.createSsl(file('authority.crt')), withPair('stranger')]) {
      const other = new Client(otlp.grpc, stranger);
      const { code } = await sendOver(other, Buffer.alloc(0));
      expect([status.UNAVAILABLE, status.DEADLINE_EXCEEDED]).toContain(code);
      other.close();
    }
  });
});
