import { createRandom } from '../../../src/simulator/random.ts';

/** The stories that the actions are for: each leads to one action's proposal. */
export const stories = [
  'sick pods',
  'stuck in order',
  'all hang',
  'bad release',
  'out of memory',
  'too few',
  'lost node',
  'too many',
] as const;
export type Story = (typeof stories)[number];

/** A number of pods or a share of them, as Kubernetes writes both. */
type Share = number | string;

/** Everything that is drawn of a state; printed when a preview did not hold. */
export interface Shape {
  readonly seed: number;
  readonly story: Story;
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly replicas: number;
  readonly strategy: 'RollingUpdate' | 'Recreate' | 'OnDelete';
  readonly maxUnavailable: Share | undefined;
  readonly maxSurge: Share | undefined;
  readonly partition: number;
  readonly isOrdered: boolean;
  readonly minReadySeconds: number;
  readonly hasSidecar: boolean;
  readonly nodes: number;
  /** Cores of each node; a pod asks for 0.3. */
  readonly cpu: string;
  readonly budgets: readonly Readonly<Record<string, Share>>[];
  /** How many pods serve nobody. */
  readonly unready: number;
  /** What the program of a release is like: the first one is always well. */
  readonly release: 'well' | 'missing' | 'crashes' | 'never ready' | 'well in some';
  /** How long the release is out before anything is done about it. */
  readonly outSeconds: number;
  /** What becomes of the pods that the act brings. */
  readonly successors: 'well' | 'slow' | 'never ready';
  readonly endsAfterMs: number;
  /** Whether the limit was raised in place before. */
  readonly isResized: boolean;
  readonly quota: number | undefined;
  /** How many replicas it had before kubemend added some, and what share of their capacity it uses at the most since. */
  readonly before: number;
  readonly share: number;
}

const kinds = ['Deployment', 'Deployment', 'StatefulSet', 'DaemonSet'] as const;
const kindsFor: Readonly<Record<Story, readonly Shape['kind'][]>> = {
  'sick pods': ['Deployment', 'StatefulSet'],
  'stuck in order': ['StatefulSet'],
  'all hang': kinds,
  'bad release': kinds,
  'out of memory': kinds,
  'too few': ['Deployment', 'StatefulSet'],
  'lost node': ['Deployment'],
  'too many': ['Deployment', 'StatefulSet'],
};

type Random = () => number;
const upTo = (random: Random, most: number) => Math.floor(random() * (most + 1));
const pick = <T>(random: Random, list: readonly T[]): T => list[upTo(random, list.length - 1)] as T;

/** Draws the state of this number. */
export function drawShape(seed: number, story: Story): Shape {
  const random = createRandom(seed * 7 + stories.indexOf(story));
  for (let warmUp = 0; warmUp < 3; warmUp += 1) random();
  const kind = pick(random, kindsFor[story]);
  const nodes = (story === 'lost node' ? 2 : 1) + upTo(random, 3);
  const replicas = kind === 'DaemonSet' ? nodes : 1 + upTo(random, 5);
  return {
    ...{ seed, story, kind, nodes, replicas, cpu: pick(random, ['1', '2', '8']) },
    ...drawUpdate(random, { story, kind, replicas }),
    ...drawTrouble(random, { story, replicas }),
    minReadySeconds: pick(random, [0, 0, 10]),
    hasSidecar: random() < 0.3,
    endsAfterMs: pick(random, [200, 200, 20_000]),
    budgets: pick<Shape['budgets']>(random, [
      [],
      [],
      [{ minAvailable: upTo(random, replicas) }],
      [{ maxUnavailable: upTo(random, 2) }],
      [{ minAvailable: '50%' }],
      [{ minAvailable: replicas, unhealthyPodEvictionPolicy: 'AlwaysAllow' }],
      [{ maxUnavailable: 1 }, { minAvailable: 1 }],
    ]),
    quota: random() < 0.3 ? 2 + upTo(random, 8) : undefined,
    before: 1 + upTo(random, replicas - 1),
    share: 0.05 + 0.5 * random(),
  };
}

type Update = 'strategy' | 'maxUnavailable' | 'maxSurge' | 'partition' | 'isOrdered';

/** How its controller brings a new template. One that may neither add nor take a pod is refused by Kubernetes. */
function drawUpdate(random: Random, { story, kind, replicas }: Pick<Shape, 'story' | 'kind' | 'replicas'>): Pick<Shape, Update> {
  const isStuck = story === 'stuck in order';
  const maxUnavailable = pick<Share | undefined>(random, [undefined, undefined, 0, 1, 2, '25%', '50%', '100%']);
  const maxSurge = pick<Share | undefined>(random, [undefined, undefined, 0, 1, '50%', '100%']);
  const other = kind === 'Deployment' ? 'Recreate' : 'OnDelete';
  return {
    maxUnavailable: maxUnavailable === 0 && maxSurge === 0 ? 1 : maxUnavailable,
    maxSurge,
    strategy: random() < (isStuck ? 0.95 : 0.75) ? 'RollingUpdate' : other,
    partition: random() < (isStuck ? 0.05 : 0.2) ? upTo(random, replicas) : 0,
    isOrdered: random() < (isStuck ? 0.95 : 0.6),
  };
}

type Trouble = 'unready' | 'release' | 'outSeconds' | 'successors' | 'isResized';

function drawTrouble(random: Random, { story, replicas }: Pick<Shape, 'story' | 'replicas'>): Pick<Shape, Trouble> {
  const isStuck = story === 'stuck in order';
  return {
    unready: story === 'too few' || story === 'too many' || isStuck ? 0 : pick(random, [0, 0, 1, upTo(random, replicas)]),
    release: pick(random, ['well', 'missing', 'crashes', 'never ready', 'well in some', 'well in some']),
    outSeconds: pick(random, isStuck ? [20, 40, 90] : [1, 5, 8, 12, 16, 90]),
    successors: pick(random, ['well', 'well', 'slow', 'never ready']),
    isResized: random() < 0.3,
  };
}
