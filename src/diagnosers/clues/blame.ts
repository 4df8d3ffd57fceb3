import { repositoryOf } from '../../core/model/image.ts';
import { conditionOf, isReady, type Pod } from '../../core/model/objects.ts';
import type { AilingPod, Ailment } from './ailment.ts';
import type { CaseFile } from './case-file.ts';
import { leftBehind } from './left-behind.ts';
import { fallenNeighbours } from './neighbours.ts';
import type { RevisionInView, Rollout } from './rollout.ts';
import { mentions } from './template-changes.ts';
import { span } from './words.ts';

/** kubemend's own field manager: what it rolled out itself is not rolled back by it. */
const OURSELVES = 'kubemend';
/** A pod of the newest revision that serves for so long shows that the revision can work. */
const HOLDS_MS = 2 * 60_000;
/** A pod that runs and has never been ready may be slow to start for so long. */
const STARTING_MS = 5 * 60_000;
/** What shows up later than this after a rollout has most often another cause. */
const SOON_MS = 30 * 60_000;
/** What a pod template can bring about; to be scheduled, mounted or given a node is for the cluster, unless the template asks for a place. */
const byTemplate: readonly Ailment['is'][] = ['image', 'configuration', 'start', 'memory', 'hang', 'crash', 'unready'];
const placing = /^spec\.(nodeSelector|affinity|tolerations|nodeName|topologySpreadConstraints|schedulerName)\b/;

/** The pods of the newest revision that fail for a reason which lies in the revision, or why it is not to blame. */
export type Blame = { readonly is: 'blamed'; readonly failing: readonly AilingPod[] } | { readonly is: 'excused'; readonly why: string };

/** Judges the newest revision. In doubt it is excused: going back would mend nothing, and whoever looks is led astray. */
export function blameOf(rollout: Rollout, file: CaseFile): Blame {
  const ofNewest = file.ailing.filter(({ pod }) => rollout.newest.pods.includes(pod));
  const failing = ofNewest.filter(({ ailment }) => liesInTemplate(ailment, rollout, file.view.at));
  const why =
    ownExcuse(rollout) ??
    failureExcuse(failing, ofNewest) ??
    workingExcuse(rollout, file) ??
    commonExcuse(failing, rollout, file) ??
    failing.map(({ ailment }) => ailmentExcuse(ailment, rollout)).find((excuse) => excuse !== undefined) ??
    neighbourExcuse(failing, rollout, file);
  return why === undefined ? { is: 'blamed', failing } : { is: 'excused', why };
}

/** Whether the rollout of the subject is stuck, only just done or taken back but for a pod, and to blame: then no other rule looks for a further cause of what its pods suffer. */
export function isRolloutToBlame(file: CaseFile): boolean {
  return stuckBlame(file) !== undefined || soonBlame(file) !== undefined || leftBehind(file) !== undefined;
}

/** The failing pods of a stuck rollout that is to blame. */
export function stuckBlame(file: CaseFile): readonly AilingPod[] | undefined {
  if (!file.rollout || !isStuck(file)) return undefined;
  const blame = blameOf(file.rollout, file);
  return blame.is === 'blamed' ? blame.failing : undefined;
}

/** The failing pods of a rollout that went through within half an hour before the first finding, if they are most of its pods and it is to blame. */
export function soonBlame(file: CaseFile): readonly AilingPod[] | undefined {
  const { rollout, incident } = file;
  const firstSeenAt = Math.min(...incident.findings.map(({ since }) => since));
  if (!rollout || isStuck(file) || rollout.rolledOutAt === undefined || firstSeenAt - rollout.rolledOutAt > SOON_MS) return undefined;
  const blame = blameOf(rollout, file);
  return blame.is === 'blamed' && blame.failing.length * 2 > rollout.newest.pods.length ? blame.failing : undefined;
}

/** Whether detection holds that the rollout of the subject does not complete. */
function isStuck({ incident }: Pick<CaseFile, 'incident'>): boolean {
  return incident.findings.some(({ detector }) => detector === 'stuck-rollout');
}

function liesInTemplate(ailment: Ailment, { changes }: Rollout, now: number): boolean {
  if (ailment.is === 'unready' && !ailment.wasReady) return now - ailment.since >= STARTING_MS;
  if (byTemplate.includes(ailment.is)) return true;
  return ailment.is === 'unscheduled' && ailment.lack === 'placement' && (changes ?? []).some(({ path }) => placing.test(path));
}

function ownExcuse({ author, changes }: Rollout): string | undefined {
  if (author?.manager === OURSELVES) return 'kubemend itself wrote this template';
  if (changes === undefined) return 'the templates of the two revisions are not both recorded';
  return changes.length === 0 ? 'its pods are told to do the same as those of the revision before' : undefined;
}

function failureExcuse(failing: readonly AilingPod[], ofNewest: readonly AilingPod[]): string | undefined {
  if (failing.length === 0) return 'no pod of it fails for a reason that a template can hold';
  const others = ofNewest.length - failing.length;
  return others >= failing.length ? `${others} of its pods cannot run for reasons outside the revision` : undefined;
}

function workingExcuse({ newest, rolledOutAt }: Rollout, { ailing, view }: CaseFile): string | undefined {
  const works = newest.pods.find((pod) => !ailing.some((sick) => sick.pod === pod) && hasHeld(pod, rolledOutAt, view.at));
  return works && `its pod ${works.meta.ref.name} serves`;
}

function hasHeld(pod: Pod, rolledOutAt: number | undefined, now: number): boolean {
  const readySince = conditionOf(pod, 'Ready')?.changedAt ?? pod.meta.createdAt;
  const isSteady = pod.containers.every(({ restartCount, role }) => role === 'init' || restartCount === 0);
  return isReady(pod) && isSteady && now - Math.max(readySince, rolledOutAt ?? 0) >= HOLDS_MS;
}

/** Pods of the revision that served fail in the same way: the cause is common to both. */
function commonExcuse(failing: readonly AilingPod[], { proven, earlier }: Rollout, { ailing }: CaseFile): string | undefined {
  const compared: RevisionInView | undefined = proven?.revision ?? earlier[0];
  const alike = ailing.find(
    ({ pod, ailment }) => compared?.pods.includes(pod) === true && failing.some((one) => one.ailment.is === ailment.is),
  );
  return alike && `pod ${alike.pod.meta.ref.name} of the revision before fails in the same way`;
}

function ailmentExcuse(ailment: Ailment, rollout: Rollout): string | undefined {
  if (ailment.is === 'image') return imageExcuse(ailment, rollout);
  if (ailment.is !== 'configuration') return undefined;
  const template = (rollout.proven?.revision ?? rollout.earlier[0])?.template;
  const isOld = template !== undefined && ailment.names.length > 0 && mentions(template, ailment.names);
  return isOld ? `the revision before asks for ${ailment.names.join(' and ')} too` : undefined;
}

function imageExcuse({ fault, container }: Extract<Ailment, { is: 'image' }>, { changes }: Rollout): string | undefined {
  if (fault === 'limited' || fault === 'unreachable' || fault === 'no-space')
    return `image ${container.image} cannot be pulled now, whatever its name`;
  const change = changes?.find(({ path }) => path.endsWith(`ontainers[${container.name}].image`));
  if (!change) return `the image of container ${container.name} is the same in the revision before`;
  const isSamePlace = change.before !== undefined && repositoryOf(change.before) === repositoryOf(container.image);
  return fault === 'refused' && isSamePlace ? `the registry refuses a repository that it gave out before` : undefined;
}

/** A neighbour that fell after the serving pods had started may be what the new ones wait for; the old ones may not have noticed yet. */
function neighbourExcuse(failing: readonly AilingPod[], { proven, workload }: Rollout, { view }: CaseFile): string | undefined {
  if (!failing.some(({ ailment }) => ailment.is === 'crash' || ailment.is === 'unready' || ailment.is === 'hang')) return undefined;
  const startedAt = Math.max(Number.NEGATIVE_INFINITY, ...(proven?.revision.pods ?? []).filter(isReady).map(({ meta }) => meta.createdAt));
  const fallen = fallenNeighbours(workload, view).find(({ since }) => since > startedAt);
  return (
    fallen &&
    `${fallen.workload.kind} ${fallen.workload.meta.ref.name} has been down for ${span(view.at - fallen.since)}, and it may need it`
  );
}
