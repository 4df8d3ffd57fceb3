/** `remediate` beside a simulated cluster: two workloads fail, the insights name one. */
import { describe, it } from 'vitest';
import type { Insight } from '../../src/app/insights/insight.ts';
import { createFocus, remediate } from '../../src/app/remediate/remediate.ts';
import { viewOf } from '../../src/core/view.ts';
import { badImage } from '../../src/simulator/cluster/faults/bad-image.ts';
import { drawWorkload } from '../../src/simulator/cluster/faults/drawn-workload.ts';
import { placeSetting } from '../../src/simulator/cluster/faults/fault-script.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { goLive } from './live.ts';

const MINUTES = { timeout: 180_000 };

function insightAbout(pod: string, podUid: string | undefined): Insight {
  return {
    ...{
      namespace: 'shop',
      pod,
      anomaly: 'config',
      severity: 'high',
      probability: 0.95,
      alert: true,
      what: 'it cannot be started',
      why: ['reason'],
    },
    ...{ recommendation: 'mend its image', firstSeenAt: 0, lastSeenAt: 0, trends: {}, ...(podUid !== undefined && { podUid }) },
  };
}

/** Two bad images among healthy workloads, and what is needed to look into the pods of the first. */
async function twoBadImages() {
  const random = createRandom(7);
  const [one, other] = [badImage.draw(random, 'shop'), badImage.draw(random, 'shop')];
  const live = await goLive({
    agedSeconds: 1_200,
    setting(cluster) {
      for (const drawn of [one, other]) placeSetting(cluster, drawn);
      for (let n = 0; n < 20; n += 1) {
        const { key, object } = drawWorkload(random, 'shop', { replicas: 2 });
        cluster.world.objects.create(key.resource, { ...object, metadata: { ...object.metadata, name: `${object.metadata.name}-${n}` } });
      }
    },
  });
  const focus = createFocus();
  const app = await live.makeKubemend('auto', { inFocus: focus.contains });
  await app.cluster.waitForSync(AbortSignal.timeout(30_000));
  for (const drawn of [one, other]) drawn.inject(live.cluster);
  await live.pass(60);
  const failing = () =>
    viewOf(app.context.cluster, app.context.clock.now())
      .ofKind('Pod')
      .find(({ meta, phase }) => meta.ref.name.startsWith(one.subject.name) && phase === 'Pending');
  const pod = await live.until('pod that cannot be started', failing);
  return { live, app, focus, one, other, pod };
}

describe.concurrent('remediate', () => {
  it('mends what the insights point to, and touches nothing else that is broken', MINUTES, async ({ expect, onTestFinished }) => {
    const { live, app, focus, one, pod } = await twoBadImages();
    onTestFinished(() => live.stop());
    onTestFinished(() => app.stop());
    const told: string[] = [];
    const attendant = {
      insight: ({ pod: name }: Insight, isThere: boolean) => void told.push(`${name} ${isThere}`),
      moved: () => {},
      ask: async () => undefined,
    };
    const insights = [
      insightAbout(pod.meta.ref.name, pod.meta.ref.uid),
      insightAbout('gone', undefined),
      insightAbout(pod.meta.ref.name, 'another'),
    ];
    const parts = { app, focus, insights: () => insights, attendant, by: 'user:ann', watchIntervalMs: undefined };
    const result = await remediate(parts, AbortSignal.timeout(120_000));
    expect(told).toEqual([`${pod.meta.ref.name} true`, 'gone false', `${pod.meta.ref.name} false`]);
    expect(result.incidents).toMatchObject([{ subject: { name: one.subject.name }, phase: 'resolved', reason: 'recovered' }]);
    const written = live.api.effectiveWrites().filter(({ resource }) => !/^(leases|events)/.test(resource));
    expect(new Set(written.map(({ name }) => name))).toEqual(new Set([one.subject.name]));
  });

  it('does nothing when no insight names a pod that is there', MINUTES, async ({ expect, onTestFinished }) => {
    const { live, app, focus } = await twoBadImages();
    onTestFinished(() => live.stop());
    onTestFinished(() => app.stop());
    const attendant = { insight: () => {}, moved: () => {}, ask: async () => undefined };
    const parts = { app, focus, insights: () => [insightAbout('gone', undefined)], attendant, by: 'user:ann', watchIntervalMs: undefined };
    expect((await remediate(parts, AbortSignal.timeout(120_000))).incidents).toEqual([]);
    expect(live.api.effectiveWrites().filter(({ resource }) => !/^(leases|events)/.test(resource))).toEqual([]);
  });
});
