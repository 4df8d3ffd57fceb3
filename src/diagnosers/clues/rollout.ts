import { canonicalJson } from '../../core/digest.ts';
import { proofUntil } from '../../core/model/healthy-revision.ts';
import { type FieldManager, isReady, type KubeObject, type Pod, type Workload } from '../../core/model/objects.ts';
import type { Json } from '../../core/model/write.ts';
import type { Facts } from '../../core/plugins.ts';
import type { Revision } from '../../core/ports.ts';
import type { ClusterView } from '../../core/view.ts';
import { type TemplateChange, templateChanges } from './template-changes.ts';

/** One recorded revision of a workload with its pods that are not going; `template` is missing when its record could not be found. */
export interface RevisionInView {
  readonly name: string;
  readonly number: number;
  readonly createdAt: number;
  readonly pods: readonly Pod[];
  readonly template?: Json;
  readonly stoodHealthy?: Revision['stoodHealthy'];
}

/** The newest revision of a workload, those before it (newest first), and what is proven about them. */
export interface Rollout {
  readonly workload: Workload;
  readonly newest: RevisionInView;
  readonly earlier: readonly RevisionInView[];
  /** When the newest revision came into force; undefined when an old one was taken up again and nobody can tell. */
  readonly rolledOutAt: number | undefined;
  /** The earlier revision that is proven to have served until this rollout. */
  readonly proven: { readonly revision: RevisionInView; readonly how: string } | undefined;
  /** From the proven revision (else the one before) to the newest; undefined when a template is not known. */
  readonly changes: readonly TemplateChange[] | undefined;
  /** Who wrote the template last. */
  readonly author: FieldManager | undefined;
}

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'controller-revision-hash';

/** Reads the rollout of a workload from the view, and its templates live. Undefined without a revision before. Throws what the cluster throws. */
export async function rolloutOf(workload: Workload, { view, cluster }: Facts): Promise<Rollout | undefined> {
  const seen = revisionsIn(workload, view);
  const newest = seen.find(({ isNewest }) => isNewest);
  const before = seen.filter(({ isNewest }) => !isNewest).toSorted((a, b) => b.number - a.number);
  if (!newest || before.length === 0) return undefined;
  const recorded = new Map((await cluster.revisions(workload.meta.ref)).map((revision) => [revision.name, revision]));
  const withTemplate = (revision: RevisionInView): RevisionInView => {
    const { template, stoodHealthy } = recorded.get(revision.name) ?? {};
    return { ...revision, ...(template !== undefined && { template }), ...(stoodHealthy && { stoodHealthy }) };
  };
  return judged(workload, withTemplate(newest), before.map(withTemplate));
}

function judged(workload: Workload, newest: RevisionInView, earlier: readonly RevisionInView[]): Rollout {
  const author = authorOf(workload);
  const isTakenUpAgain = earlier.some(({ createdAt }) => createdAt > newest.createdAt);
  const rolledOutAt = isTakenUpAgain ? author?.at : newest.createdAt;
  const serving = earlier.map((revision) => ({ revision, pods: revision.pods.filter((pod) => servesSince(pod, rolledOutAt)) }));
  const proof = serving.find(({ pods, revision }) => pods.length > 0 && !isSame(revision, newest));
  const proven = proof && {
    revision: proof.revision,
    how: `${proof.pods.length} of its pods serve without a restart since before the rollout`,
  };
  const known =
    proven ??
    completed(workload, earlier) ??
    stoodUntil(earlier, rolledOutAt) ??
    availableUntil(workload, newest, { earlier, rolledOutAt });
  const compared = known?.revision ?? earlier[0];
  const changes =
    compared?.template !== undefined && newest.template !== undefined ? templateChanges(compared.template, newest.template) : undefined;
  return { workload, newest, earlier, rolledOutAt, proven: known, changes, author };
}

function isSame({ template }: RevisionInView, newest: RevisionInView): boolean {
  return template !== undefined && newest.template !== undefined && canonicalJson(template) === canonicalJson(newest.template);
}

/** Ready since before the rollout and not restarted after it. */
function servesSince(pod: Pod, rolledOutAt: number | undefined): boolean {
  if (rolledOutAt === undefined || !isReady(pod) || pod.meta.createdAt >= rolledOutAt) return false;
  return pod.containers.every(
    ({ lastState }) => lastState?.is !== 'terminated' || (lastState.finishedAt ?? Number.POSITIVE_INFINITY) < rolledOutAt,
  );
}

/** A StatefulSet moves its current revision on only when all pods were ready; the very first one proves nothing. */
function completed(workload: Workload, earlier: readonly RevisionInView[]): Rollout['proven'] {
  const { currentRevision, updateRevision } = workload;
  if (workload.kind !== 'StatefulSet' || currentRevision === updateRevision) return undefined;
  const revision = earlier.find(({ name }) => name === currentRevision);
  const isFirst = revision?.number === Math.min(...earlier.map(({ number }) => number));
  return revision && !isFirst ? { revision, how: 'its own rollout had completed' } : undefined;
}

/** The revision before, seen to stand fully available until the rollout. */
function stoodUntil([revision]: readonly RevisionInView[], rolledOutAt: number | undefined): Rollout['proven'] {
  const how = rolledOutAt === undefined ? undefined : proofUntil(revision?.stoodHealthy, rolledOutAt);
  return revision && how !== undefined ? { revision, how } : undefined;
}

/** A Deployment that was available until the rollout, by pods that are gone; pods of the newest that have run at all would blur it. */
function availableUntil(
  { kind, conditions }: Workload,
  newest: RevisionInView,
  { earlier, rolledOutAt }: { readonly earlier: readonly RevisionInView[]; readonly rolledOutAt: number | undefined },
): Rollout['proven'] {
  const available = conditions.find(({ type }) => type === 'Available');
  const [revision] = earlier;
  const hasRun = newest.pods.some(({ containers }) =>
    containers.some(({ role, state, restartCount }) => role !== 'init' && (state.is === 'running' || restartCount > 0)),
  );
  if (kind !== 'Deployment' || !revision || rolledOutAt === undefined || hasRun || available?.status !== 'False') return undefined;
  return (available.changedAt ?? 0) >= rolledOutAt ? { revision, how: 'the Deployment was available until the rollout' } : undefined;
}

/** The one who touched the template last; controllers write other parts. */
function authorOf({ meta }: Workload): FieldManager | undefined {
  const writers = meta.managers.filter(({ touches, subresource }) => touches.includes('template') && subresource === undefined);
  return writers.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))[0];
}

type Seen = RevisionInView & { readonly isNewest: boolean };

function revisionsIn(workload: Workload, view: ClusterView): Seen[] {
  const owned = view.ownedBy(workload.meta.ref);
  const pods = owned.filter((object): object is Pod => object.kind === 'Pod' && object.meta.deletedAt === undefined);
  return workload.kind === 'Deployment' ? replicaSets(workload, owned, pods) : controllerRevisions(workload, owned, pods);
}

function replicaSets(workload: Workload, owned: readonly KubeObject[], pods: readonly Pod[]): Seen[] {
  return owned.flatMap((object) => {
    if (object.kind !== 'ReplicaSet' || object.revision === undefined) return [];
    const { ref, createdAt } = object.meta;
    return {
      name: ref.name,
      number: object.revision,
      createdAt,
      pods: pods.filter(({ meta }) => meta.owners.some(({ controller, uid }) => controller && uid === ref.uid)),
      isNewest: String(object.revision) === workload.meta.annotations[REVISION],
    };
  });
}

function controllerRevisions(workload: Workload, owned: readonly KubeObject[], pods: readonly Pod[]): Seen[] {
  const records = owned.filter((object) => object.kind === 'ControllerRevision');
  const highest = Math.max(...records.map(({ revision }) => revision));
  return records.map(({ meta, revision }) => {
    const hash = workload.kind === 'StatefulSet' ? meta.ref.name : meta.labels[HASH];
    const isNewest = workload.kind === 'StatefulSet' ? meta.ref.name === workload.updateRevision : revision === highest;
    const own = pods.filter((pod) => hash !== undefined && pod.meta.labels[HASH] === hash);
    return { name: meta.ref.name, number: revision, createdAt: meta.createdAt, pods: own, isNewest };
  });
}
