import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../../../../test/fakes/clock.ts';
import type { Flow } from '../../../core/model/flow.ts';
import { NetflowConfig } from './netflow-config.ts';
import { createNetflowSource, type NetflowSource } from './netflow-source.ts';

const file = readFileSync(new URL('../../../../test/bed/fixtures/netflow/netflow-v5.bin', import.meta.url));
const first = file.subarray(2, 2 + file.readUInt16BE(0));

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => stop.abort());

const open = (config: object = {}) => createNetflowSource(NetflowConfig.parse({ listen: '127.0.0.1:0', ...config }), fakeClock());

/** Sends datagrams, and gives back the first flows that come. */
async function flowsAfter(source: NetflowSource, datagrams: readonly Buffer[], count: number): Promise<readonly Flow[]> {
  const flows: Flow[] = [];
  const reading = (async () => {
    for await (const flow of source.stream(stop.signal)) if (flows.push(flow) >= count) break;
  })();
  reading.catch(() => undefined);
  const { port } = await source.listening();
  const sender = createSocket('udp4');
  for (const datagram of datagrams) await new Promise((resolve) => sender.send(datagram, port, '127.0.0.1', resolve));
  await reading;
  sender.close();
  return flows;
}

describe('the source of flows', () => {
  it('yields what is sent to it, and says how old that is', async () => {
    const source = open();
    expect(source.health()).toEqual({ ageMs: undefined, dropped: {} });
    expect(await flowsAfter(source, [first], 30)).toHaveLength(30);
    expect(source.health()).toMatchObject({ ageMs: 0 });
  });

  it('says that the clock of an exporter is off', async () => {
    const source = open();
    await flowsAfter(source, [first], 30);
    expect(source.health().problem).toMatch(
      /^the clock of 1 exporters is off, as of 127\.0\.0\.1:\d+\/v5\/0 \(95220559 s\); set it right$/,
    );
  });

  it('counts what is no NetFlow, and goes on', async () => {
    const source = open();
    await flowsAfter(source, [Buffer.from('hello'), first], 30);
    expect(source.health().dropped).toEqual({ 'not NetFlow': 1 });
  });

  it('keeps so many flows that nobody has looked at yet, and counts the others', async () => {
    const source = open({ mostQueued: 10 });
    await flowsAfter(source, [first], 10);
    expect(source.health().dropped).toEqual({ 'queue full': 20 });
  });

  it('hears only the exporters that it was told of', async () => {
    const source = open({ exporters: ['10.0.0.1'] });
    const reading = flowsAfter(source, [first], 1);
    while (source.health().dropped['unknown exporter'] === undefined) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await reading).toEqual([]);
  });

  it('ends when it is told to, and gives the port back', async () => {
    const source = open();
    const reading = flowsAfter(source, [], 1);
    const { port } = await source.listening();
    stop.abort();
    expect(await reading).toEqual([]);
    stop = new AbortController();
    expect(await flowsAfter(open({ listen: `127.0.0.1:${port}` }), [first], 30)).toHaveLength(30);
  });

  it('says which address it cannot have', async () => {
    const taken = open();
    void flowsAfter(taken, [], 1);
    const { port } = await taken.listening();
    await expect(flowsAfter(open({ listen: `127.0.0.1:${port}` }), [], 1)).rejects.toMatchObject({
      code: 'source-refused',
      message: expect.stringContaining(`netflow.listen 127.0.0.1:${port}: `),
    });
    expect(() => open({ listen: '127.0.0.1:70000' })).toThrow('netflow.listen: 127.0.0.1:70000 is no address');
    expect(NetflowConfig.safeParse({ listen: 'here' }).error?.issues[0]?.message).toContain('give ADDRESS:PORT');
  });
});
