import type { Incident } from '../../core/model/incident.ts';
import { isEnded } from '../../core/model/incident.ts';
import { type ResourceRef, resourceKey } from '../../core/model/resource.ts';
import type { Approval } from '../../core/model/verdict.ts';
import { nap } from '../../core/nap.ts';
import { type ClusterView, viewOf } from '../../core/view.ts';
import type { Insight } from '../insights/insight.ts';
import { answerIncident } from '../operator.ts';
import type { App } from '../start.ts';

/** Whoever is told, and asked. */
export interface Attendant {
  /** An insight, and whether its pod is there. */
  insight(insight: Insight, isThere: boolean): void;
  /** An incident that moved on. */
  moved(incident: Incident): void;
  /** What the person says to a plan; undefined leaves it unanswered. */
  ask(incident: Incident): Promise<Approval['decision'] | undefined>;
}

/** What remediation needs. The app looks only at what `focus` says. */
export interface RemediateParts {
  readonly app: App;
  readonly focus: Focus;
  readonly insights: () => readonly Insight[];
  readonly attendant: Attendant;
  /** Who answers: `user:NAME`. */
  readonly by: string;
  /** How often the insights are read again; once when it is missing. */
  readonly watchIntervalMs: number | undefined;
}

/** Which objects are looked at: the pods of the insights, and what owns them. Nothing outside of it is ever acted on. */
export interface Focus {
  readonly contains: (ref: ResourceRef) => boolean;
  set(refs: readonly ResourceRef[]): void;
}

/** Makes a focus on nothing. */
export function createFocus(): Focus {
  let keys: ReadonlySet<string> = new Set();
  return {
    contains: (ref) => keys.has(resourceKey(ref)),
    set(refs) {
      keys = new Set(refs.map(resourceKey));
    },
  };
}

/** So long it is waited for what the cluster itself shows about a pod of an insight. */
const LOOK_FOR_MS = 30_000;
const TURN_MS = 500;

/** What came of it. */
export interface Remediation {
  readonly insights: readonly Insight[];
  readonly incidents: readonly Incident[];
}

/**
 * Looks into the pods of the insights with the loop, the guards and the approvals of `run`. An insight only points: what is done rests on
 * what the cluster shows now. Ends when nothing is left to decide, or with the signal when the insights are watched.
 */
export async function remediate(parts: RemediateParts, signal: AbortSignal): Promise<Remediation> {
  const { app, watchIntervalMs } = parts;
  const { clock } = app.context;
  const told = new Map<string, string>();
  const ending = new AbortController();
  const running = app.run(AbortSignal.any([signal, ending.signal]));
  let seen: Remediation = { insights: [], incidents: [] };
  try {
    for (let readAt = Number.NEGATIVE_INFINITY; !signal.aborted; ) {
      const now = clock.now();
      if (now - readAt >= (watchIntervalMs ?? Number.POSITIVE_INFINITY) || seen.insights.length === 0) {
        seen = { ...seen, insights: focusOn(parts, told) };
        readAt = now;
      }
      seen = { ...seen, incidents: await attend(parts, told) };
      const isDone =
        seen.incidents.every(isSettled) && (seen.incidents.length > 0 || now - readAt > LOOK_FOR_MS || seen.insights.length === 0);
      if (isDone && watchIntervalMs === undefined) break;
      await nap(clock, TURN_MS, signal);
    }
  } finally {
    ending.abort();
    await running;
  }
  return seen;
}

/** Nothing more comes of it unless somebody answers or the world changes. */
function isSettled({ phase }: Incident): boolean {
  return isEnded({ phase }) || phase === 'denied' || phase === 'asked';
}

function focusOn({ app, focus, insights, attendant }: RemediateParts, told: Map<string, string>): readonly Insight[] {
  const view = viewOf(app.context.cluster, app.context.clock.now());
  const all = insights();
  const pods = all.map((insight) => ({ insight, pod: podOf(insight, view) }));
  for (const { insight, pod } of pods) {
    const key = `${insight.namespace}/${insight.pod}/${insight.podUid ?? ''}/${insight.anomaly}`;
    if (told.has(key)) continue;
    told.set(key, 'told');
    attendant.insight(insight, pod !== undefined);
  }
  focus.set(pods.flatMap(({ pod }) => (pod ? [pod, ...ownersOf(pod, view)] : [])));
  return all;
}

function podOf({ namespace, pod, podUid }: Insight, view: ClusterView): ResourceRef | undefined {
  const found = view.ofKind('Pod').find(({ meta: { ref } }) => ref.namespace === namespace && ref.name === pod);
  return found && (podUid === undefined || found.meta.ref.uid === podUid) ? found.meta.ref : undefined;
}

function ownersOf(pod: ResourceRef, view: ClusterView): readonly ResourceRef[] {
  const ownership = view.ownerOf(pod);
  return ownership.is === 'owner' ? [ownership.owner.meta.ref] : [];
}

/** Tells what moved, and puts open questions to the person, one at a time. */
async function attend({ app, focus, attendant, by }: RemediateParts, told: Map<string, string>): Promise<readonly Incident[]> {
  const { store, clock } = app.context;
  const incidents = (await store.incidents({ since: 0 })).filter(({ subject }) => focus.contains(subject));
  for (const incident of incidents) {
    const state = `${incident.phase} ${incident.plan?.hash ?? ''} ${incident.reason ?? ''}`;
    if (told.get(incident.id) === state) continue;
    told.set(incident.id, state);
    attendant.moved(incident);
    const decision = incident.phase === 'asked' ? await attendant.ask(incident) : undefined;
    if (decision) await answerIncident(incident, decision, { store, clock, by });
  }
  return incidents;
}
