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

/**
 * What the Deployments and StatefulSets use of what they can, from one step of a metric of containers: of each container of the pod
 * template the sum over the ready pods, none of which counts for more than its own limit, over the sum of the limits (or requests); the fullest
 * container counts. So one greedy pod of several never makes a workload full. NaN where the sample of one of these pods is missing or from
 * before it was ready; a workload without a ready pod, or without a limit that all of them have, has no figure. Undefined for a metric
 * that no figure is made from, and for a step in which nothing was said.
 */
export function workloadFigures(
  columns: MetricColumns,
  step: number,
  { cluster, capacity = 'limits' }: CapacityParts,
): SampleBlock | undefined {
  const figure = figures[columns.metric];
  const at = columns.instantOf(step);
  if (!figure || Number.isNaN(at)) return undefined;
  const uses = usesIn(columns, step);
  const shares = readyPods(cluster).flatMap(({ workload, pods }) => {
    const share = shareOf(pods, { uses, at, of: figure.of, capacity });
    return share === undefined ? [] : [{ subject: { ref: workload.meta.ref }, share }];
  });
  if (shares.length === 0) return undefined;
  return {
    ...{ signal: 'samples', source: 'workloads', metric: figure.metric, at },
    subjects: shares.map(({ subject }) => subject),
    values: Float64Array.from(shares, ({ share }) => share),
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
      uses.set(`${subject.ref.uid} ${subject.part}`, value);
  }
  return uses;
}

interface Family {
  readonly workload: Workload;
  readonly pods: readonly Pod[];
}

/** The ready pods of every Deployment and StatefulSet. */
function readyPods({ objects }: Pick<ClusterReader, 'objects'>): readonly Family[] {
  const byUid = new Map<string, KubeObject>();
  const pods: Pod[] = [];
  for (const { object } of objects()) {
    const { uid } = object.meta.ref;
    if (uid !== undefined) byUid.set(uid, object);
    if (object.kind === 'Pod' && isReady(object)) pods.push(object);
  }
  const families = Map.groupBy(pods, (pod) => ownerOf(pod, byUid));
  return [...families].flatMap(([workload, own]) => (workload ? [{ workload, pods: own }] : []));
}

function ownerOf(pod: Pod, byUid: ReadonlyMap<string, KubeObject>): Workload | undefined {
  let owner: KubeObject | undefined = pod;
  while (owner && !isWorkload(owner)) {
    const uid: string | undefined = owner.meta.owners.find(({ controller }) => controller)?.uid;
    owner = uid === undefined ? undefined : byUid.get(uid);
  }
  return owner && owner.kind !== 'DaemonSet' && owner.meta.deletedAt === undefined ? owner : undefined;
}

interface Moment {
  readonly uses: Uses;
  readonly at: number;
  readonly of: keyof Quantities;
  readonly capacity: 'limits' | 'requests';
}

function shareOf(pods: readonly Pod[], moment: Moment): number | undefined {
  const names = new Set(pods.flatMap((pod) => running(pod).map(({ name }) => name)));
  const shares = [...names].flatMap((name) => containerShare(name, pods, moment) ?? []);
  if (shares.length === 0) return undefined;
  return shares.some(Number.isNaN) ? Number.NaN : Math.max(...shares);
}

/** Undefined where a pod has no such container, or no limit on it: then nothing says when it is full. */
function containerShare(name: string, pods: readonly Pod[], { uses, at, of, capacity }: Moment): number | undefined {
  let [used, limit] = [0, 0];
  for (const pod of pods) {
    const container = running(pod).find((one) => one.name === name);
    const own = container?.limits[of] ?? (capacity === 'requests' ? container?.requests[of] : undefined);
    if (own === undefined || own <= 0) return undefined;
    const use = at < readyAt(pod) ? Number.NaN : (uses.get(`${pod.meta.ref.uid} ${name}`) ?? Number.NaN);
    used += Math.min(use, own);
    limit += own;
  }
  return used / limit;
}

function running({ containers }: Pod): readonly Container[] {
  return containers.filter(({ role }) => role !== 'init');
}

/** A sample from before its pod took part says nothing of how the workload was then. */
function readyAt({ conditions, meta }: Pod): number {
  return conditions.find(({ type }) => type === 'Ready')?.changedAt ?? meta.createdAt;
}
