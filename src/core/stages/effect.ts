import { canonicalJson } from '../digest.ts';
import type { Intent } from '../model/intent.ts';
import { isWorkload, type KubeObject } from '../model/objects.ts';
import type { ClusterWrite, Json, ResizeWrite } from '../model/write.ts';
import type { LiveObject } from '../ports.ts';

/** The annotation that names the act which wrote the object last. */
export const ACTION_ID = 'kubemend.dev/action-id';
/** The field manager that kubemend writes as. */
const OWN_MANAGER = 'kubemend';

/** Whether an intent that was sent has taken effect. `unclear` when somebody else has written since. */
export type Effect = 'applied' | 'not-applied' | 'unclear';

/** Reads the effect of a sent intent off the live object, by what the write leaves behind (safety.md, recovery). */
export function effectOf(intent: Intent, live: LiveObject | undefined): Effect {
  if (hasTakenEffect(intent, live)) return 'applied';
  return live && live.specSeen === intent.specSeen ? 'not-applied' : 'unclear';
}

function hasTakenEffect({ write, actionId }: Intent, live: LiveObject | undefined): boolean {
  switch (write.verb) {
    case 'evict':
      return live === undefined || live.object.meta.deletedAt !== undefined;
    case 'replace-template':
      return live?.object.meta.annotations[ACTION_ID] === actionId;
    case 'scale':
      return live !== undefined && replicasOf(live.object) === write.replicas && wroteThrough(live.object, 'scale');
    case 'resize':
      return live !== undefined && hasResources(live, write) && wroteThrough(live.object, 'resize');
  }
}

function wroteThrough(object: KubeObject, subresource: string): boolean {
  return object.meta.managers.some((manager) => manager.manager === OWN_MANAGER && manager.subresource === subresource);
}

function replicasOf(object: KubeObject): number | undefined {
  return isWorkload(object) ? object.replicas : undefined;
}

function hasResources(live: LiveObject, write: ResizeWrite): boolean {
  return write.containers.every(({ name, requests, limits }) => {
    const actual = live.resources?.[name];
    return (
      actual !== undefined && canonicalJson({ requests: actual.requests, limits: actual.limits }) === canonicalJson({ requests, limits })
    );
  });
}

/** The write that puts back what the object holds now; undefined when there is none (an eviction). */
export function inverseOf(write: ClusterWrite, live: LiveObject): ClusterWrite | undefined {
  switch (write.verb) {
    case 'evict':
      return undefined;
    case 'replace-template':
      return live.template === undefined ? undefined : { ...write, template: live.template };
    case 'scale': {
      const replicas = replicasOf(live.object);
      return replicas === undefined ? undefined : { ...write, replicas };
    }
    case 'resize': {
      const containers = write.containers.flatMap(({ name }) => {
        const now = live.resources?.[name];
        return now ? [{ name, requests: now.requests, limits: now.limits }] : [];
      });
      return containers.length === write.containers.length ? { ...write, containers } : undefined;
    }
  }
}

/** Where the fields that we wrote differ now from what we wrote: empty when nobody drifted them. One line per difference. */
export function driftOf(intent: Intent, live: LiveObject): string[] {
  const { write } = intent;
  if (live.specSeen === intent.specAfter) return [];
  switch (write.verb) {
    case 'evict':
      return [];
    case 'replace-template':
      return differences(write.template, live.template ?? null, 'template');
    case 'scale':
      return replicasOf(live.object) === write.replicas ? [] : [`replicas: we wrote ${write.replicas}, now ${replicasOf(live.object)}`];
    case 'resize':
      return hasResources(live, write) ? [] : ['resources: no longer what we wrote'];
  }
}

/** Compares two JSON values field by field; a path in dots, what we wrote, what is there. */
export function differences(written: Json, actual: Json, path: string): string[] {
  if (canonicalJson(written) === canonicalJson(actual)) return [];
  if (!isFields(written) || !isFields(actual)) return [`${path}: we wrote ${short(written)}, now ${short(actual)}`];
  const keys = [...new Set([...Object.keys(written), ...Object.keys(actual)])].sort();
  return keys.flatMap((key) => differences(written[key] ?? null, actual[key] ?? null, `${path}.${key}`));
}

function isFields(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
