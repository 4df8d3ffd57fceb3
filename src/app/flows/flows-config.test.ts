import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { fakeReader } from '../../../test/fakes/view.ts';
import { FlowsConfig } from './flows-config.ts';
import { openFlows } from './open-flows.ts';

const parts = { clock: fakeClock(), log: quietLogger, cluster: fakeReader([]) };
const open = (config: object) => openFlows(FlowsConfig.parse(config), parts);

describe('the configuration of flows', () => {
  it('opens nothing where nothing is configured', () => {
    expect(openFlows(undefined, parts).signals).toEqual([]);
    expect(openFlows(undefined, parts).readings()).toEqual([]);
  });

  it('opens a source on this machine without a word, and elsewhere only for exporters that are named', () => {
    expect(open({ listen: '127.0.0.1:4739' }).signals.map(({ name }) => name)).toEqual(['netflow']);
    expect(open({ listen: '0.0.0.0:4739', exporters: ['10.0.0.1'] }).signals).toHaveLength(1);
    expect(() => open({ listen: '0.0.0.0:4739' })).toThrow('name those that are heard in netflow.exporters');
  });

  it('takes durations and bounds, and no exporter by name', () => {
    expect(FlowsConfig.parse({ listen: '127.0.0.1:1', templateLifetimeMs: '2h' }).templateLifetimeMs).toBe(7_200_000);
    expect(FlowsConfig.safeParse({ listen: '127.0.0.1:1', exporters: ['router'] }).success).toBe(false);
  });

  it('stops when it is told to', async () => {
    const [source] = open({ listen: '127.0.0.1:0' }).signals;
    const stop = new AbortController();
    const done = (async () => {
      for await (const _ of source?.stream(stop.signal) ?? []);
    })();
    stop.abort();
    await expect(done).resolves.toBeUndefined();
  });
});
