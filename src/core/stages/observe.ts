import type { Context } from '../context.ts';
import type { Incident } from '../model/incident.ts';
import { conditionOf, isReady, type KubeObject, type Workload } from '../model/objects.ts';
import type { Baseline } from '../model/outcome.ts';
import { isSameResource, type ResourceRef, resourceKey } from '../model/resource.ts';
import { type ClusterView, workloadOf } from '../view.ts';
import { examine, type Sighting } from './detect.ts';

/** How a subject stands, and what could not be told about it. */
export interface Standing extends Baseline {
  readonly unknown: readonly string[];
  /** Those of `firing` that only repeat somebody else's word. */
  readonly hearsay?: readonly string[];
  /** Those of `firing` that are only about pods which the act has not touched, and which were not ready when the present phase began either. */
  readonly known?: readonly string[];
}

/**
 * Whom an act is judged by: the incident's subject; or the workload of the target, where this is a pod that the subject (a node) carries
 * and does not own.
 */
export function patientOf({ subject, plan }: Pick<Incident, 'subject' | 'plan'>): ResourceRef {
  return subject.kind === 'Node' && plan?.target.kind === 'Pod' ? plan.owner : subject;
}

/** Looks at the one whom an act is judged by, all that it owns, and its untouched peers, in the cached view. */
export function observe(incident: Incident, view: ClusterView, { detectors }: Pick<Context, 'detectors'>): Standing {
  const patient = patientOf(incident);
  const sightings = examine(view, patient, symptomatic(detectors));
  const fires = sightings.filter(({ detection }) => detection.is === 'firing');
  const firing = [...new Set(fires.map(({ detector }) => detector))].sort();
  const subject = view.get(patient);
  const pods = subject ? [subject, ...view.ownedBy(patient)].filter((object) => object.kind === 'Pod') : [];
  const stranded = patient === incident.subject ? [] : pods.filter((pod) => pod.nodeName === incident.subject.name && !pod.meta.deletedAt);
  const peersReady = readyShare(view, peersOf(incident, view));
  const wanted = subject && wantedPods(subject);
  return {
    at: view.at,
    firing,
    hearsay: firing.filter((name) => detectors.some((detector) => detector.name === name && detector.isHearsay)),
    known: firing.filter((name) => fires.every((one) => one.detector !== name || isKnownTrouble(view.get(one.subject), incident))),
    unknown: unknowns(incident, view, { patient, sightings, subject }),
    ...(wanted !== undefined && { wantedPods: Math.max(0, wanted - stranded.length) }),
    ...(!view.isBlindFor('Pod') && { readyPods: pods.filter(isReady).length }),
    ...(peersReady !== undefined && { peersReady }),
  };
}

/** The act has not touched this pod, and it was not ready before it either: whatever is found out about it now was there before. */
function isKnownTrouble(object: KubeObject | undefined, { plan, phaseAt }: Incident): boolean {
  if (object?.kind !== 'Pod' || (plan && isSameResource(object.meta.ref, plan.target))) return false;
  const { status, changedAt = object.meta.createdAt } = conditionOf(object, 'Ready') ?? {};
  return status !== 'True' && object.meta.createdAt < phaseAt && changedAt < phaseAt;
}

interface Look {
  readonly patient: ResourceRef;
  readonly sightings: readonly Sighting[];
  readonly subject: KubeObject | undefined;
}

function unknowns({ findings }: Incident, view: ClusterView, { patient, sightings, subject }: Look): string[] {
  if (!subject) return view.isBlindFor('Pod') ? ['we are blind'] : [`${patient.kind} ${patient.name} is gone`];
  const asked = new Set(findings.map((finding) => finding.detector));
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
  const patient = patientOf(incident);
  const touched = workloadOf(view, patient)?.meta.ref ?? patient;
  return (['Deployment', 'StatefulSet', 'DaemonSet'] as const)
    .flatMap((kind): readonly Workload[] => view.ofKind(kind))
    .filter(({ meta }) => meta.ref.namespace === touched.namespace && !isSameResource(meta.ref, touched));
}

function readyShare(view: ClusterView, workloads: readonly Workload[]): number | undefined {
  const wanted = workloads.reduce((sum, workload) => sum + workload.replicas, 0);
  if (wanted === 0 || view.isBlindFor('Pod')) return undefined;
  return Math.min(1, workloads.reduce((sum, workload) => sum + workload.readyReplicas, 0) / wanted);
}

/** Without those that only hint: what is merely odd neither holds an incident open nor is held against an act. */
function symptomatic(detectors: Context['detectors']): Context['detectors'] {
  return detectors.filter(({ isHint }) => !isHint);
}

/** Whether what opened the incident still holds: `unknown` unless every finding can be judged; hints are not asked. */
export function symptomOf(
  incident: Incident,
  view: ClusterView,
  { detectors }: Pick<Context, 'detectors'>,
): 'present' | 'gone' | 'unknown' {
  const asked = new Set(incident.findings.map((finding) => finding.detector));
  const answers = [incident.subject, ...incident.findings.map((finding) => finding.subject)]
    .filter((subject, index, all) => all.findIndex((other) => resourceKey(other) === resourceKey(subject)) === index)
    .flatMap((subject) => examine(view, subject, symptomatic(detectors)))
    .filter(({ detector }) => asked.has(detector));
  if (answers.some(({ detection }) => detection.is === 'firing')) return 'present';
  if (answers.some(({ detection }) => detection.is === 'unknown') || view.isBlindFor('Pod')) return 'unknown';
  return 'gone';
}
