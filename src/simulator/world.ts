import type { JsonObject, JsonValue } from './json.ts';
import type { ResourceName } from './resources.ts';

/** Who owns an object, as `metadata.ownerReferences` says it. */
export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

/** An object's metadata as it is stored; instants are RFC 3339 texts, as in the API. */
export type ObjectMeta = {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  generateName?: string;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: JsonObject[];
};

/** A stored object, raw, as the API gives it. What the store hands out is frozen: change it through `ObjectStore.change`. */
export type ApiObject = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: JsonObject;
  status?: JsonObject;
  [field: string]: JsonValue | undefined;
};

/** An object to be created: what the server fills in may be left out; `generateName` may stand for the name. */
export type NewObject = {
  metadata: Partial<ObjectMeta>;
  spec?: JsonObject;
  status?: JsonObject;
  [field: string]: JsonValue | undefined;
};

/** The name of an object within its resource; `namespace` is '' for resources of the whole cluster. */
export interface ObjectKey {
  readonly resource: ResourceName;
  readonly namespace: string;
  readonly name: string;
}

/** One write, as watches and controllers hear of it; `before` is undefined for ADDED, and `object` is the last state for DELETED. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: ResourceName;
  readonly object: ApiObject;
  readonly before: ApiObject | undefined;
  readonly resourceVersion: number;
}

/** What a deletion asks for. */
export interface Removal {
  /** Seconds until a pod is killed: its own `terminationGracePeriodSeconds` when left out; 0 ends it at once (what the kubelet does last). */
  readonly graceSeconds?: number;
  /** What becomes of the objects that it owns; `Background` when left out. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** Works out the answer and keeps nothing. */
  readonly isDryRun?: boolean;
}

/** How a change is made; without a field manager the change is recorded in no managedFields. */
export interface ChangeOptions {
  /** `status` leaves spec and metadata alone, '' leaves the status alone; `any` (for controllers of the simulator) changes all at once. */
  readonly subresource?: '' | 'status' | 'scale' | 'resize' | 'any';
  readonly fieldManager?: string;
  /** Works out the object and keeps nothing: no resourceVersion is used and nobody is told. */
  readonly isDryRun?: boolean;
}

/**
 * The objects of the world. Every write that changes something raises the one resourceVersion by one and is told to all listeners, in
 * order, before the write returns its object. A write that changes nothing raises nothing and tells nobody.
 */
export interface ObjectStore {
  get(key: ObjectKey): ApiObject | undefined;
  /** All of a resource, or those of one namespace, ordered by namespace and name. */
  list(resource: ResourceName, namespace?: string): readonly ApiObject[];
  /** Fills in name, uid, generation and timestamps. Throws ApiFailure AlreadyExists. */
  create(resource: ResourceName, object: NewObject, options?: Pick<ChangeOptions, 'fieldManager' | 'isDryRun'>): ApiObject;
  /**
   * Hands a copy to `edit` and stores it: raises the generation when the spec changed, and removes the object when it was deleted and
   * its last finalizer went. `subresource` is 'any' when left out. Throws ApiFailure NotFound.
   */
  change(key: ObjectKey, edit: (draft: ApiObject) => void, options?: ChangeOptions): ApiObject;
  /**
   * Deletes: at once (the answer then has no deletionTimestamp), or by setting deletionTimestamp when finalizers stand or a pod has to end on its node first (its kubelet removes it
   * with graceSeconds 0). A namespace goes when its `spec.finalizers` are empty. Throws ApiFailure NotFound.
   */
  remove(key: ObjectKey, removal?: Removal): ApiObject;
  /** Tells of every write from now on; returns what ends it. Listeners must not write: they schedule (`clock.schedule(now, …)`) or queue. */
  onChange(listener: (change: Change) => void): () => void;
  /** The resourceVersion of the last write. */
  resourceVersion(): number;
}

/** The world's time, in epoch ms: nothing in the simulator asks any other clock. */
export interface WorldClock {
  now(): number;
  /** Runs `work` once when the time has come (an instant that is past: at the next turn); returns what cancels it. Order: instant, then call. */
  schedule(atMs: number, work: () => void): () => void;
}

/** What a container uses now. */
export interface ContainerUsage {
  readonly name: string;
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

/** One line that a container wrote. */
export interface LogLine {
  /** Epoch ms. */
  readonly at: number;
  readonly text: string;
}

/** What the API server asks the nodes; the modelled kubelets answer. */
export interface Kubelets {
  /** The lines of a container's running or last (`isPrevious`) instance; undefined when there is no such instance. */
  logs(pod: ApiObject, container: string, isPrevious: boolean): readonly LogLine[] | undefined;
  /** The usage of a pod's running containers; undefined when nothing was measured yet. */
  podUsage(pod: ApiObject): readonly ContainerUsage[] | undefined;
  /** The usage of a node; undefined when nothing was measured yet. */
  nodeUsage(node: ApiObject): Omit<ContainerUsage, 'name'> | undefined;
}

/** A modelled cluster's state: what the HTTP API serves and the modelled controllers live on. */
export interface World {
  readonly clock: WorldClock;
  /** The next number in [0, 1) of the world's seed. */
  random(): number;
  readonly objects: ObjectStore;
  /** The kubelets that answer; until some are connected there are no logs and no metrics. */
  readonly kubelets: Kubelets;
  connectKubelets(kubelets: Kubelets): void;
}
