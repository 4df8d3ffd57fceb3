import type { Incident } from '../../core/model/incident.ts';
import { isSame, type JsonObject, type JsonValue, numberAt, objectAt, objectsAt } from '../../simulator/json.ts';
import type { World } from '../../simulator/world.ts';
import type { PlacedFault } from './demo-cluster.ts';
import { type FaultRecords, isSettled, judgeFault } from './judge-fault.ts';
import type { FaultResult } from './news.ts';

/** A fault that has happened, followed until it is over. */
export interface FaultWatch {
  readonly fault: PlacedFault;
  readonly injectedAt: number;
  /** When it was over; undefined while it is not. */
  endedAt(): number | undefined;
  /** What has become of it: as it is now, or as it was when it was over. */
  result(): FaultResult;
  /** Looks again; returns the result when the fault is over now and was not before. */
  look(incidents: readonly Incident[]): FaultResult | undefined;
}

/** No fault is waited for any longer than this. */
const PATIENCE_MS = 30 * 60_000;
/** So long a look-alike must stay silent. */
const SILENCE_MS = 120_000;

/** Lets the fault happen now, and follows it. */
export function watchFault(fault: PlacedFault, world: World, inject: () => void): FaultWatch {
  inject();
  const injectedAt = world.clock.now();
  const before = standingOf(fault, world);
  let result = judge([]);
  let endedAt: number | undefined;

  function judge(incidents: readonly Incident[]): FaultResult {
    const { expected, refusedFor } = fault;
    const isAsBefore = isSameStanding(before, standingOf(fault, world));
    return judgeFault({ fault, expected, refusedFor, injectedAt, incidents, isAsBefore, isWell: isWell(fault, world) });
  }
  function isOver(records: Pick<FaultRecords, 'incidents'>): boolean {
    const now = world.clock.now();
    const isStill = fault.isLookAlike && records.incidents.length === 0 && now - injectedAt >= SILENCE_MS;
    return isStill || isSettled(records, now) || now - injectedAt > PATIENCE_MS;
  }
  return {
    ...{ fault, injectedAt },
    endedAt: () => endedAt,
    result: () => result,
    look(all) {
      if (endedAt !== undefined) return undefined;
      const incidents = all.filter((incident) => incident.openedAt >= injectedAt && isAbout(fault, incident));
      result = judge(incidents);
      if (!isOver({ incidents })) return undefined;
      endedAt = world.clock.now();
      return result;
    },
  };
}

/** Whether the incident is about something in the fault's namespace; nodes belong to the fault that takes nodes down. */
export function isAbout(fault: Pick<PlacedFault, 'namespace' | 'strikesNodes'>, { subject }: Pick<Incident, 'subject'>): boolean {
  return subject.kind === 'Node' ? fault.strikesNodes === true : subject.namespace === fault.namespace;
}

/** The workload wants nothing that it has not got, and every pod of it is ready. */
function isWell({ drawn }: PlacedFault, { objects }: World): boolean {
  const workload = objects.get(drawn.subject);
  const wanted = numberAt(workload?.spec, 'replicas');
  const counted = ['readyReplicas', 'updatedReplicas', 'replicas'].map((field) => numberAt(workload?.status, field));
  return wanted !== undefined && counted.every((count) => count === wanted);
}

/** What an undo must bring back: the workload's spec, and what its pods may use. */
interface Standing {
  readonly spec: JsonObject;
  readonly usesByPod: ReadonlyMap<string, JsonValue>;
}

function standingOf({ drawn }: PlacedFault, { objects }: World): Standing {
  const { namespace, name } = drawn.subject;
  const pods = objects.list('pods', namespace).filter((pod) => pod.metadata.name.startsWith(`${name}-`));
  const uses = pods.map((pod): [string, JsonValue] => [
    pod.metadata.uid,
    objectsAt(pod.spec, 'containers').map((container) => objectAt(container, 'resources')),
  ]);
  return { spec: objectAt(objects.get(drawn.subject), 'spec'), usesByPod: new Map(uses) };
}

/** A pod that is gone, or was made since, says nothing. */
function isSameStanding(before: Standing, now: Standing): boolean {
  const isKept = ([uid, uses]: [string, JsonValue]) => !now.usesByPod.has(uid) || isSame(now.usesByPod.get(uid), uses);
  return isSame(before.spec, now.spec) && [...before.usesByPod].every(isKept);
}
