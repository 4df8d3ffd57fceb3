import type { ResourceRef } from '../../../../core/model/resource.ts';
import type { ClusterEvent } from '../../../../core/model/signal.ts';
import { fieldsAt, instantAt, numberAt, textAt } from './fields.ts';
import { groupOf } from './metadata.ts';

/** A raw core/v1 Event. A series counts by its own count and time. Throws without an involved object, a uid or any time. */
export function projectEvent(raw: unknown, cluster: string): ClusterEvent {
  const created = instantAt(raw, 'metadata', 'creationTimestamp');
  const firstAt = instantAt(raw, 'firstTimestamp') ?? instantAt(raw, 'eventTime') ?? created;
  const at = instantAt(raw, 'series', 'lastObservedTime') ?? instantAt(raw, 'lastTimestamp') ?? instantAt(raw, 'eventTime') ?? firstAt;
  const uid = textAt(raw, 'metadata', 'uid');
  if (uid === undefined || firstAt === undefined || at === undefined) throw new Error('the event has no uid or no time');
  return {
    signal: 'event',
    id: `event:${uid}`,
    subject: subjectOf(raw, cluster),
    at,
    firstAt,
    type: textAt(raw, 'type') ?? 'Normal',
    reason: textAt(raw, 'reason') ?? '',
    message: textAt(raw, 'message') ?? '',
    count: numberAt(raw, 'series', 'count') ?? numberAt(raw, 'count') ?? 1,
    reporter: textAt(raw, 'reportingComponent') ?? textAt(raw, 'source', 'component'),
    fieldPath: textAt(raw, 'involvedObject', 'fieldPath'),
  };
}

function subjectOf(raw: unknown, cluster: string): ResourceRef {
  const involved = fieldsAt(raw, 'involvedObject');
  const kind = textAt(involved, 'kind');
  const name = textAt(involved, 'name');
  if (kind === undefined || name === undefined) throw new Error('the event involves no named object');
  return {
    cluster,
    apiGroup: groupOf(textAt(involved, 'apiVersion')),
    kind,
    namespace: textAt(involved, 'namespace'),
    name,
    uid: uidOf(kind, name, textAt(involved, 'uid')),
  };
}

/** The kubelet writes a node's name where its uid belongs; such a uid points at nothing. */
function uidOf(kind: string, name: string, uid: string | undefined): string | undefined {
  return kind === 'Node' && uid === name ? undefined : uid;
}
