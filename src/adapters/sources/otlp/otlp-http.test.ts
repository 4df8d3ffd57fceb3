import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningOtlp, runOtlp } from '../../../../test/fakes/otlp.ts';

const attributes = [
  { key: 'service.name', value: { stringValue: 'cart' } },
  { key: 'k8s.namespace.name', value: { stringValue: 'shop' } },
  { key: 'k8s.pod.name', value: { stringValue: 'cart-1' } },
];

/** As the specification's examples write it. */
function logsBody(count = 1, from: readonly object[] = attributes): string {
  const record = {
    timeUnixNano: `${Date.now()}000000`,
    severityNumber: 9,
    severityText: 'Information',
    body: { stringValue: 'hello' },
    foo: 1,
  };
  return JSON.stringify({
    resourceLogs: [{ resource: { attributes: from }, scopeLogs: [{ scope: {}, logRecords: Array(count).fill(record) }] }],
  });
}

let otlp: RunningOtlp | undefined;
afterEach(async () => {
  await otlp?.stop();
  otlp = undefined;
});

async function post(
  body: string | Uint8Array,
  headers: Record<string, string> = { 'content-type': 'application/json' },
  path = '/v1/logs',
) {
  return fetch(`http://${otlp?.http}${path}`, { method: 'POST', headers, body });
}

describe('OTLP over HTTP', () => {
  it('takes JSON as in the specification, with fields that it does not know', async () => {
    otlp = await runOtlp();
    const answer = await post(logsBody());
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([200, 'application/json', '{}']);
    await otlp.until(() => otlp?.of('log').length === 1);
    expect(otlp.of('log')[0]).toMatchObject({ text: 'hello', severity: 'INFO', subject: { namespace: 'shop', name: 'cart-1' } });
  });

  it('answers an empty export with success', async () => {
    otlp = await runOtlp();
    const answer = await post(new Uint8Array(), { 'content-type': 'application/x-protobuf' }, '/v1/traces');
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 0]);
  });

  it('says what of an export it did not take, and how to mend it', async () => {
    otlp = await runOtlp();
    const answer = await post(logsBody(3, []));
    expect(answer.status).toBe(200);
    const said = await answer.json();
    expect(said).toEqual({
      partialSuccess: { rejectedLogRecords: '3', errorMessage: expect.stringContaining('3 × no pod named: set k8s.pod.name') },
    });
  });

  const huge = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  it.each([
    ['a body that is no JSON', 400, 'malformed', { body: '{' }],
    ['JSON of another shape', 400, 'malformed', { body: '{"resourceLogs":{"a":1}}' }],
    ['JSON that is no object', 400, 'malformed', { body: '[]' }],
    ['broken protocol buffers', 400, 'malformed', { body: Buffer.from('0aff01', 'hex'), type: 'application/x-protobuf' }],
    ['broken gzip', 400, 'malformed', { body: 'no gzip', encoding: 'gzip' }],
    ['another media type', 415, 'media type', { body: 'x', type: 'text/plain' }],
    ['another encoding', 415, 'media type', { body: 'x', encoding: 'zstd' }],
    ['a body that is too large', 413, 'too large', { body: Buffer.alloc(5 * 1024 * 1024) }],
    ['gzip that grows too large', 413, 'too large', { body: huge, encoding: 'gzip' }],
    ['another address', 404, 'wrong address', { body: '{}', path: '/v1/profiles' }],
  ])('refuses %s with %i, in words, and counts it', async (_what, status, reason, { body, ...more }) => {
    otlp = await runOtlp();
    const type = 'type' in more ? more.type : 'application/json';
    const headers = { 'content-type': type, ...('encoding' in more && { 'content-encoding': more.encoding }) };
    const answer = await post(body, headers, 'path' in more ? more.path : undefined);
    const said = Buffer.from(await answer.arrayBuffer()).toString();
    expect([answer.status, otlp.source.health().dropped]).toEqual([status, { [reason]: 1 }]);
    expect(answer.headers.get('content-type')).toBe(type === 'application/json' ? 'application/json' : 'application/x-protobuf');
    expect(said.length).toBeGreaterThan(20);
    if (type === 'application/json') expect(JSON.parse(said)).toEqual({ code: expect.any(Number), message: expect.any(String) });
  });

  it('refuses other methods', async () => {
    otlp = await runOtlp();
    const answer = await fetch(`http://${otlp.http}/v1/logs`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('sends everybody away for a while when too much is waiting', async () => {
    otlp = await runOtlp({ maxQueued: 0 });
    const answer = await post(logsBody());
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '2']);
    expect(otlp.source.health().dropped).toEqual({ 'queue full': 1 });
  });

  it('lets nobody in without the token, where there is one', async () => {
    const token = { equals: (shown: string) => shown === 'open-sesame-1234' };
    otlp = await runOtlp({ lock: { token } });
    const type = { 'content-type': 'application/json' };
    const statuses = [
      await post(logsBody(), type),
      await post(logsBody(), { ...type, authorization: 'Bearer wrong' }),
      await post(logsBody(), { ...type, authorization: 'Basic open-sesame-1234' }),
      await post(logsBody(), { ...type, authorization: 'Bearer open-sesame-1234' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 401, 401, 200]);
    expect(otlp.source.health().dropped).toEqual({ 'without the token': 3 });
  });
});
