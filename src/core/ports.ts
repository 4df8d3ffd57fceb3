/** Everything that the core asks of the outside world. Adapters implement these; nothing else does I/O. */

import type { AuditCheck, AuditEntry, AuditRow } from './model/audit.ts';
import type { HealthyRevision } from './model/healthy-revision.ts';
import type { Incident } from './model/incident.ts';
import type { Intent } from './model/intent.ts';
import type { KubeObject, Watched } from './model/objects.ts';
import type { Pause } from './model/pause.ts';
import type { Reading } from './model/reading.ts';
import type { ResourceRef } from './model/resource.ts';
import type { ScaleUp } from './model/scale-up.ts';
import type { Alert, ClusterEvent, ObjectState, Observation } from './model/signal.ts';
import type { Approval } from './model/verdict.ts';
import type { ClusterWrite, Json } from './model/write.ts';

/** Time, so that a test can make it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What a log line tells besides its constant message. */
export type LogFields = Readonly<Record<string, unknown>>;
/** Constant messages with fields; secrets are never among them. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** One object read from the API server just now. */
export interface LiveObject {
  readonly object: KubeObject;
  /** The spec as it stands: `generation:N`, or `spec:` and a hash where the kind has no generation. */
  readonly specSeen: string;
  /** The pod template, for kinds that have one. */
  readonly template?: Json;
  /** Requests and limits by container as the API server writes them, for pods. */
  readonly resources?: Readonly<
    Record<string, { readonly requests: Readonly<Record<string, string>>; readonly limits: Readonly<Record<string, string>> }>
  >;
}

/** One recorded revision of a workload (a ReplicaSet or ControllerRevision), oldest first in lists. */
export interface Revision {
  readonly name: string;
  readonly uid: string;
  readonly number: number;
  readonly createdAt: number;
  /** Without the labels that controllers add. */
  readonly template: Json;
  /** The value by which its pods are labelled (pod-template-hash or controller-revision-hash). */
  readonly podHash: string;
  /** When it was last seen to stand fully available, for ten minutes or more; missing when it never was. */
  readonly stoodHealthy?: Pick<HealthyRevision, 'since' | 'until'>;
}

/** Reads the cluster: a cached view whose age is always known, and live reads. */
export interface ClusterReader {
  /** The cached objects; each says when it was last seen to change. */
  objects(): Iterable<ObjectState>;
  /** The recent Kubernetes events, oldest first. */
  events(): Iterable<ClusterEvent>;
  /** What an alerting system says about objects, each alert with its subject's uid; missing where no such system is connected. */
  alerts?(): Iterable<Alert>;
  /** What the series detectors say now, each with its subject's uid; missing where no series are watched. */
  readings?(): Iterable<Reading>;
  /** The replicas that kubemend has added to workloads and not taken back; missing where nobody keeps account. */
  scaleUps?(): Iterable<ScaleUp>;
  /** Milliseconds since the API server last confirmed our view of this kind; undefined when it never did (or is not permitted). */
  ageMs(watched: Watched): number | undefined;
  /** Reads one object from the API server itself. Undefined when it is gone; throws `cluster-unreachable` when nobody can say. */
  live(ref: ResourceRef): Promise<LiveObject | undefined>;
  /** The recorded revisions of a Deployment, StatefulSet or DaemonSet, live, oldest first. */
  revisions(workload: ResourceRef): Promise<readonly Revision[]>;
}

/** How a source stands. */
export interface SourceHealth {
  /** Milliseconds since it last told us something true and whole; undefined when it never did. */
  readonly ageMs: number | undefined;
  /** What is wrong now, where, and how to mend it; missing when nothing is. */
  readonly problem?: string;
  /** What was left out since the start, by reason (`too many series`, `sequence gap`, `malformed`). */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Something that tells us what it measures. One stream at a time. */
export interface SignalSource {
  readonly name: string;
  /** Yields until the signal is aborted, and then ends. Outlives that its server goes and comes back; throws only what no waiting can mend. */
  stream(signal: AbortSignal): AsyncIterable<Observation>;
  health(): SourceHealth;
}

/** Which lines of which container are asked for. */
export interface PodLogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Of the run before the present one; such a log ends by itself. */
  readonly previous?: boolean;
  /** Goes on with what is written from now on, until the container ends. */
  readonly follow?: boolean;
  /** Only what was written at or after this instant, epoch milliseconds; whole seconds to the API. */
  readonly since?: number;
  readonly lastLines?: number;
  readonly signal: AbortSignal;
}

/**
 * Opens a container's log, each line with its time stamp before it (RFC 3339, nanoseconds). Throws an error with the `status` of the API
 * server's answer, or without one when there was none.
 */
export type OpenPodLog = (request: PodLogRequest) => Promise<AsyncIterable<Uint8Array>>;

/** One series of a range query: `values[i]` is at `from + i * stepMs`; NaN is missing. */
export interface RangeSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: Float64Array;
}

/** The answer to a range query. `warnings` says what the server left out or doubts. */
export interface SeriesBlock {
  readonly from: number;
  readonly stepMs: number;
  readonly series: readonly RangeSeries[];
  readonly warnings: readonly string[];
}

/** Asks a time series database. Throws `source-unreachable` without an answer and `source-refused` for one that no waiting can mend. */
export interface MetricSource {
  range(query: string, from: number, to: number, stepMs: number): Promise<SeriesBlock>;
}

/** What the API server said to a write. Only `done` changed anything. */
export type WriteAnswer =
  /** `specAfter` is the spec as the API server's answer shows it, in the form of `LiveObject.specSeen`. */
  | { readonly is: 'done'; readonly specAfter?: string }
  /** 409, 404, 410: the object is not what it was; decide again. */
  | { readonly is: 'changed'; readonly why: string }
  /** A disruption budget stands against it for now. */
  | { readonly is: 'blocked'; readonly why: string; readonly retryAfterMs: number }
  /** Admission, RBAC or validation refused it; sending it again is pointless. */
  | { readonly is: 'refused'; readonly why: string };

/** What is written on the object: who did it, and under which leadership. */
export interface Stamp {
  readonly actionId: string;
  readonly epoch: number;
}

/** Asks the API server what it would say to a write, by `dryRun=All`. Changes nothing. Throws `cluster-unreachable` without an answer. */
export interface ClusterPreview {
  tryOut(write: ClusterWrite, resourceVersion: string, stamp: Stamp): Promise<WriteAnswer>;
}

/**
 * Held by the act stage alone, so that no detector, diagnoser or guard can change the cluster. The write is pinned to the target's
 * uid and to `resourceVersion`. Throws `cluster-unreachable` when it is not known whether the write took effect.
 */
export interface ClusterWriter {
  write(write: ClusterWrite, resourceVersion: string, stamp: Stamp): Promise<WriteAnswer>;
}

/** A set of rows that become durable together or not at all. */
export interface Change {
  /** Compare-and-set on `version`; the stored one is one higher. */
  readonly incident?: Incident;
  readonly intent?: Intent;
  readonly approval?: Approval;
  readonly pause?: Pause;
  /** Lifts the pause of this scope. */
  readonly resume?: string;
  /** New alerts, and known ones that were heard of again: see `heardAgain`. */
  readonly alerts?: readonly Alert[];
  /** Each takes the place of what was known of that revision. */
  readonly healthy?: readonly HealthyRevision[];
  readonly audit: readonly AuditEntry[];
}

/** The durable truth. Every method throws `store-failed` when the medium fails, and then nothing was changed. */
export interface Store {
  incident(id: string): Promise<Incident | undefined>;
  /**
   * All open ones, or all that were opened at or after `since`; newest first. `before` goes on after the incident of that id, and finds
   * none for an id that is not there.
   */
  incidents(
    filter: { readonly open: true } | { readonly since: number; readonly limit?: number; readonly before?: string },
  ): Promise<readonly Incident[]>;
  /** The newest incident about a subject, open or not. */
  latestIncidentOf(subject: ResourceRef): Promise<Incident | undefined>;
  intent(actionId: string): Promise<Intent | undefined>;
  /** All intents that are open or were written at or after `since`, oldest first: the ledger of acts. */
  ledger(since: number): Promise<readonly Intent[]>;
  /** The newest answer to a plan, whichever way. */
  approval(planHash: string): Promise<Approval | undefined>;
  pauses(): Promise<readonly Pause[]>;
  /** All alerts that were heard of at or after `since`, in the order of their last news. */
  alerts(since: number): Promise<readonly Alert[]>;
  /** The revisions of a workload, by its uid, that were seen to stand fully available. */
  healthyRevisions(workload: string): Promise<readonly HealthyRevision[]>;
  audit(filter: { readonly after?: number; readonly incidentId?: string; readonly limit?: number }): Promise<readonly AuditRow[]>;
  verifyAudit(): Promise<AuditCheck>;
  /** Makes the change durable (fsync) and returns the incident as stored. Throws `conflict` when another worker was faster. */
  commit(change: Change): Promise<Incident | undefined>;
  /**
   * Forgets ended incidents, spent intents, old approvals, alerts and healthy revisions from before `before`; seals the audit chain
   * there. Returns the rows removed.
   */
  prune(before: number): Promise<number>;
  /** Writes a consistent copy of the database to a new file. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}

/** Keeps what was known before an act, for people. */
export interface EvidenceStore {
  /** Saves one bundle as JSON, durably; returns where. Oldest bundles go first when the size cap is reached. */
  save(actionId: string, bundle: unknown): Promise<string>;
}

/** Which process may act. */
export interface Election {
  /** The epoch of our leadership, higher than any before; undefined while another process leads, or nobody can say. */
  epoch(): number | undefined;
}

/** Tells people. A notifier that fails is logged and never stops the loop. */
export interface Notifier {
  readonly name: string;
  notify(incident: Incident, change: AuditEntry): Promise<void>;
}
