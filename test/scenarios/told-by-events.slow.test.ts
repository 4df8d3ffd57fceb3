import { afterEach, expect, it } from 'vitest';
import type { App } from '../../src/app/start.ts';
import { objectAt, textAt } from '../../src/simulator/json.ts';
import { goLive, type Live } from '../simulator/live.ts';
import { aContainer, aTemplate, aWorkload } from '../simulator/simulated.ts';

const live: Live[] = [];
afterEach(async () => {
  await Promise.all(live.splice(0).map((one) => one.stop()));
});

/** A rollout to an image that does not exist, under kubemend in this mode. */
async function badRollout(mode: 'observe' | 'auto'): Promise<{ readonly one: Live; readonly app: App }> {
  const one = await goLive();
  live.push(one);
  one.cluster.behaviours.forImage('shop/cart:typo', { isImageMissing: true });
  const workload = (image: string) => aWorkload('cart', { template: aTemplate('cart', [aContainer({ image })]) });
  await one.send('POST', '/apis/apps/v1/namespaces/shop/deployments', workload('shop/cart:1'));
  await one.pass(60);
  const app = await one.startKubemend(mode);
  await one.pass(20);
  const patch = { spec: { template: { spec: { containers: [{ name: 'app', image: 'shop/cart:typo' }] } } } };
  await one.send('PATCH', '/apis/apps/v1/namespaces/shop/deployments/cart', patch, 'application/strategic-merge-patch+json');
  return { one, app };
}

/** What kubemend told, in order: `Deployment cart: Verified`. */
const told = ({ cluster }: Live) =>
  cluster.world.objects
    .list('events', 'shop')
    .filter((event) => event.reportingComponent === 'kubemend.dev/kubemend')
    .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map((event) => {
      const involved = objectAt(event, 'involvedObject');
      return `${textAt(involved, 'kind')} ${textAt(involved, 'name')}: ${textAt(event, 'reason')}`;
    });

it('a story stands on its subject as Kubernetes events, each once, and is no evidence of new trouble', { timeout: 120_000 }, async () => {
  const { one, app } = await badRollout('auto');
  await one.until('resolved incident', async () => (await one.incidents(app)).find(({ phase }) => phase === 'resolved'), 60);
  const ended = 'Deployment cart: IncidentResolved';
  await one.until('the end of the story', () => told(one).includes(ended));
  const story = told(one);
  expect(story.filter((line) => !line.endsWith('ActionDenied'))).toEqual([
    'Deployment cart: IncidentOpened',
    'Deployment cart: Diagnosed',
    'Deployment cart: ActionTaken',
    'Deployment cart: Verified',
    ended,
  ]);
  await one.pass(120);
  expect(await one.incidents(app)).toHaveLength(1);
  expect(told(one)).toEqual(story);
});

it('whoever only observes writes nothing', { timeout: 120_000 }, async () => {
  const { one, app } = await badRollout('observe');
  await one.until('diagnosed incident', async () => (await one.incidents(app)).find(({ phase }) => phase === 'diagnosed'), 60);
  await one.pass(20);
  expect(told(one)).toEqual([]);
  const writes = one.api.effectiveWrites().filter(({ resource }) => resource.startsWith('events'));
  expect(writes).toEqual([]);
});
