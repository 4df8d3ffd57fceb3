/** Stories about CPU that runs short, and what looks like it. */
import type { Container, KubeObject, Pod, Workload } from '../../../src/core/model/objects.ts';
import { condition, NOON, type Options } from '../../fakes/object-meta.ts';
import { container, deployment, horizontalPodAutoscaler, pod, replicaSet, statefulSet } from '../../fakes/objects.ts';
import { crashing } from '../containers.ts';
import type { LabelledCase, Scene } from '../labelled-case.ts';
import { type Load, loadedScene } from '../loaded.ts';
import { MINUTE } from '../rollout-scene.ts';

const app = (more: Partial<Container> = {}) => container('app', { limits: { cpuCores: 0.5, memoryBytes: 128 * 1024 ** 2 }, ...more });
const since = (ms: number): Options<Pod> => ({
  createdAt: NOON - ms - 20_000,
  conditions: [condition('Ready', { status: 'True', changedAt: NOON - ms })],
});

/** A Deployment of pods with CPU limits; `born` says for how long each pod has been ready. */
function limited(
  replicas: number,
  how: { born?: (pod: number) => number; containers?: readonly Container[]; of?: Options<Workload> } = {},
) {
  const { born = () => 24 * 60 * MINUTE, containers = [app()], of = {} } = how;
  const owner = deployment('cart', { replicas, ...of });
  const set = replicaSet('cart-6f', { ownedBy: owner, replicas });
  const pods = Array.from({ length: replicas }, (_, place) =>
    pod(`cart-6f-${place}`, { ownedBy: set, containers, nodeName: `node-${(place % 3) + 1}`, ...since(born(place)) }),
  );
  return [owner, set, ...pods];
}

function limitedSet(replicas: number): KubeObject[] {
  const owner = statefulSet('ledger', { replicas });
  return [
    owner,
    ...[...Array(replicas).keys()].map((n) => pod(`ledger-${n}`, { ownedBy: owner, containers: [app()], ...since(90 * MINUTE) })),
  ];
}

/** A small swing that is the same in every run. */
const swing = (pod: number, step: number) => 0.01 * Math.sin(step * 1.7 + pod);
const climb: Load = (pod, step) => Math.min(1, 0.3 + Math.max(0, step - 15) * 0.0125 + swing(pod, step));
const high: Load = (pod, step) => 0.97 + swing(pod, step);
const jump: Load = (pod, step) => (step < 50 ? 0.35 : 0.98) + swing(pod, step);
const steady: Load = (pod, step) => 0.45 + swing(pod, step);
const after = (objects: readonly KubeObject[], more: readonly KubeObject[]): KubeObject[] => [...objects, ...more];

const earlier = (owner: readonly KubeObject[]) =>
  replicaSet('cart-5d', { replicas: 0, createdAt: NOON - 9 * 24 * 60 * MINUTE, ...(owner[0] && { ownedBy: owner[0] }) });
const broken = (): KubeObject[] => {
  const owner = deployment('mail', { replicas: 1, readyReplicas: 0, availableReplicas: 0 });
  const set = replicaSet('mail-1', { ownedBy: owner, replicas: 1, readyReplicas: 0 });
  return [owner, set, pod('mail-1-0', { ownedBy: set, ready: false, containers: [container('app', crashing())] })];
};
const hpaOf = (name: string) => horizontalPodAutoscaler(name, { scales: { apiGroup: 'apps', kind: 'Deployment', name } });

const full: readonly (readonly [string, Scene])[] = [
  ['demand that climbs towards the limits of three pods', loadedScene(limited(3), climb)],
  ['demand that has jumped to the limits of all pods', loadedScene(limited(4), jump)],
  ['demand that outgrows the only replica', loadedScene(limited(1), climb)],
  ['a StatefulSet whose members are all busy', loadedScene(limitedSet(3), climb)],
  ['twelve replicas that are not equally busy', loadedScene(limited(12), (pod, step) => climb(pod, step, 'app') * (pod % 2 ? 1 : 0.97))],
  [
    'demand that climbs faster and faster',
    loadedScene(limited(3), (pod, step) => Math.min(1, 0.3 + 0.00022 * step ** 2 + swing(pod, step))),
  ],
  ['a workload that was full before anybody looked', loadedScene(limited(2), high)],
  [
    'a busy container beside an idle sidecar',
    loadedScene(limited(3, { containers: [app(), container('proxy', { limits: { cpuCores: 1 } })] }), (pod, step, name) =>
      name === 'app' ? climb(pod, step, name) : 0.05,
    ),
  ],
  [
    'demand for which a first scale-up was too small',
    loadedScene(limited(5, { born: (place) => (place < 3 ? 300 : 4) * MINUTE }), (pod, step) =>
      pod > 2 && step < 44 ? Number.NaN : high(pod, step, 'app'),
    ),
  ],
  [
    'demand that climbs a day after a rollout',
    (() => {
      const objects = limited(3);
      return loadedScene(after(objects, [earlier(objects)]), climb);
    })(),
  ],
  ['demand that climbs while a neighbour crashes', loadedScene(after(limited(3), broken()), climb)],
  ['demand that climbs beside a workload with an autoscaler', loadedScene(after(limited(3), [hpaOf('other')]), climb)],
];

const unlike: readonly (readonly [string, LabelledCase['expected'], Scene])[] = [
  ['one hot pod of three', 'nothing', loadedScene(limited(3), (pod, step) => (pod === 1 ? 1 : 0.2) + swing(pod, step))],
  ['load that only swings', 'nothing', loadedScene(limited(3), (pod, step) => 0.55 + 0.2 * Math.sin(step + pod))],
  ['load that has levelled off', 'nothing', loadedScene(limited(3), (pod, step) => Math.min(0.7, 0.3 + step * 0.01) + swing(pod, step))],
  [
    'busy pods of which one is not told',
    'nothing',
    loadedScene(limited(3), (pod, step) => (pod === 2 ? Number.NaN : climb(pod, step, 'app'))),
  ],
  ['a memory leak without much CPU', 'nothing', loadedScene(limited(3), steady)],
  ['busy pods under an autoscaler', 'nothing', loadedScene(after(limited(3), [hpaOf('cart')]), climb)],
  ['pods that warm up after a rollout', 'nothing', loadedScene(limited(3, { born: () => 4 * MINUTE }), high)],
  [
    'busy pods in the middle of a rollout',
    'nothing',
    loadedScene(limited(3, { of: { updatedReplicas: 1, generation: 2, observedGeneration: 2 } }), climb),
  ],
  ['busy pods of a workload that somebody has paused', 'nothing', loadedScene(limited(3, { of: { isPaused: true } }), climb)],
  ['a poisoned message that makes every replica spin', 'application-hang', loadedScene(limited(3), jump)],
  [
    'a release of an hour ago that costs three times the CPU',
    'bad-rollout',
    (() => {
      const objects = limited(3, { born: () => 60 * MINUTE });
      return loadedScene(after(objects, [earlier(objects)]), high);
    })(),
  ],
];

const HOUR = 60 * MINUTE;
/** The scene, in which kubemend has scaled its subject up. */
function scaledUp(scene: Scene, from: number, how: { to?: number; ago?: number } = {}): Scene {
  const replicas = scene.objects.flatMap((object) => (object.meta.ref === scene.about && 'replicas' in object ? [object.replicas] : []))[0];
  const { to = replicas ?? 0, ago = 2 * HOUR } = how;
  return { ...scene, scaleUps: [{ signal: 'scale-up', id: 'scale-up:1', subject: scene.about, at: NOON - ago, from, to }] };
}
const calm: Load = (pod, step) => 0.25 + swing(pod, step);

const spare: readonly (readonly [string, Scene])[] = [
  ['demand that has fallen since a scale-up', scaledUp(loadedScene(limited(6), calm), 4)],
  [
    'demand that has fallen to nearly nothing',
    scaledUp(
      loadedScene(limited(6), (pod, step) => 0.02 + swing(pod, step)),
      4,
    ),
  ],
  [
    'demand that allows only some of the replicas to go',
    scaledUp(
      loadedScene(limited(6), (pod, step) => 0.42 + swing(pod, step)),
      3,
    ),
  ],
  ['a second replica that is not needed any more', scaledUp(loadedScene(limited(2), calm), 1)],
  ['a StatefulSet whose added member is idle', scaledUp(loadedScene(limitedSet(4), calm), 3)],
  [
    'twelve replicas for what six can do',
    scaledUp(
      loadedScene(limited(12), (pod, step) => (pod % 2 ? 0.3 : 0.2) + swing(pod, step)),
      6,
    ),
  ],
  ['idle replicas twenty minutes after the scale-up', scaledUp(loadedScene(limited(6), calm), 4, { ago: 20 * MINUTE })],
  ['idle replicas beside a neighbour that crashes', scaledUp(loadedScene(after(limited(6), broken()), calm), 4)],
  ['idle replicas beside a workload with an autoscaler', scaledUp(loadedScene(after(limited(6), [hpaOf('other')]), calm), 4)],
  [
    'idle replicas whose sidecar has limits of its own',
    scaledUp(loadedScene(limited(4, { containers: [app(), container('proxy', { limits: { cpuCores: 1 } })] }), calm), 2),
  ],
];

const needed: readonly (readonly [string, LabelledCase['expected'], Scene])[] = [
  ['replicas that nobody has scaled up lately', 'nothing', loadedScene(limited(6), calm)],
  ['replicas that somebody else has added on top', 'nothing', scaledUp(loadedScene(limited(8), calm), 4, { to: 6 })],
  [
    'added replicas that are busy',
    'nothing',
    scaledUp(
      loadedScene(limited(6), (pod, step) => 0.62 + swing(pod, step)),
      5,
    ),
  ],
  [
    'added replicas that are busy now and then',
    'nothing',
    scaledUp(
      loadedScene(limited(6), (_pod, step) => (step % 25 === 12 ? 0.8 : 0.2)),
      4,
    ),
  ],
  [
    'added replicas whose demand climbs again',
    'insufficient-capacity',
    scaledUp(
      loadedScene(limited(6), (pod, step) => climb(pod, step + 8, 'app') - 0.15),
      4,
    ),
  ],
  ['added replicas five minutes after the scale-up', 'nothing', scaledUp(loadedScene(limited(6), calm), 4, { ago: 5 * MINUTE })],
  [
    'added replicas of which one is not told',
    'nothing',
    scaledUp(
      loadedScene(limited(6), (pod, step) => (pod === 2 ? Number.NaN : calm(pod, step, 'app'))),
      4,
    ),
  ],
  ['added replicas under an autoscaler', 'nothing', scaledUp(loadedScene(after(limited(6), [hpaOf('cart')]), calm), 4)],
  [
    'added replicas in the middle of a rollout',
    'nothing',
    scaledUp(loadedScene(limited(6, { of: { updatedReplicas: 2, generation: 2, observedGeneration: 2 } }), calm), 4),
  ],
  [
    'added replicas that are idle because their callers are cut off',
    'dependency-unavailable',
    scaledUp(
      loadedScene(limited(6), () => 0.01),
      4,
    ),
  ],
];

export const demandCases: readonly LabelledCase[] = [
  ...full.map(([name, scene]) => ({ name, source: 'built' as const, expected: 'insufficient-capacity' as const, scenes: [scene] })),
  ...spare.map(([name, scene]) => ({ name, source: 'built' as const, expected: 'excess-capacity' as const, scenes: [scene] })),
  ...[...unlike, ...needed].map(([name, expected, scene]) => ({ name, source: 'built' as const, expected, scenes: [scene] })),
];
