import type { ApiObject, World } from '../world.ts';
import { instantText, microInstantText } from './instant.ts';
import type { keyOf } from './pods.ts';

/** What a component has to say about an object. */
export interface Saying {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The part that is meant: `spec.containers{app}`. */
  readonly fieldPath?: string;
  /** For components of the new events API (the scheduler): what was tried. */
  readonly action?: string;
}

/** Writes Kubernetes events as its components do: a saying that is repeated within the hour raises the count of its event. */
export interface EventRecorder {
  say(about: ApiObject, saying: Saying): void;
}

const REPEAT_MS = 60 * 60_000;

/** The events of one component; `host` is the node of a kubelet. */
export function eventRecorder(world: World, component: string, host?: string): EventRecorder {
  const known = new Map<string, { readonly name: string; readonly namespace: string; lastAt: number }>();
  return {
    say(about, saying) {
      const now = world.clock.now();
      const topic = [about.metadata.uid, saying.fieldPath, saying.type, saying.reason, saying.message].join('\n');
      const earlier = known.get(topic);
      const key = earlier && { resource: 'events' as const, namespace: earlier.namespace, name: earlier.name };
      if (earlier && key && now - earlier.lastAt < REPEAT_MS && world.objects.get(key)) {
        earlier.lastAt = now;
        repeat(world, key, saying.action !== undefined);
        return;
      }
      const event = world.objects.create('events', newEvent(about, saying, { component, host, now, mark: mark(world) }));
      known.set(topic, { name: event.metadata.name, namespace: event.metadata.namespace ?? 'default', lastAt: now });
    },
  };
}

function mark(world: World): string {
  return Math.floor(world.random() * 2 ** 48)
    .toString(16)
    .padStart(16, '18e9e79b');
}

function repeat(world: World, key: ReturnType<typeof keyOf>, isSeries: boolean): void {
  const now = world.clock.now();
  world.objects.change(key, (draft) => {
    if (isSeries) {
      const series = draft.series;
      const count = typeof series === 'object' && series !== null && !Array.isArray(series) ? Number(series.count) : 1;
      draft.series = { count: count + 1, lastObservedTime: microInstantText(now) };
    } else {
      draft.count = Number(draft.count ?? 1) + 1;
      draft.lastTimestamp = instantText(now);
    }
  });
}

interface Circumstances {
  readonly component: string;
  readonly host: string | undefined;
  readonly now: number;
  readonly mark: string;
}

function newEvent(about: ApiObject, saying: Saying, { component, host, now, mark: suffix }: Circumstances) {
  const { name, namespace, uid, resourceVersion } = about.metadata;
  const isNew = saying.action !== undefined;
  const { fieldPath } = saying;
  const involvedObject = {
    apiVersion: about.apiVersion,
    ...(fieldPath !== undefined && { fieldPath }),
    kind: about.kind,
    name,
    ...(namespace !== undefined && { namespace }),
    resourceVersion,
    uid,
  };
  const times = isNew
    ? { eventTime: microInstantText(now), firstTimestamp: null, lastTimestamp: null, action: saying.action }
    : { eventTime: null, firstTimestamp: instantText(now), lastTimestamp: instantText(now), count: 1 };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${suffix}`, namespace: namespace ?? 'default' },
    ...times,
    involvedObject,
    message: saying.message,
    reason: saying.reason,
    reportingComponent: component,
    reportingInstance: host ?? (isNew ? `${component}-simulated` : ''),
    source: isNew ? {} : { component, ...(host !== undefined && { host }) },
    type: saying.type,
  };
}
