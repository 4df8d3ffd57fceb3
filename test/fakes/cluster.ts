import { digestOf } from '../../src/core/digest.ts';
import type { FieldManager, KubeObject, Pod, Watched, Workload } from '../../src/core/model/objects.ts';
import { isWorkload } from '../../src/core/model/objects.ts';
import { isSameResource, type ResourceRef } from '../../src/core/model/resource.ts';
import type { ClusterEvent } from '../../src/core/model/signal.ts';
import { evidenceOf } from '../../src/core/model/timeline.ts';
import type { ClusterWrite, Json } from '../../src/core/model/write.ts';
import type {
  Clock,
  ClusterPreview,
  ClusterReader,
  ClusterWriter,
  LiveObject,
  Revision,
  Stamp,
  WriteAnswer,
} from '../../src/core/ports.ts';

/** One write that took effect, as an API server would count it. */
export interface EffectiveWrite {
  readonly verb: ClusterWrite['verb'];
  readonly target: string;
  readonly stamp: Stamp;
  readonly at: number;
}

type Call = 'live' | 'revisions' | 'write' | 'tryOut';
type Resources = NonNullable<LiveObject['resources']>;

/** A cluster in memory that keeps the promises of the ports: pins, generations, managers. It models no controllers: tests play them. */
export interface FakeCluster extends ClusterReader, ClusterPreview, ClusterWriter {
  /** Every write that changed something, in order. */
  readonly effective: readonly EffectiveWrite[];
  put(object: KubeObject, parts?: { readonly template?: Json; readonly resources?: Resources }): void;
  /** Changes an object's status: the resourceVersion moves, the generation does not. */
  touch(ref: ResourceRef, change?: Partial<Workload> | Partial<Pod>): void;
  /** Changes an object's template by somebody else: the generation moves. */
  edit(ref: ResourceRef, template: Json): void;
  remove(ref: ResourceRef): void;
  setRevisions(ref: ResourceRef, revisions: readonly Revision[]): void;
  addEvent(event: ClusterEvent): void;
  setAge(kind: Watched, ageMs: number | undefined): void;
  templateOf(ref: ResourceRef): Json | undefined;
  /** The next call of this method answers so, or throws; `after` lets the write take effect first. */
  failNext(call: Call, how: Error | WriteAnswer, after?: boolean): void;
  /** Called after each effective write, so that a test can play the controllers. */
  onWrite(react: (write: ClusterWrite) => void): void;
}

interface Entry {
  object: KubeObject;
  template?: Json;
  resources?: Resources;
  seenAt: number;
}

/** Makes an empty fake cluster on a clock. All kinds are in fresh view until `setAge` says otherwise. */
export function fakeCluster(clock: Clock): FakeCluster {
  const entries = new Map<string, Entry>();
  const revisions = new Map<string, readonly Revision[]>();
  const events: ClusterEvent[] = [];
  const ages = new Map<Watched, number | undefined>();
  const effective: EffectiveWrite[] = [];
  const faults: { call: Call; how: Error | WriteAnswer; after: boolean }[] = [];
  let react: (write: ClusterWrite) => void = () => undefined;
  let version = 1_000;

  const uidOf = (ref: ResourceRef) => ref.uid ?? ref.name;
  const entryOf = (ref: ResourceRef) => [...entries.values()].find((entry) => isSameResource(entry.object.meta.ref, ref));
  function store(
    entry: Entry,
    change: { generation?: number; annotations?: Record<string, string>; manager?: FieldManager; deletedAt?: number },
  ): void {
    version += 1;
    const { meta } = entry.object;
    entry.object = {
      ...entry.object,
      meta: {
        ...meta,
        resourceVersion: `${version}`,
        ...(change.generation !== undefined && { generation: change.generation }),
        ...(change.deletedAt !== undefined && { deletedAt: change.deletedAt }),
        annotations: { ...meta.annotations, ...change.annotations },
        managers: change.manager ? [...meta.managers, change.manager] : meta.managers,
      },
    };
    entry.seenAt = clock.now();
  }
  function takeFault(call: Call) {
    const index = faults.findIndex((fault) => fault.call === call);
    return index < 0 ? undefined : faults.splice(index, 1)[0];
  }
  function check(write: ClusterWrite, resourceVersion: string): WriteAnswer {
    const entry = entryOf(write.target);
    if (!entry) return { is: 'changed', why: 'not found' };
    if (entry.object.meta.resourceVersion !== resourceVersion) return { is: 'changed', why: 'the object has been modified' };
    return { is: 'done' };
  }
  function apply(write: ClusterWrite, stamp: Stamp): void {
    const entry = entryOf(write.target);
    if (!entry) return;
    const generation = (entry.object.meta.generation ?? 0) + 1;
    const stamps = { 'kubemend.dev/action-id': stamp.actionId, 'kubemend.dev/epoch': `${stamp.epoch}` };
    if (write.verb === 'evict') store(entry, { deletedAt: clock.now() });
    if (write.verb === 'replace-template') {
      entry.template = write.template;
      store(entry, {
        generation,
        annotations: stamps,
        manager: { manager: 'kubemend', operation: 'Update', at: clock.now(), touches: ['template'] },
      });
    }
    if (write.verb === 'scale' && isWorkload(entry.object)) {
      entry.object = { ...entry.object, replicas: write.replicas };
      store(entry, {
        generation,
        manager: { manager: 'kubemend', operation: 'Update', subresource: 'scale', at: clock.now(), touches: ['replicas'] },
      });
    }
    if (write.verb === 'resize') {
      entry.resources = Object.fromEntries(write.containers.map(({ name, requests, limits }) => [name, { requests, limits }]));
      store(entry, {
        generation,
        manager: { manager: 'kubemend', operation: 'Update', subresource: 'resize', at: clock.now(), touches: ['resources'] },
      });
    }
    effective.push({ verb: write.verb, target: write.target.name, stamp, at: clock.now() });
    react(write);
  }

  return {
    effective,
    *objects() {
      for (const { object, seenAt } of entries.values())
        yield { signal: 'object', id: evidenceOf(object), subject: object.meta.ref, at: seenAt, object };
    },
    events: () => events,
    ageMs: (kind) => (ages.has(kind) ? ages.get(kind) : 0),
    async live(ref) {
      const fault = takeFault('live');
      if (fault && fault.how instanceof Error) throw fault.how;
      const entry = entryOf(ref);
      if (!entry) return undefined;
      const { object, template, resources } = entry;
      const specSeen =
        object.meta.generation === undefined ? `spec:${digestOf(template ?? resources ?? null)}` : `generation:${object.meta.generation}`;
      return { object, specSeen, ...(template !== undefined && { template }), ...(resources && { resources }) };
    },
    async revisions(ref) {
      const fault = takeFault('revisions');
      if (fault && fault.how instanceof Error) throw fault.how;
      return revisions.get(uidOf(ref)) ?? [];
    },
    async tryOut(write, resourceVersion) {
      const fault = takeFault('tryOut');
      if (fault?.how instanceof Error) throw fault.how;
      return fault?.how ?? check(write, resourceVersion);
    },
    async write(write, resourceVersion, stamp) {
      const fault = takeFault('write');
      if (fault && !fault.after) {
        if (fault.how instanceof Error) throw fault.how;
        return fault.how;
      }
      const answer = check(write, resourceVersion);
      if (answer.is === 'done') apply(write, stamp);
      if (fault?.how instanceof Error) throw fault.how;
      return answer;
    },
    put: (object, parts = {}) => void entries.set(uidOf(object.meta.ref), { object, ...parts, seenAt: clock.now() }),
    touch(ref, change = {}) {
      const entry = entryOf(ref);
      if (!entry) throw new Error(`no ${ref.name} to touch`);
      entry.object = { ...entry.object, ...change } as KubeObject;
      store(entry, {});
    },
    edit(ref, template) {
      const entry = entryOf(ref);
      if (!entry) throw new Error(`no ${ref.name} to edit`);
      entry.template = template;
      store(entry, {
        generation: (entry.object.meta.generation ?? 0) + 1,
        manager: { manager: 'kubectl-edit', operation: 'Update', at: clock.now(), touches: ['template'] },
      });
    },
    remove: (ref) => void entries.delete(uidOf(ref)),
    setRevisions: (ref, list) => void revisions.set(uidOf(ref), list),
    addEvent: (event) => void events.push(event),
    setAge: (kind, ageMs) => void ages.set(kind, ageMs),
    templateOf: (ref) => entryOf(ref)?.template,
    failNext: (call, how, after = false) => void faults.push({ call, how, after }),
    onWrite(then) {
      react = then;
    },
  };
}
