import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quietLogger } from '../../test/fakes/logger.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { OtlpConfig, openReceivers, otlpOptionsOf, RemoteWriteConfig, remoteWriteOptionsOf } from './receivers-config.ts';

const env = { TOKEN: 'a-token-of-some-length' };
const otlp = (given: object) => otlpOptionsOf(OtlpConfig.parse(given), env);
const metrics = { up: {} };

describe('the configuration of receivers', () => {
  it('opens none unless one is configured', async () => {
    expect(await openReceivers({ cluster: 'default' }, { clock: systemClock, log: quietLogger, env })).toEqual([]);
  });

  it('opens those that are configured, which do not listen before they are streamed', async () => {
    const config = {
      cluster: 'default',
      otlp: OtlpConfig.parse({}),
      remoteWrite: RemoteWriteConfig.parse({ listen: '127.0.0.1:0', metrics }),
    };
    const sources = await openReceivers(config, { clock: systemClock, log: quietLogger, env });
    expect(sources.map(({ name }) => name)).toEqual(['otlp', 'remote-write']);
    expect(sources.map((source) => source.health())).toEqual([
      { ageMs: undefined, dropped: {} },
      { ageMs: undefined, dropped: {} },
    ]);
  });

  it('listens at the usual ports of this machine unless said otherwise', () => {
    expect(otlp({})).toMatchObject({
      grpc: { host: '127.0.0.1', port: 4317 },
      http: { host: '127.0.0.1', port: 4318 },
      spanWindowMs: 10_000,
    });
    expect(otlp({ grpc: false })).not.toHaveProperty('grpc');
  });

  it.each([
    [
      'OTLP over gRPC',
      () => otlp({ grpc: '0.0.0.0:4317' }),
      /^otlp\.grpc 0\.0\.0\.0:4317 .*set otlp\.bearer or otlp\.tls\.clientCaFile, or listen on 127\.0\.0\.1$/,
    ],
    ['OTLP over HTTP', () => otlp({ http: '[::]:4318' }), /^otlp\.http :::4318 .*otlp\.bearer/],
    [
      'remote_write',
      () => remoteWriteOptionsOf(RemoteWriteConfig.parse({ listen: '10.0.0.1:9095', metrics }), env),
      /^remoteWrite\.listen 10\.0\.0\.1:9095 .*remoteWrite\.bearer/,
    ],
  ])('refuses to open %s to other machines without a lock, and says how to mend it', (_what, open, message) => {
    expect(open).toThrow(message);
  });

  it('opens to other machines with a token, or with certificates', () => {
    expect(otlp({ grpc: '0.0.0.0:4317', bearer: { env: 'TOKEN' } }).lock.token?.equals('a-token-of-some-length')).toBe(true);
    const folder = mkdtempSync(join(tmpdir(), 'kubemend-'));
    const [certFile, keyFile, clientCaFile] = ['cert', 'key', 'ca'].map((name) => join(folder, name));
    for (const file of [certFile, keyFile, clientCaFile]) writeFileSync(file ?? '', 'pem');
    expect(otlp({ grpc: '0.0.0.0:4317', tls: { certFile, keyFile, clientCaFile } }).lock.tls?.ca).toEqual(Buffer.from('pem'));
    expect(() => otlp({ grpc: '0.0.0.0:4317', tls: { certFile, keyFile } })).toThrow(/can be reached from other machines/);
  });

  it.each([
    ['an address without a port', () => otlp({ grpc: 'localhost' }), /^otlp\.grpc localhost is no address and port/],
    [
      'a file that is not there',
      () => otlp({ tls: { certFile: '/nowhere', keyFile: '/nowhere' } }),
      /^otlp\.tls\.certFile: \/nowhere cannot be read/,
    ],
    ['a token that is not there', () => otlp({ bearer: { env: 'NONE' } }), /^otlp\.bearer: environment variable NONE is not set/],
    ['no door at all', () => otlp({ grpc: false, http: false }), /leave otlp out instead/],
    ['windows that are too short', () => otlp({ spanWindowMs: '100ms' }), /at least 1s/],
    ['no metrics', () => RemoteWriteConfig.parse({ listen: '127.0.0.1:1', metrics: {} }), /name at least one metric/],
    [
      'a query for a metric',
      () => RemoteWriteConfig.parse({ listen: '127.0.0.1:1', metrics: { 'rate(x[5m])': {} } }),
      /no name of a metric/,
    ],
  ])('refuses %s', (_what, read, message) => {
    expect(read).toThrow(message);
  });

  it('takes what ends in _total for a counter unless said otherwise', () => {
    const given = { a_total: {}, b_total: { is: 'gauge' }, c_bytes: { as: 'cBytes' } };
    expect(remoteWriteOptionsOf(RemoteWriteConfig.parse({ listen: '127.0.0.1:1', metrics: given }), env).metrics).toEqual({
      a_total: { as: 'a_total', is: 'counter' },
      b_total: { as: 'b_total', is: 'gauge' },
      c_bytes: { as: 'cBytes', is: 'gauge' },
    });
  });
});
