import {
  type Container,
  isReady,
  isWorkload,
  type KubeObject,
  type Pod,
  type Quantities,
  type Workload,
} from '../../core/model/objects.ts';
import type { SampleBlock } from '../../core/model/samples.ts';
import type { ClusterReader } from '../../core/ports.ts';
import type { MetricColumns } from '../../core/series/metric-columns.ts';

/** Which metric of containers a figure is made from, and which limit it is a share of. */
interface Figure {
  readonly metric: string;
  readonly of: keyof Quantities;
}

const figures: Readonly<Record<string, Figure>> = {
  cpuCores: { metric: 'cpuCapacityShare', of: 'cpuCores' },
  memoryBytes: { metric: 'memoryCapacityShare', of: 'memoryBytes' },
};

/** Whose pods are looked at, and what their containers can use: their limits alone, or their requests where they have no limit. */
export interface CapacityParts {
  readonly cluster: Pick<ClusterReader, 'objects'>;
  readonly capacity?: 'limits' | 'requests';
}

/** Makes figures of workloads from those of their containers. */
export interface WorkloadFigures {
  /**
   * What the Deployments and StatefulSets use of what they can, from one step of a metric of containers: of each container of the pod
   * template the sum over the ready pods, none of which counts for more than its own limit, over the sum of the limits (or requests); the
   * fullest container counts. So one greedy pod of several never makes a workload full. NaN where the sample of one of these pods is missing
   * or from before it was ready; a workload without a ready pod, or without a limit that all of them have, has no figure. Returns undefined
   * for a metric that no figure is made from, and for a step in which nothing was said. Done piece by piece; the pods are looked at once for
   * all metrics of a step.
   */
  making(columns: MetricColumns, step: number): Generator<void, SampleBlock | undefined>;
}

/** Makes one that has looked at nothing yet. */
export function workloadFigures({ cluster, capacity = 'limits' }: CapacityParts): WorkloadFigures {
  let seen: { readonly step: number; readonly families: readonly Family[] } | undefined;
  return {
    *making(columns, step) {
      const figure = figures[columns.metric];
      const at = columns.instantOf(step);
      if (!figure || Number.isNaN(at)) return undefined;
      if (seen?.step !== step) {
        seen = { step, families: familiesOf(cluster) };
        yield;
      }
      const moment = { uses: usesIn(columns, step), at, of: figure.of, capacity };
      const shares = seen.families.flatMap((family) => {
        const share = shareOf(family, moment);
        return share === undefined ? [] : [{ subject: { ref: family.workload.meta.ref }, share }];
      });
      if (shares.length === 0) return undefined;
      return {
        ...{ signal: 'samples', source: 'workloads', metric: figure.metric, at },
        subjects: shares.map(({ subject }) => subject),
        values: Float64Array.from(shares, ({ share }) => share),
      };
    },
  };
}

/** What each container used in the step, by pod uid and name. */
type Uses = ReadonlyMap<string, number>;

function usesIn(columns: MetricColumns, step: number): Uses {
  const uses = new Map<string, number>();
  const row = columns.row(step);
  for (let slot = 0; slot < row.length; slot += 1) {
    const subject = columns.table.subjectAt(slot);
    const value = row[slot] ?? Number.NaN;
    if (subject?.ref.kind === 'Pod' && subject.part !== undefined && Number.isFinite(value))
      uses.set(keyOf(subject.ref.uid, subject.part), value);
  }
  return uses;
}

function keyOf(uid: string | undefined, container: string): string {
  return `${uid} ${container}`;
}

/** The ready pods of a workload: how many, and each of their containers by its name. */
interface Family {
  readonly workload: Workload;
  pods: number;
  readonly seats: Map<string, Seat[]>;
}

/** One container of one pod. */
interface Seat {
  readonly key: string;
  readonly readyAt: number;
  readonly container: Container;
}

/** The ready pods of every Deployment and StatefulSet. */
function familiesOf({ objects }: Pick<ClusterReader, 'objects'>): readonly Family[] {
  const owners = new Map<string, KubeObject>();
  const pods: Pod[] = [];
  for (const { object } of objects()) {
    if (object.kind === 'Pod') pods.push(object);
    else if (object.meta.ref.uid !== undefined) owners.set(object.meta.ref.uid, object);
  }
  const families = new Map<Workload, Family>();
  for (const pod of pods) {
    const workload = isReady(pod) ? ownerOf(pod, owners) : undefined;
    if (!workload) continue;
    const family = families.get(workload) ?? { workload, pods: 0, seats: new Map<string, Seat[]>() };
    families.set(workload, family);
    seat(pod, family);
  }
  return [...families.values()];
}

function seat(pod: Pod, family: Family): void {
  const readyAt = readyAtOf(pod);
  family.pods += 1;
  for (const container of pod.containers) {
    if (container.role === 'init') continue;
    const known = family.seats.get(container.name);
    const one = { key: keyOf(pod.meta.ref.uid, container.name), readyAt, container };
    if (known) known.push(one);
    else family.seats.set(container.name, [one]);
  }
}

function ownerOf(pod: Pod, owners: ReadonlyMap<string, KubeObject>): Workload | undefined {
  let owner: KubeObject | undefined = pod;
  while (owner && !isWorkload(owner)) {
    const uid: string | undefined = owner.meta.owners.find(({ controller }) => controller)?.uid;
    owner = uid === undefined ? undefined : owners.get(uid);
  }
  return owner && owner.kind !== 'DaemonSet' && owner.meta.deletedAt === undefined ? owner : undefined;
}

interface Moment {
  readonly uses: Uses;
  readonly at: number;
  readonly of: keyof Quantities;
  readonly capacity: 'limits' | 'requests';
}

function shareOf({ pods, seats }: Family, moment: Moment): number | undefined {
  const shares = [...seats.values()].flatMap((own) => (own.length < pods ? [] : (containerShare(own, moment) ?? [])));
  if (shares.length === 0) return undefined;
  return shares.some(Number.isNaN) ? Number.NaN : Math.max(...shares);
}

/** Undefined where a pod has no limit on it: then nothing says when it is full, no more than where a pod has no such container. */
function containerShare(seats: readonly Seat[], { uses, at, of, capacity }: Moment): number | undefined {
  let [used, limit] = [0, 0];
  for (const { key, readyAt, container } of seats) {
    const own = container.limits[of] ?? (capacity === 'requests' ? container.requests[of] : undefined);
    if (own === undefined || own <= 0) return undefined;
    const use = at < readyAt ? Number.NaN : (uses.get(key) ?? Number.NaN);
    used += Math.min(use, own);
    limit += own;
  }
  return used / limit;
}

/** A sample from before its pod took part says nothing of how the workload was then. */
function readyAtOf({ conditions, meta }: Pod): number {
  return conditions.find(({ type }) => type === 'Ready')?.changedAt ?? meta.createdAt;
}
