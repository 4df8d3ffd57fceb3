import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fakes/clock.ts';
import { container, pod } from '../../test/fakes/objects.ts';
import { fakeReader } from '../../test/fakes/view.ts';
import { LogsConfig } from './logs-config.ts';
import { openLogs } from './open-logs.ts';

it('reads what has run, in the namespaces that are named, and nothing unless it is configured', async () => {
  const asked: string[] = [];
  const parts = {
    clock: fakeClock(),
    reader: fakeReader([
      pod('cart', {
        containers: [container('app'), container('setup', { role: 'init' }), container('late', { state: { is: 'waiting' } })],
      }),
      pod('done', { phase: 'Succeeded' }),
      pod('other', { namespace: 'elsewhere' }),
    ]),
    openPodLog: async ({ pod: name, container: of }: { readonly pod: string; readonly container: string }) => {
      asked.push(`${name}/${of}`);
      return [] as unknown as AsyncIterable<Uint8Array>;
    },
  };
  expect(openLogs(undefined, parts)).toEqual([]);
  const [source] = openLogs(LogsConfig.parse({ namespaces: ['shop'] }), parts);
  const ending = new AbortController();
  const next = source?.stream(ending.signal)[Symbol.asyncIterator]().next();
  ending.abort();
  await next;
  expect(asked).toEqual(['cart/app']);
});

it.each([[{}], [{ namespaces: [] }]])('refuses %j: nobody is opted in by silence', (config) => {
  expect(LogsConfig.safeParse(config).success).toBe(false);
});
