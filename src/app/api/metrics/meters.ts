import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { isEnded, phases } from '../../../core/model/incident.ts';
import { kinds } from '../../../core/model/objects.ts';
import { Outcome } from '../../../core/model/outcome.ts';
import type { Clock, ClusterReader, Election, Store } from '../../../core/ports.ts';
import type { SeriesStanding } from '../../series/series-desk.ts';
import { seriesGauges } from './series-gauges.ts';

/** What the meters read when they are asked, and the names that their labels may take. */
export interface MeterParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<Store, 'incidents' | 'pauses'>;
  readonly cluster: Pick<ClusterReader, 'ageMs'>;
  readonly election: Election;
  readonly actions: readonly string[];
  readonly guards: readonly string[];
  /** Missing where no series are watched. */
  readonly series?: () => SeriesStanding;
}

/** What happened since this process started. Counters begin at 0 for every label that is known, so that a first event is seen as a rise. */
export interface Meters {
  /** The text of Prometheus' exposition format, made now. */
  text(): Promise<string>;
  looked(seconds: number): void;
  acted(action: string, kind: 'act' | 'undo'): void;
  judged(action: string, outcome: Outcome): void;
  objected(guard: string, verdict: 'ask' | 'deny'): void;
  notified(result: 'taken' | 'busy' | 'malformed' | 'failed', alerts: Readonly<Record<'accepted' | 'repeated' | 'ignored', number>>): void;
  refused(reason: 'unknown' | 'too-many'): void;
}

/** Makes the meters and their registry; nothing is registered globally. */
export function openMeters(parts: MeterParts): Meters {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  gauges(parts, registry);
  if (parts.series) seriesGauges(parts.series, registry);
  const readStore = storeGauges(parts.store, registry);
  const counters = countersIn(registry);
  begin(counters, parts);
  const cycle = new Histogram({
    name: 'kubemend_detection_cycle_duration_seconds',
    help: 'How long one look at the whole cluster took, from the view to the stored incidents.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const heartbeat = new Gauge({
    name: 'kubemend_detection_last_timestamp_seconds',
    help: 'When the last look at the whole cluster ended, in epoch seconds; absent before the first.',
    registers: [registry],
  });
  heartbeat.remove();
  const known = (name: string, names: readonly string[]) => (names.includes(name) ? name : 'other');
  return {
    async text() {
      await readStore();
      return registry.metrics();
    },
    looked(seconds) {
      cycle.observe(seconds);
      heartbeat.set(parts.clock.now() / 1_000);
    },
    acted: (action, kind) => counters.acts.inc({ action: known(action, parts.actions), kind }),
    judged: (action, outcome) => counters.outcomes.inc({ action: known(action, parts.actions), outcome }),
    objected: (guard, verdict) => counters.objections.inc({ guard: known(guard, parts.guards), verdict }),
    notified(result, alerts) {
      counters.notifications.inc({ result });
      for (const [what, count] of Object.entries(alerts)) counters.alerts.inc({ result: what }, count);
    },
    refused: (reason) => counters.refusals.inc({ reason }),
  };
}

function countersIn(registry: Registry) {
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  return {
    acts: counter('kubemend_acts_total', 'Writes that took effect, by action; kind is act or undo.', 'action', 'kind'),
    outcomes: counter('kubemend_act_outcomes_total', 'Acts that were judged, by action and outcome.', 'action', 'outcome'),
    objections: counter(
      'kubemend_guard_objections_total',
      'Objections by guard, and by what all guards together decided; the same denial again is not counted.',
      'guard',
      'verdict',
    ),
    notifications: counter('kubemend_alert_notifications_total', 'Notifications of Alertmanager, by what became of them.', 'result'),
    alerts: counter(
      'kubemend_alerts_total',
      'Alerts in notifications that were taken: new ones, known ones, and those that were ignored.',
      'result',
    ),
    refusals: counter(
      'kubemend_http_authentication_failures_total',
      'Tokens of the API that were refused: unknown, or not asked about because too many were.',
      'reason',
    ),
  };
}

function begin(counters: ReturnType<typeof countersIn>, { actions, guards }: MeterParts): void {
  for (const action of actions) {
    for (const kind of ['act', 'undo']) counters.acts.inc({ action, kind }, 0);
    for (const outcome of Outcome.options) counters.outcomes.inc({ action, outcome }, 0);
  }
  for (const guard of guards) for (const verdict of ['ask', 'deny']) counters.objections.inc({ guard, verdict }, 0);
  for (const result of ['taken', 'busy', 'malformed', 'failed']) counters.notifications.inc({ result }, 0);
  for (const result of ['accepted', 'repeated', 'ignored']) counters.alerts.inc({ result }, 0);
  for (const reason of ['unknown', 'too-many']) counters.refusals.inc({ reason }, 0);
}

/** What is read at the moment of asking. */
function gauges({ cluster, election }: MeterParts, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'kubemend_leader',
    help: '1 while this process may act, 0 while it only observes.',
    registers,
    collect() {
      this.set(election.epoch() === undefined ? 0 : 1);
    },
  });
  new Gauge({
    name: 'kubemend_cluster_cache_age_seconds',
    help: 'Time since the API server last confirmed the view of this kind; absent for a kind that was never seen.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const kind of [...kinds, 'Event' as const]) {
        const ageMs = cluster.ageMs(kind);
        if (ageMs !== undefined) this.set({ kind }, ageMs / 1_000);
      }
    },
  });
}

/** Makes the figures of the store. A store that fails leaves them out and says so; it does not silence the rest. */
function storeGauges(store: MeterParts['store'], registry: Registry): () => Promise<void> {
  const registers = [registry];
  const open = new Gauge({ name: 'kubemend_incidents_open', help: 'Open incidents by phase.', labelNames: ['phase'], registers });
  const pauses = new Gauge({ name: 'kubemend_pauses', help: 'Pauses in force, whatever their scope.', registers });
  const up = new Gauge({
    name: 'kubemend_store_up',
    help: '1 when the store could be read just now; at 0 the incidents and pauses are absent.',
    registers,
  });
  return async () => {
    const read = await Promise.all([store.incidents({ open: true }), store.pauses()]).catch(() => undefined);
    up.set(read ? 1 : 0);
    open.reset();
    pauses.remove();
    if (!read) return;
    const [incidents, paused] = read;
    for (const phase of phases.filter((one) => !isEnded({ phase: one })))
      open.set({ phase }, incidents.filter((incident) => incident.phase === phase).length);
    pauses.set(paused.length);
  };
}
