import type { Mode, Plugins, SickReport } from './plugins.ts';
import type { Clock, ClusterPreview, ClusterReader, ClusterWriter, Election, EvidenceStore, Logger, Store } from './ports.ts';

/** What the loop itself can be told; durations in milliseconds. */
export interface Settings {
  readonly mode: Mode;
  readonly ownNamespace: string;
  /** How long an incident collects findings before anybody judges it. */
  readonly gatherMs: number;
  /** How long a question to a person stands. */
  readonly approvalMs: number;
  /** How long a subject must look well before it counts as recovered. */
  readonly stableMs: number;
  /** How long an incident may wait for a guard to agree before a person is told. */
  readonly giveUpMs: number;
  /** How long an act may be tried, for instance against a disruption budget. */
  readonly actDeadlineMs: number;
}

/** Everything that the loop works with. Stages take the parts that they need; `writer` goes to act and undo alone. */
export interface Context extends Plugins {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly cluster: ClusterReader;
  readonly tryout: ClusterPreview;
  readonly writer: ClusterWriter;
  readonly evidence: EvidenceStore;
  readonly election: Election;
  readonly settings: Settings;
  /** Owners held to be sick in the last detection cycle; undefined before the first. */
  sick(): SickReport | undefined;
}
