import { expect, it } from 'vitest';
import { alert } from '../../test/fakes/alerts.ts';
import { finding, incident } from '../../test/fakes/guard-facts.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { pod } from '../../test/fakes/objects.ts';
import { fakeReader } from '../../test/fakes/view.ts';
import type { Alert } from '../core/model/signal.ts';
import { viewOf } from '../core/view.ts';
import { configuredAlerts } from './configured-alerts.ts';

const sick = pod('cart-0');
const about = (ids: readonly string[]) =>
  incident({ findings: [finding({ subject: sick.meta.ref, evidence: ids.map((id) => ({ id, source: 'alert', at: NOON })) })] });
async function named(alerts: readonly Alert[], ids = alerts.map(({ id }) => id)) {
  const cluster = fakeReader([sick], { alerts });
  return configuredAlerts.diagnose(about(ids), { now: NOON, view: viewOf(cluster, NOON), cluster });
}

it('names the configured cause with no confidence of its own', async () => {
  expect(await named([alert(sick, { cause: 'memory-leak' })])).toEqual([
    {
      cause: 'memory-leak',
      confidence: 0,
      n: 0,
      because: ['alert ContainerMemoryLeaking fires for Pod shop/cart-0', 'the configuration says that it stands for memory-leak'],
      configured: true,
    },
  ]);
});

it('names each cause once, however many alerts stand for it', async () => {
  const two = [alert(sick, { cause: 'memory-leak' }), alert(sick, { cause: 'memory-leak', fingerprint: 'beef' })];
  expect((await named(two)).map(({ cause }) => cause)).toEqual(['memory-leak']);
});

it.each([
  ['an alert without a cause', [alert(sick)], undefined],
  ['an alert that is over', [alert(sick, { cause: 'memory-leak', status: 'resolved' })], undefined],
  ['an alert that the incident does not rest on', [alert(sick, { cause: 'memory-leak' })], ['alert:another:1']],
] as const)('names nothing for %s', async (_, alerts, ids) => {
  expect(await named(alerts, ids ? [...ids] : undefined)).toEqual([]);
});
