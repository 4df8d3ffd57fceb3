import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { LONG_AGO } from '../../../test/fakes/object-meta.ts';
import { node, pod, service } from '../../../test/fakes/objects.ts';
import { fakeReader } from '../../../test/fakes/view.ts';
import { createFlowDecoder } from '../../adapters/sources/netflow/flow-decoder.ts';
import type { Flow } from '../../core/model/flow.ts';
import type { KubeObject } from '../../core/model/objects.ts';
import type { SignalSource } from '../../core/ports.ts';
import { flowDesk } from './flow-desk.ts';
import { watchedFlows } from './watched-flows.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const BEGIN = LONG_AGO + 60 * MINUTE;
const CART = '10.1.0.7';

function flow(given: Partial<Flow> = {}): Flow {
  const at = given.at ?? BEGIN;
  const ends = { sourceAddress: '10.1.0.9', destinationAddress: CART, sourcePort: 40_000, destinationPort: 8080 };
  return {
    ...{ signal: 'flow', source: 'netflow', at, startAt: at, protocol: 6, tcpFlags: 0x1b, packets: 10, bytes: 5_000, ...ends },
    ...given,
  };
}
const vain = { packets: 1, bytes: 60, tcpFlags: 0x02 };
const flood = (at: number, count = 300): Flow[] =>
  Array.from({ length: count }, (_, n) => flow({ ...vain, at, sourceAddress: `203.0.113.${n % 20}` }));
const scan = (at: number, by: string): Flow[] =>
  Array.from({ length: 40 }, (_, n) => flow({ ...vain, at, sourceAddress: by, destinationPort: n + 1 }));
const echoes = (at: number): Flow =>
  flow({ at, startAt: at - SECOND, protocol: 1, icmpType: 2_048, packets: 400, bytes: 33_600, destinationPort: 0 });

const cart = pod('cart-1', { addresses: [CART] });

/** A desk over a cluster, with what it logs. */
function aDesk(objects: readonly KubeObject[] = [cart]) {
  const clock = fakeClock(BEGIN);
  const logged: unknown[] = [];
  const warn = (_: string, fields: Record<string, unknown> = {}) => void logged.push([fields.trouble, fields.address, fields.about]);
  const cluster = { objects: () => fakeReader(objects).objects() };
  const desk = flowDesk({ clock, log: { ...quietLogger, warn }, cluster });
  /** Flows come as they end. */
  const come = (...flows: readonly Flow[]) => {
    for (const one of flows) {
      clock.advance(Math.max(0, one.at - clock.now()));
      desk.take(one);
    }
  };
  const said = () => desk.readings().map(({ detector, subject, firing }) => `${detector} ${subject.kind} ${subject.name} ${firing}`);
  return { desk, clock, come, said, logged };
}
const attack = (make: (at: number) => readonly Flow[]) => [...make(BEGIN), flow({ at: BEGIN + 95 * SECOND })];

describe('alarms of flows', () => {
  it('are about the pod that is flooded, with sources, ports and rates', () => {
    const { desk, come } = aDesk();
    const clients = Array.from({ length: 40 }, (_, n) => flow({ sourceAddress: `10.1.0.${n % 2}` }));
    come(...attack((at) => [...clients, ...flood(at)]));
    const [reading] = desk.readings();
    expect(reading).toMatchObject({
      detector: 'ddos',
      subject: cart.meta.ref,
      metric: 'flows',
      part: CART,
      firing: true,
      score: expect.closeTo(0.63, 2),
    });
    expect(reading?.summary).toMatch(/^340 calls from \d\d sources, 88 % without a word; most from 203\.0\.113\.\d+ × \d+, /);
    expect(reading?.summary).toMatch(/; ports 8080\/tcp × 340; 12 packets and 3633 bytes per second in all$/);
  });

  it.each<[string, KubeObject]>([
    ['a service by its address in the cluster', service('cart', { addresses: [CART] })],
    ['a node', node('node-1', { addresses: [CART] })],
  ])('may be about %s', (_, object) => {
    const { said, come } = aDesk([object]);
    come(...attack((at) => [echoes(at)]));
    expect(said()).toEqual([`icmp-flood ${object.kind} ${object.meta.ref.name} true`]);
  });

  it.each<[string, readonly KubeObject[]]>([
    ['nobody has', []],
    ['two have', [cart, pod('cart-2', { addresses: [CART] })]],
    ['a pod has that has ended', [pod('cart-1', { addresses: [CART], phase: 'Succeeded' })]],
    ['a pod has that is younger than the flows', [pod('cart-1', { addresses: [CART], createdAt: BEGIN + 1 })]],
  ])('of an address that %s are logged and about nobody', (_, objects) => {
    const { said, come, logged } = aDesk(objects);
    come(...attack(flood));
    expect(said()).toEqual([]);
    expect(logged).toEqual([['ddos', CART, []]]);
  });

  it('are about a pod of ours that scans, and name it where it is scanned by another', () => {
    const intruder = pod('intruder', { addresses: ['10.1.0.66'] });
    const inside = aDesk([cart, intruder]);
    inside.come(...attack((at) => scan(at, '10.1.0.66')));
    expect(inside.said()).toEqual(['port-scan Pod intruder true']);
    expect(inside.desk.readings()[0]?.summary).toContain(`most at ${CART} (Pod shop/cart-1) × 40`);
    const outside = aDesk([cart, intruder]);
    outside.come(...attack((at) => scan(at, '198.51.100.1')));
    expect(outside.said()).toEqual(['scanned Pod cart-1 true']);
    expect(outside.desk.readings()[0]?.summary).toMatch(/^198\.51\.100\.1 called 40 ports of 1 hosts/);
  });

  it('go on while windows say them, are over after two that do not, and are forgotten later', () => {
    const { said, come, logged } = aDesk();
    come(...flood(BEGIN), ...flood(BEGIN + 50 * SECOND), ...flood(BEGIN + 100 * SECOND), flow({ at: BEGIN + 150 * SECOND }));
    expect(said()).toEqual(['ddos Pod cart-1 true']);
    expect(logged).toHaveLength(1);
    come(flow({ at: BEGIN + 5 * MINUTE }));
    expect(said()).toEqual(['ddos Pod cart-1 false']);
    come(flow({ at: BEGIN + 16 * MINUTE }));
    expect(said()).toEqual([]);
  });

  it('are not over when it can no longer be said whose the address is: the last word grows old', () => {
    const objects = [cart];
    const { desk, come } = aDesk(objects);
    come(...flood(BEGIN), ...flood(BEGIN + 50 * SECOND), ...flood(BEGIN + 100 * SECOND));
    const [before] = desk.readings();
    objects.push(pod('cart-2', { addresses: [CART] }));
    come(...flood(BEGIN + 150 * SECOND), ...flood(BEGIN + 200 * SECOND), flow({ at: BEGIN + 240 * SECOND }));
    expect(desk.readings()).toMatchObject([{ subject: cart.meta.ref, firing: true, at: before?.at }]);
  });

  it('are not over when no more flows come: the last is judged, and grows old', () => {
    const { desk, clock, come, said } = aDesk();
    come(...flood(BEGIN));
    expect(said()).toEqual([]);
    clock.advance(3 * MINUTE);
    expect(said()).toEqual(['ddos Pod cart-1 true']);
    const heardAt = clock.now();
    clock.advance(60 * MINUTE);
    expect(desk.readings()).toMatchObject([{ firing: true, at: heardAt }]);
  });

  it('are none of benign calls', () => {
    const { said, come, logged } = aDesk();
    come(...Array.from({ length: 600 }, (_, n) => flow({ at: BEGIN + n * SECOND, sourceAddress: `10.1.0.${n % 30}` })));
    expect([said(), logged]).toEqual([[], []]);
  });
});

function softflowd(): readonly Flow[] {
  const file = readFileSync(new URL('../../../test/bed/fixtures/netflow/ipfix.bin', import.meta.url));
  const decoder = createFlowDecoder('netflow');
  const flows: Flow[] = [];
  for (let at = 0; at < file.length; at += 2 + file.readUInt16BE(at))
    flows.push(...decoder.decode(file.subarray(at + 2, at + 2 + file.readUInt16BE(at)), 'softflowd', 0));
  return flows.toSorted((a, b) => a.at - b.at);
}

describe('flows that are watched', () => {
  it('go by as they are, and an attack is logged once, however many windows it fills', async () => {
    const once = softflowd();
    const again = once.map((one) => ({ ...one, at: one.at + 30_000, startAt: one.startAt + 30_000 }));
    const last = again.at(-1);
    const flows = [...once, ...again, ...(last ? [{ ...last, at: last.at + 300_000 }] : [])];
    const source: SignalSource = {
      name: 'netflow',
      health: () => ({ ageMs: 0, dropped: {} }),
      async *stream() {
        yield* flows;
      },
    };
    const { desk, logged } = aDesk([]);
    const watched = watchedFlows(source, desk);
    const seen: unknown[] = [];
    for await (const one of watched.stream(new AbortController().signal)) seen.push(one);
    expect(seen).toEqual(flows);
    expect(logged).toEqual([
      ['port scan', '10.97.0.66', []],
      ['icmp flood', '10.97.0.2', []],
      ['ddos', '10.97.0.2', []],
    ]);
    expect(watched.health()).toEqual({ ageMs: 0, dropped: {} });
  });
});
