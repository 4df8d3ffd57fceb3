import type { Context } from '../context.ts';
import type { Incident } from '../model/incident.ts';
import { isReady, type KubeObject, type Workload } from '../model/objects.ts';
import type { Baseline } from '../model/outcome.ts';
import { isSameResource, resourceKey } from '../model/resource.ts';
import { type ClusterView, workloadOf } from '../view.ts';
import { examine, type Sighting } from './detect.ts';

/** How a subject stands, and what could not be told about it. */
export interface Standing extends Baseline {
  readonly unknown: readonly string[];
  /** Those of `firing` that only repeat somebody else's word. */
  readonly hearsay?: readonly string[];
}

/** Looks at the incident's subject, all that it owns, and its untouched peers, in the cached view. */
export function observe(incident: Incident, view: ClusterView, { detectors }: Pick<Context, 'detectors'>): Standing {
  const sightings = examine(view, incident.subject, detectors);
  const firing = [...new Set(sightings.filter(({ detection }) => detection.is === 'firing').map(({ detector }) => detector))].sort();
  const subject = view.get(incident.subject);
  const pods = subject ? [subject, ...view.ownedBy(incident.subject)].filter((object) => object.kind === 'Pod') : [];
  const peersReady = readyShare(view, peersOf(incident, view));
  const wanted = subject && wantedPods(subject);
  return {
    at: view.at,
    firing,
    hearsay: firing.filter((name) => detectors.some((detector) => detector.name === name && detector.isHearsay)),
    unknown: unknowns(incident, view, sightings, subject),
    ...(wanted !== undefined && { wantedPods: wanted }),
    ...(!view.isBlindFor('Pod') && { readyPods: pods.filter(isReady).length }),
    ...(peersReady !== undefined && { peersReady }),
  };
}

function unknowns(incident: Incident, view: ClusterView, sightings: readonly Sighting[], subject: KubeObject | undefined): string[] {
  if (!subject) return view.isBlindFor('Pod') ? ['we are blind'] : [`${incident.subject.kind} ${incident.subject.name} is gone`];
  const asked = new Set(incident.findings.map((finding) => finding.detector));
  return sightings.flatMap(({ detector, detection }) =>
    detection.is === 'unknown' && asked.has(detector) ? [`${detector}: ${detection.why}`] : [],
  );
}

function wantedPods(subject: KubeObject): number | undefined {
  if (subject.kind === 'Pod') return 1;
  return subject.kind === 'Deployment' || subject.kind === 'StatefulSet' || subject.kind === 'DaemonSet' || subject.kind === 'ReplicaSet'
    ? subject.replicas
    : undefined;
}

function peersOf(incident: Incident, view: ClusterView): Workload[] {
  const touched = workloadOf(view, incident.subject)?.meta.ref ?? incident.subject;
  return (['Deployment', 'StatefulSet', 'DaemonSet'] as const)
    .flatMap((kind): readonly Workload[] => view.ofKind(kind))
    .filter(({ meta }) => meta.ref.namespace === touched.namespace && !isSameResource(meta.ref, touched));
}

function readyShare(view: ClusterView, workloads: readonly Workload[]): number | undefined {
  const wanted = workloads.reduce((sum, workload) => sum + workload.replicas, 0);
  if (wanted === 0 || view.isBlindFor('Pod')) return undefined;
  return Math.min(1, workloads.reduce((sum, workload) => sum + workload.readyReplicas, 0) / wanted);
}

/** Whether what opened the incident still holds: `unknown` unless every finding can be judged. */
export function symptomOf(
  incident: Incident,
  view: ClusterView,
  { detectors }: Pick<Context, 'detectors'>,
): 'present' | 'gone' | 'unknown' {
  const asked = new Set(incident.findings.map((finding) => finding.detector));
  const answers = [incident.subject, ...incident.findings.map((finding) => finding.subject)]
    .filter((subject, index, all) => all.findIndex((other) => resourceKey(other) === resourceKey(subject)) === index)
    .flatMap((subject) => examine(view, subject, detectors))
    .filter(({ detector }) => asked.has(detector));
  if (answers.some(({ detection }) => detection.is === 'firing')) return 'present';
  if (answers.some(({ detection }) => detection.is === 'unknown') || view.isBlindFor('Pod')) return 'unknown';
  return 'gone';
}
