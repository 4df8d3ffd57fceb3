import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ended, fullIncident, T0 } from '../contracts/store-records.ts';
import { anEntrance } from './an-entrance.ts';

it('keeps answering health while a crowd reads long lists, and sends away who would wait too long', async () => {
  const { store, ask, as } = await anEntrance();
  const old = Array.from({ length: 1_000 }, (_, n) => ended({ ...fullIncident(`old-${n}`), openedAt: T0 + n }, T0 + n));
  await Promise.all(old.map((incident) => store.commit({ incident, audit: [] })));
  let healthy = 0;
  let isOver = false;
  async function watch(): Promise<void> {
    while (!isOver) {
      if ((await ask('GET', '/healthz')).status === 200) healthy += 1;
      await delay(5);
    }
  }
  const watching = watch();
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask('GET', '/api/v1/incidents?limit=200', as('viewer'))));
  isOver = true;
  await watching;
  const refused = answers.filter(({ status }) => status === 503);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
  expect(refused[0]?.headers['retry-after']).toMatch(/^\d$/);
  expect(healthy).toBeGreaterThan(answers.length - refused.length); // one by one, with a turn for others between two batches
});
