/** The four kinds of plug-in. Each is a plain object: one file, and one line in its folder's index. */
import type { z } from 'zod';
import type { Cause, Hypothesis } from './model/diagnosis.ts';
import type { Detection } from './model/finding.ts';
import type { Incident } from './model/incident.ts';
import type { Intent } from './model/intent.ts';
import type { Kind, Watched } from './model/objects.ts';
import type { Pause } from './model/pause.ts';
import type { Plan, Preview } from './model/plan.ts';
import type { Outlook } from './model/reading.ts';
import type { ResourceRef } from './model/resource.ts';
import type { Timeline } from './model/timeline.ts';
import type { ClusterWrite } from './model/write.ts';
import type { ClusterReader } from './ports.ts';
import type { ClusterView } from './view.ts';

/** Finds one kind of trouble. Pure: the same timeline gives the same answer. */
export interface Detector {
  readonly name: string;
  /** The kinds of subject that it is asked about. */
  readonly watches: readonly Kind[];
  /** The further kinds that it must see to say anything; while we are blind for one of them its answer is `unknown`. */
  readonly needs: readonly Watched[];
  /** Its answer is somebody else's word, which may come late: what it says for the first time after an act is not held against the act. */
  readonly isHearsay?: true;
  /** Its answer is odd, not bad: it joins an open incident as evidence, opens none, keeps none open and does not count when an act is judged. */
  readonly isHint?: true;
  detect(timeline: Timeline): Detection;
}

/** The room of a monitor: how many series it holds, and how far apart their samples are. */
export interface MonitorShape {
  readonly slots: number;
  readonly stepMs: number;
  /** How many metrics make one subject; 1 unless the detector looks at several at once. Slot s, metric d is `values[s * dims + d]`. */
  readonly dims: number;
}

/**
 * Follows many series of one metric at once, in columns, O(1) per sample. All of its state is in it: the same samples give the same
 * scores. Slot numbers belong to whoever feeds it.
 */
export interface SeriesMonitor {
  /** Takes one sample of every slot (NaN: missing, then the slot's score is NaN and its state stays). */
  step(at: number, values: Float64Array): void;
  /** By slot, after the last step: 0 is as usual, the more the odder, on one scale for all series; NaN cannot say yet. */
  readonly scores: Float64Array;
  /** By slot: 1 while it fires, which has hysteresis. */
  readonly firing: Uint8Array;
  /** In words and figures, why a slot fires. */
  describe(slot: number): string;
  /** Where a slot is going; missing from monitors that do not forecast, undefined while it cannot say. */
  outlook?(slot: number): Outlook | undefined;
  /** Starts a slot anew, for another series. */
  forget(slot: number): void;
  /** Makes room for so many slots in all. */
  grow(slots: number): void;
}

/** Finds one kind of trouble in series. It must hold up in `kubemend eval`. */
export interface SeriesDetector {
  readonly name: string;
  /** The metrics that it is asked about, by name; `any` means each one by itself. */
  readonly metrics: 'any' | readonly string[];
  /** Looks at all its metrics at once: `dims` is their number, in the order of `metrics`. Without it each metric has a monitor of its own. */
  readonly isJoint?: true;
  /** The kinds that alone have such series, and each of which is unknown without one; missing where any object may have some. */
  readonly watches?: readonly Kind[];
  /** A `symptom` may open an incident; a `hint` only joins one as evidence. */
  readonly is: 'symptom' | 'hint';
  open(shape: MonitorShape): SeriesMonitor;
}

/** All that a diagnoser or an action may look at while it thinks; nothing here can change the cluster. */
export interface Facts {
  readonly now: number;
  readonly view: ClusterView;
  readonly cluster: ClusterReader;
}

/** Names likely causes of an incident, or none. Asked with a deadline. */
export interface Diagnoser {
  readonly name: string;
  diagnose(incident: Incident, facts: Facts): Promise<readonly Omit<Hypothesis, 'by'>[]>;
}

/** How much an act can break, which decides who must agree to it (safety tiers of the architecture). */
export interface Impact {
  readonly scope: 'pod' | 'workload' | 'node';
  readonly tier: 'low' | 'medium' | 'high';
  readonly reversible: boolean;
  /** Puts back a state that was known to be good: passes the storm brake. */
  readonly restorative: boolean;
}

/** One permission of the Kubernetes API; the actor's role is the union over the enabled actions. */
export interface Permission {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** What an action wants to do: its target as seen live, and input that will be parsed by its schema. */
export interface Proposal {
  readonly target: ResourceRef;
  readonly specSeen: string;
  readonly input: unknown;
  readonly summary: string;
  readonly unproven?: string;
}

/** What an action knows of its own effect; a missing number could not be counted. */
export type Effect = Pick<Preview, 'readyPodsTaken' | 'readyPodsNow' | 'affectedPods' | 'notes'>;

/** A remedy. It decides what to write and never writes: the act stage does. */
export interface Action {
  readonly name: string;
  readonly treats: readonly Cause[];
  readonly impact: Impact;
  readonly rbac: readonly Permission[];
  /** How long the cluster needs to show an effect, and when to stop waiting for one. */
  readonly verify: { readonly settleMs: number; readonly deadlineMs: number };
  /** Undefined when it cannot help here. Reads its target live. */
  propose(incident: Incident, cause: Cause, facts: Facts): Promise<Proposal | undefined>;
  preview(input: unknown, facts: Facts): Effect;
  /** The one write, with absolute values, that this input means. */
  write(input: unknown): ClusterWrite;
}

/** Ties an action's input schema to its functions, so that they see parsed input. */
export function defineAction<Schema extends z.ZodType>(
  action: Omit<Action, 'preview' | 'write'> & {
    readonly input: Schema;
    preview(input: z.output<Schema>, facts: Facts): Effect;
    write(input: z.output<Schema>): ClusterWrite;
  },
): Action {
  const { input: schema, ...rest } = action;
  return {
    ...rest,
    preview: (input, facts) => action.preview(schema.parse(input), facts),
    write: (input) => action.write(schema.parse(input)),
  };
}

/** How far kubemend may go: see the command line in the architecture. */
export const modes = ['observe', 'suggest', 'ask', 'auto'] as const;
export type Mode = (typeof modes)[number];

/** All that a guard may look at. `ledger` holds the acts of the last 24 hours, those in flight included. */
export interface GuardFacts {
  /** What is asked for: an act, or the undo of one, which brakes do not stop. */
  readonly kind: 'act' | 'undo';
  /** The namespace that kubemend itself runs in. */
  readonly ownNamespace: string;
  readonly incident: Incident;
  readonly action: Pick<Action, 'name' | 'impact'>;
  readonly preview: Preview;
  readonly now: number;
  readonly mode: Mode;
  readonly view: ClusterView;
  readonly ledger: readonly Intent[];
  readonly pauses: readonly Pause[];
  /** Owners with findings in the last detection cycle; undefined before the first one. */
  readonly sick: SickReport | undefined;
}

/** What the last detection cycle held to be sick. */
export interface SickReport {
  readonly at: number;
  readonly owners: readonly ResourceRef[];
}

/** Why a plan must not run now (`deny`), or must not run unasked (`ask`). */
export interface Objection {
  readonly decision: 'deny' | 'ask';
  readonly reason: string;
  /** For a denial that passes by itself: when to look again. */
  readonly retryAt?: number;
}

/** One reason why plans must not run. All guards are asked; one that throws objects. */
export interface Guard {
  readonly name: string;
  readonly options: z.ZodType;
  bind(options: unknown): BoundGuard;
}

/** A guard with its options. */
export interface BoundGuard {
  readonly name: string;
  object(plan: Plan, facts: GuardFacts): readonly Objection[];
}

/** Ties a guard's options schema to its function. */
export function defineGuard<Schema extends z.ZodType>(guard: {
  readonly name: string;
  readonly options: Schema;
  object(plan: Plan, facts: GuardFacts, options: z.output<Schema>): readonly Objection[];
}): Guard {
  return {
    name: guard.name,
    options: guard.options,
    bind(raw) {
      const options = guard.options.parse(raw);
      return { name: guard.name, object: (plan, facts) => guard.object(plan, facts, options) };
    },
  };
}

/** All plug-ins of one kubemend; the guards with their options. */
export interface Plugins {
  readonly detectors: readonly Detector[];
  readonly diagnosers: readonly Diagnoser[];
  readonly guards: readonly BoundGuard[];
  readonly actions: readonly Action[];
}
