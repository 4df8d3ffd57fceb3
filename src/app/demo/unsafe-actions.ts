import type { AuditEntry } from '../../core/model/audit.ts';
import type { Intent } from '../../core/model/intent.ts';
import type { EffectiveWrite } from '../../simulator/api/effective-writes.ts';
import type { ObjectKey } from '../../simulator/world.ts';

/** Where and when kubemend may write; nowhere else, and at no other time. */
export interface Allowance {
  /** The workload that has the fault; its pods are meant as well. */
  readonly workload: ObjectKey;
  readonly from: number;
  /** When the fault was over. */
  readonly until: number;
}

/** What the writes are held against. */
export interface WriteRecords {
  readonly allowances: readonly Allowance[];
  readonly intents: readonly Intent[];
  readonly audit: readonly AuditEntry[];
}

/** A write that ought not to have been made, and why. */
export interface UnsafeAction {
  readonly write: EffectiveWrite;
  readonly why: string;
}

/** What kubemend keeps for itself, and no act on a workload. */
const housekeeping = new Set(['leases.coordination.k8s.io', 'events', 'serviceaccounts']);

/** The API server's book of kubemend's writes, held against what may be written and against kubemend's own intents and audit rows. */
export function unsafeActions(writes: readonly EffectiveWrite[], records: WriteRecords): readonly UnsafeAction[] {
  const spent = new Set<string>();
  return writes
    .filter(({ resource }) => !housekeeping.has(resource))
    .flatMap((write) => {
      const why = whyOutOfPlace(write, records.allowances) ?? whyUnaccounted(write, records, spent);
      return why === undefined ? [] : [{ write, why }];
    });
}

function whyOutOfPlace(write: EffectiveWrite, allowances: readonly Allowance[]): string | undefined {
  const here = allowances.filter(({ workload }) => isOf(write, workload));
  if (here.length === 0) return 'nothing may be written there';
  return here.some(({ from, until }) => write.at >= from && write.at <= until) ? undefined : 'there was no fault at that time';
}

function isOf({ resource, namespace, name }: EffectiveWrite, workload: ObjectKey): boolean {
  if (namespace !== workload.namespace) return false;
  return resource === 'pods' ? name.startsWith(`${workload.name}-`) : resource === workload.resource && name === workload.name;
}

/** Each write must be the one effect of one intent that was audited before; the intent is spent by it. */
function whyUnaccounted(write: EffectiveWrite, { intents, audit }: WriteRecords, spent: Set<string>): string | undefined {
  const meant = intents.filter((intent) => means(intent, write));
  if (meant.length === 0) return 'no intent stands for it';
  const unspent = meant.find(({ actionId }) => !spent.has(actionId));
  if (!unspent) return `its action ${meant.map(({ actionId }) => actionId).join(', ')} had taken effect already`;
  spent.add(unspent.actionId);
  const isAudited = audit.some(({ what, actionId, at }) => what === 'intent' && actionId === unspent.actionId && at <= write.at);
  return isAudited ? undefined : `no audit row was written before action ${unspent.actionId}`;
}

const resources: Readonly<Record<string, string>> = {
  Pod: 'pods',
  Deployment: 'deployments.apps',
  StatefulSet: 'statefulsets.apps',
  DaemonSet: 'daemonsets.apps',
};
const subresources = { evict: 'eviction', resize: 'resize', scale: 'scale', 'replace-template': '' } as const;

function means({ target, write: meant, at, endedAt, deadline }: Intent, write: EffectiveWrite): boolean {
  const isSame = target.namespace === write.namespace && target.name === write.name && resources[target.kind] === write.resource;
  return isSame && subresources[meant.verb] === write.subresource && write.at >= at && write.at <= (endedAt ?? deadline);
}
