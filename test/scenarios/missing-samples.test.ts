import { describe, expect, it } from 'vitest';
import { isWorkload } from '../../src/core/model/objects.ts';
import { spareReplicas } from '../../src/core/spare-replicas.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { type Load, loadedScene } from '../diagnosis/loaded.ts';
import { condition, NOON } from '../fakes/object-meta.ts';
import { container, deployment, pod, replicaSet } from '../fakes/objects.ts';
import { fakeView } from '../fakes/view.ts';

const PODS = 6;
const STEPS = 60;
/** The ten minutes that must be known without a gap. */
const KNOWN_STEPS = 40;
const MINUTE = 60_000;

const owner = deployment('cart', { replicas: PODS });
const set = replicaSet('cart-1', { ownedBy: owner, replicas: PODS });
const objects = [
  owner,
  set,
  ...Array.from({ length: PODS }, (_, place) =>
    pod(`cart-1-${place}`, {
      ...{ ownedBy: set, createdAt: NOON - 120 * MINUTE },
      containers: [container('app', { limits: { cpuCores: 0.5 } })],
      conditions: [condition('Ready', { status: 'True', changedAt: NOON - 119 * MINUTE })],
    }),
  ),
];

/** What is said of six replicas under this load, of which kubemend added two. */
function said(load: Load): string {
  const { readings = [] } = loadedScene(objects, load);
  const scaleUp = { signal: 'scale-up' as const, id: 'scale-up:1', subject: owner.meta.ref, at: NOON - 60 * MINUTE, from: 4, to: PODS };
  const view = fakeView(objects, { readings, scaleUps: [scaleUp] });
  const workload = view.get(owner.meta.ref);
  if (!workload || !isWorkload(workload)) throw new Error('no workload');
  return spareReplicas(workload, view.timelineOf(workload.meta.ref)).is;
}

/** A pattern of gaps: some pods, or all of them, are not told for some steps; at least one gap lies in the last ten minutes. */
function gaps(seed: number): (place: number, step: number) => boolean {
  const random = createRandom(seed);
  const draw = (from: number, to: number) => from + Math.floor(random() * (to - from));
  const holes = Array.from({ length: 1 + draw(0, 4) }, (_, n) => {
    const from = n === 0 ? draw(STEPS - KNOWN_STEPS, STEPS) : draw(0, STEPS);
    return { from, to: from + draw(1, 12), pod: random() < 0.2 ? undefined : draw(0, PODS) };
  });
  return (place, step) => holes.some(({ from, to, pod: hit }) => step >= from && step < to && (hit === undefined || hit === place));
}

const idle = 0.2;
const patterns = Array.from({ length: 150 }, (_, seed) => gaps(seed + 1));

describe('replicas are not given back on missing samples', () => {
  it('are spare when every sample is there', () => {
    expect(said(() => idle)).toBe('spare');
  });

  it('are never spare with a gap in the last ten minutes', () => {
    const answers = patterns.map((isGap) => said((place, step) => (isGap(place, step) ? Number.NaN : idle)));
    expect(answers.filter((answer) => answer === 'spare')).toEqual([]);
  });

  it('would be if a missing sample were taken for 0', () => {
    const answers = patterns.map((isGap) => said((place, step) => (isGap(place, step) ? 0 : idle)));
    expect(answers.filter((answer) => answer === 'spare')).toHaveLength(patterns.length);
  });
});
