import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { createFlowDecoder } from '../../adapters/sources/netflow/flow-decoder.ts';
import type { Flow } from '../../core/model/flow.ts';
import type { SignalSource } from '../../core/ports.ts';
import { FlowsConfig } from './flows-config.ts';
import { openFlows } from './open-flows.ts';
import { watchedFlows } from './watched-flows.ts';

const parts = { clock: fakeClock(), log: quietLogger };
const open = (config: object) => openFlows(FlowsConfig.parse(config), parts);

function softflowd(): readonly Flow[] {
  const file = readFileSync(new URL('../../../test/bed/fixtures/netflow/ipfix.bin', import.meta.url));
  const decoder = createFlowDecoder('netflow');
  const flows: Flow[] = [];
  for (let at = 0; at < file.length; at += 2 + file.readUInt16BE(at))
    flows.push(...decoder.decode(file.subarray(at + 2, at + 2 + file.readUInt16BE(at)), 'softflowd', 0));
  return flows.toSorted((a, b) => a.at - b.at);
}

describe('the configuration of flows', () => {
  it('opens nothing where nothing is configured', () => {
    expect(openFlows(undefined, parts)).toEqual([]);
  });

  it('opens a source on this machine without a word, and elsewhere only for exporters that are named', () => {
    expect(open({ listen: '127.0.0.1:4739' }).map(({ name }) => name)).toEqual(['netflow']);
    expect(open({ listen: '0.0.0.0:4739', exporters: ['10.0.0.1'] })).toHaveLength(1);
    expect(() => open({ listen: '0.0.0.0:4739' })).toThrow('name those that are heard in netflow.exporters');
  });

  it('takes durations and bounds, and no exporter by name', () => {
    expect(FlowsConfig.parse({ listen: '127.0.0.1:1', templateLifetimeMs: '2h' }).templateLifetimeMs).toBe(7_200_000);
    expect(FlowsConfig.safeParse({ listen: '127.0.0.1:1', exporters: ['router'] }).success).toBe(false);
  });

  it('stops when it is told to', async () => {
    const [source] = open({ listen: '127.0.0.1:0' });
    const stop = new AbortController();
    const done = (async () => {
      for await (const _ of source?.stream(stop.signal) ?? []);
    })();
    stop.abort();
    await expect(done).resolves.toBeUndefined();
  });
});

describe('flows that are watched', () => {
  it('go by as they are, and an attack is logged once, however many windows it fills', async () => {
    const once = softflowd();
    const again = once.map((flow) => ({ ...flow, at: flow.at + 30_000, startAt: flow.startAt + 30_000 }));
    const last = again.at(-1);
    const flows = [...once, ...again, ...(last ? [{ ...last, at: last.at + 300_000 }] : [])];
    const source: SignalSource = {
      name: 'netflow',
      health: () => ({ ageMs: 0, dropped: {} }),
      async *stream() {
        yield* flows;
      },
    };
    const told: unknown[] = [];
    const watched = watchedFlows(source, {
      ...quietLogger,
      warn: (message, fields) => void told.push([message, fields?.trouble, fields?.address]),
    });
    const seen: unknown[] = [];
    for await (const flow of watched.stream(new AbortController().signal)) seen.push(flow);
    expect(seen).toEqual(flows);
    expect(told).toEqual([
      ['flows look like an attack', 'port scan', '10.97.0.66'],
      ['flows look like an attack', 'icmp flood', '10.97.0.2'],
      ['flows look like an attack', 'ddos', '10.97.0.2'],
    ]);
    expect(watched.health()).toEqual({ ageMs: 0, dropped: {} });
  });
});
