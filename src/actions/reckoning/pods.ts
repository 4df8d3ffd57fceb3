import type { Incident } from '../../core/model/incident.ts';
import { isReady, type Pod, type Workload } from '../../core/model/objects.ts';
import { isSameResource, type ResourceRef } from '../../core/model/resource.ts';
import type { Facts } from '../../core/plugins.ts';
import { type ClusterView, WATCH_MAX_AGE_MS, workloadOf } from '../../core/view.ts';

/** The label by which a StatefulSet's pods carry the revision that they were made from. */
export const REVISION_LABEL = 'controller-revision-hash';

/** A pod that a finding is about, and how bad the worst of these findings holds it to be (0 to 1). */
export interface SickPod {
  readonly pod: Pod;
  readonly score: number;
}

/** The pods that an object owns, directly or through another. */
export function podsOf(view: ClusterView, owner: ResourceRef): Pod[] {
  return view.ownedBy(owner).filter((object): object is Pod => object.kind === 'Pod');
}

/**
 * The pods of the workload that a finding holds to be sick and was seen to hold lately, the sickest first: unready before ready, then
 * the higher score, then by name. Pods that are leaving already are not among them.
 */
export function sickPodsOf(workload: Workload, { findings }: Pick<Incident, 'findings'>, { view, now }: Facts): SickPod[] {
  const fresh = findings.filter((finding) => now - finding.at <= WATCH_MAX_AGE_MS);
  return podsOf(view, workload.meta.ref)
    .filter((pod) => pod.meta.deletedAt === undefined)
    .flatMap((pod) => {
      const about = fresh.filter((finding) => isSameResource(finding.subject, pod.meta.ref));
      return about.length === 0 ? [] : [{ pod, score: Math.max(...about.map((finding) => finding.score)) }];
    })
    .sort((a, b) => Number(isReady(a.pod)) - Number(isReady(b.pod)) || b.score - a.score || byName(a.pod, b.pod));
}

/** Orders pods by name, ordinals by number: `web-2` before `web-10`. */
export function byName(a: Pod, b: Pod): number {
  return ordinalOf(a) - ordinalOf(b) || (a.meta.ref.name < b.meta.ref.name ? -1 : 1);
}

/** The workload that the incident is about: its subject, or the owner of its subject. */
export function subjectWorkload({ subject }: Pick<Incident, 'subject'>, view: ClusterView): Workload | undefined {
  const workload = workloadOf(view, subject);
  return workload?.meta.deletedAt === undefined ? workload : undefined;
}

function ordinalOf({ meta }: Pod): number {
  return Number(/-(\d{1,9})$/.exec(meta.ref.name)?.[1] ?? 0);
}
