/** Flows come in as datagrams, and a flood of calls on a pod ends with a person: nothing is written to the cluster. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { textAt } from '../../src/simulator/json.ts';
import { type V5Record, v5 } from '../fakes/netflow-messages.ts';
import { goLive, type Live } from '../simulator/live.ts';
import { aContainer, aTemplate, aWorkload } from '../simulator/simulated.ts';

const SECOND = 1_000;
let live: Live;
let exporter: Socket;

beforeEach(async () => {
  live = await goLive();
  exporter = createSocket('udp4');
});
afterEach(async () => {
  exporter.close();
  await live.stop();
});

/** A port that nobody has. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

const numberOf = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const call = (given: Partial<V5Record>): V5Record => ({
  ...{ source: numberOf('10.9.0.1'), destination: 0, sourcePort: 40_000, destinationPort: 8080, packets: 12, bytes: 6_000, tcpFlags: 0x1b },
  ...given,
});
/** Calls that are answered, of a few clients. */
const benign = (destination: number) => Array.from({ length: 20 }, (_, n) => call({ destination, source: numberOf('10.9.0.1') + (n % 4) }));
/** Lone SYNs from many. */
const flood = (destination: number) =>
  Array.from({ length: 90 }, (_, n) =>
    call({ destination, source: numberOf('203.0.113.1') + (n % 30), packets: 1, bytes: 60, tcpFlags: 0x02 }),
  );

it('a flood on a pod becomes an incident of its owner, is told with figures and sources, and nothing is done', {
  timeout: 120_000,
}, async () => {
  const template = aTemplate('cart', [aContainer({ image: 'shop/cart:1' })]);
  await live.send('POST', '/apis/apps/v1/namespaces/shop/deployments', aWorkload('cart', { template }));
  const podIp = await live.until('address of a pod', () => {
    const [pod] = live.cluster.world.objects.list('pods', 'shop');
    return pod && textAt(pod.status, 'podIP');
  });
  const port = await freePort();
  const app = await live.startKubemend('auto', {}, { netflow: { listen: `127.0.0.1:${port}` } });
  const writesBefore = live.api.effectiveWrites().filter(isWorkload).length;
  let sequence = 0;
  /** Sends records every five seconds of the world. */
  async function send(seconds: number, records: readonly V5Record[]): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 5) {
      for (const message of v5(live.cluster.world.clock.now(), sequence, records)) exporter.send(message, port, '127.0.0.1');
      sequence += records.length;
      await live.pass(5);
    }
  }
  const destination = numberOf(podIp);
  await send(90, benign(destination));
  expect(await live.incidents(app)).toEqual([]);

  const until = performance.now() + 60 * SECOND;
  while (!(await live.incidents(app)).some(({ phase }) => phase === 'escalated') && performance.now() < until)
    await send(10, [...benign(destination), ...flood(destination)]);
  const incidents = await live.incidents(app);
  expect(incidents).toMatchObject([{ phase: 'escalated', subject: { kind: 'Deployment', name: 'cart' }, attempts: [] }]);
  const [finding] = incidents[0]?.findings ?? [];
  expect(finding).toMatchObject({ detector: 'ddos', subject: { kind: 'Pod' }, evidence: [{ source: 'reading' }] });
  expect(finding?.summary).toMatch(/is flooded with calls: \d+ calls from \d+ sources, .*; most from 203\.0\.113\.\d+ × \d+/);
  expect(finding?.summary).toContain('8080/tcp');
  expect(live.api.effectiveWrites().filter(isWorkload)).toHaveLength(writesBefore);
});

const isWorkload = ({ resource }: { readonly resource: string }) => resource.startsWith('deployments') || resource.startsWith('pods/');
