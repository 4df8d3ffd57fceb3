import type { Cause } from '../../src/core/model/diagnosis.ts';
import type { KubeObject } from '../../src/core/model/objects.ts';
import type { Reading } from '../../src/core/model/reading.ts';
import type { ResourceRef } from '../../src/core/model/resource.ts';
import type { ScaleUp } from '../../src/core/model/scale-up.ts';
import type { ClusterEvent } from '../../src/core/model/signal.ts';
import type { Revision } from '../../src/core/ports.ts';

/** A cluster at one instant, and the subject whose incident is diagnosed. */
export interface Scene {
  readonly about: ResourceRef;
  readonly objects: readonly KubeObject[];
  readonly events?: readonly ClusterEvent[];
  /** What the series detectors say. */
  readonly readings?: readonly Reading[];
  /** What kubemend has scaled up. */
  readonly scaleUps?: readonly ScaleUp[];
  /** Recorded revisions, by `resourceKey` of the workload. */
  readonly revisions?: Readonly<Record<string, readonly Revision[]>>;
  readonly now?: number;
}

/**
 * One story with its true cause, told in one or more scenes that differ in kind, names, containers or counts. A story counts once, however
 * many scenes it has: renaming a fault is no further evidence. A built story is one that somebody thought of: precision over them says how a
 * rule does on these stories, not how often each of them happens. `nothing`: no cause of the vocabulary is to be named.
 */
export interface LabelledCase {
  readonly name: string;
  readonly source: 'recorded' | 'built';
  readonly expected: Cause | 'nothing';
  readonly scenes: readonly Scene[];
}
