import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fakes/clock.ts';
import { quietLogger } from '../../test/fakes/logger.ts';
import { fakeReader } from '../../test/fakes/view.ts';
import { Config } from './config.ts';
import { openNotifiers } from './notifiers.ts';

const untouched = { create: () => Promise.reject(new Error('written')), recount: () => Promise.reject(new Error('written')) };
const cluster = { events: untouched, reader: fakeReader([]), election: { epoch: () => 1 } };
const opened = (raw: object) => openNotifiers(Config.parse(raw), { clock: fakeClock(), log: quietLogger, cluster, scope: undefined });
const namesOf = (raw: object) => opened(raw).all.map(({ name }) => name);

it('writes Kubernetes events in every mode that may do something', () => {
  expect(['suggest', 'ask', 'auto'].map((mode) => namesOf({ mode }).join())).toEqual(Array.from({ length: 3 }, () => 'kubernetes-events'));
});

it('writes none where nothing shall be changed, unless it is told to', () => {
  expect([namesOf({ mode: 'observe' }), namesOf({ mode: 'auto', dryRun: true })]).toEqual([[], []]);
  expect(namesOf({ mode: 'observe', notify: { events: true } })).toEqual(['kubernetes-events']);
  expect(namesOf({ mode: 'auto', notify: { events: false } })).toEqual([]);
});

it('tells the webhook beside them, and stops both', async () => {
  const notifiers = opened({ notify: { webhook: { url: 'https://chat.example.com/' } } });
  expect(notifiers.all.map(({ name }) => name)).toEqual(['webhook', 'kubernetes-events']);
  expect(notifiers.signal.aborted).toBe(false);
  const stopped = openNotifiers(Config.parse({ notify: { events: false } }), { clock: fakeClock(), log: quietLogger, cluster, scope: {} });
  await stopped.stop();
  expect(stopped.signal.aborted).toBe(true);
});
