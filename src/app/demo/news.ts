import type { AuditEntry } from '../../core/model/audit.ts';
import type { Incident } from '../../core/model/incident.ts';
import type { LogFields } from '../../core/ports.ts';

/** A fault of the demo, or a healthy thing that looks like one, as it was drawn. */
export interface DemoFault {
  /** The name of its script: `leak`, `bad-release`, ... */
  readonly name: string;
  /** The object that it is about, as a person writes it: `Deployment demo-leak/cart-104`. */
  readonly subject: string;
  readonly namespace: string;
  /** What was drawn, for people. */
  readonly variant: string;
  readonly isLookAlike: boolean;
}

/**
 * What became of a fault. `mended`: it recovered after our act. `undone`: the act did not help or made things worse and was put back.
 * `refused`: an act was proposed and guards denied it. `asked`: an act was proposed and a person must decide. `escalated`: handed to a
 * person without a proposal, or after an act that was not undone. `self-recovered`: it went by itself. `missed`: nobody noticed, or it
 * was not over when the demo ended. `silent`: nothing was held against it.
 */
export const demoOutcomes = ['mended', 'undone', 'refused', 'asked', 'escalated', 'self-recovered', 'missed', 'silent'] as const;
/** What became of a fault. */
export type DemoOutcome = (typeof demoOutcomes)[number];

/** One fault and what became of it. Durations are milliseconds of the cluster's time since `injectedAt`; null: it did not happen. */
export interface FaultResult {
  readonly name: string;
  readonly subject: string;
  /** Epoch milliseconds of the cluster's time. */
  readonly injectedAt: number;
  readonly detectedMs: number | null;
  readonly actedMs: number | null;
  readonly recoveredMs: number | null;
  /** The first act that was taken, else the one that was proposed last. */
  readonly action: string | null;
  readonly outcome: DemoOutcome;
  readonly expected: DemoOutcome;
  readonly ok: boolean;
}

/** What `kubemend demo --once --json` prints. */
export interface DemoReport {
  /** The faults in the order in which they happened, then the look-alikes. */
  readonly faults: readonly FaultResult[];
  readonly mended: number;
  readonly refused: number;
  readonly undone: number;
  /** Writes of kubemend, by the API server's own book, that ought not to have been made. */
  readonly unsafeActions: number;
  /** Seconds of the cluster's time in a second of the machine. */
  readonly speed: number;
  /** Seconds of the machine, from the start of the demo to its end. */
  readonly seconds: number;
  readonly ok: boolean;
}

/** What happens in a demo, as it happens; `at` is epoch milliseconds of the cluster's time. */
export type DemoNews =
  /** The cluster stands, healthy, and kubemend watches it. `kubeconfig` is the file that leads to it, `stateDir` the directory of kubemend's store. */
  | {
      readonly is: 'set';
      readonly at: number;
      readonly speed: number;
      readonly seed: number;
      readonly nodes: number;
      readonly workloads: number;
      readonly faults: readonly DemoFault[];
      readonly kubeconfig: string;
      readonly stateDir: string;
    }
  | { readonly is: 'injected'; readonly at: number; readonly fault: DemoFault }
  /** An audited change of an incident, once it is durable: every one, also those that notifiers are spared. `fault` is undefined when it is about none of them. */
  | {
      readonly is: 'told';
      readonly at: number;
      readonly fault: DemoFault | undefined;
      readonly incident: Incident;
      readonly entry: AuditEntry;
    }
  /** Something about the demo itself went wrong that kubemend logs as a warning or an error; it goes on. */
  | { readonly is: 'trouble'; readonly at: number; readonly message: string; readonly fields: LogFields }
  | { readonly is: 'judged'; readonly at: number; readonly fault: DemoFault; readonly result: FaultResult }
  | { readonly is: 'finished'; readonly at: number; readonly report: DemoReport };

/** How a demo is run. */
export interface DemoOptions {
  /** Seconds of the cluster's time in a second of the machine. */
  readonly speed: number;
  /** The same seed draws the same variants. */
  readonly seed: number;
  /** Names of faults; all of them when left out. Look-alikes are always beside them. */
  readonly faults?: readonly string[];
  /** Where kubemend's store and the kubeconfig are kept; a temporary directory, removed in the end, when left out. */
  readonly stateDir?: string;
  /** False: the cluster and kubemend go on after the report, until the signal is aborted. */
  readonly once: boolean;
  /** Aborted: the demo ends in good order. */
  readonly signal: AbortSignal;
  tell(news: DemoNews): void;
}
