import { Json } from '../../../core/model/write.ts';
import { fieldsAt } from './projection/fields.ts';

/** The label by which a Deployment's pods name their ReplicaSet. */
export const podTemplateHash = 'pod-template-hash';
/** The label by which a StatefulSet's or DaemonSet's pods name their revision. */
export const controllerRevisionHash = 'controller-revision-hash';

/**
 * A pod template as its author wrote it, so that the same template reads the same wherever it is recorded: without the labels that
 * controllers add, a ControllerRevision's patch directive, and the empty creation time that older API servers print. Throws on what is no JSON object.
 */
export function templateOf(raw: unknown): Json {
  const { $patch: _patch, metadata: _metadata, ...rest } = fieldsAt({ raw }, 'raw');
  const { creationTimestamp: _created, ...metadata } = fieldsAt(raw, 'metadata');
  const { [podTemplateHash]: _hash, [controllerRevisionHash]: _revision, ...labels } = fieldsAt(metadata, 'labels');
  if (!('spec' in rest)) throw new Error('the pod template has no spec');
  return Json.parse({ metadata: { ...metadata, labels }, ...rest });
}
