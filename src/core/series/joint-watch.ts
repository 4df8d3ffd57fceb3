import type { SeriesSubject } from '../model/samples.ts';
import type { SeriesDetector } from '../plugins.ts';
import { type Follower, followerOf } from './follower.ts';
import type { MetricColumns } from './metric-columns.ts';
import type { SeriesSettings } from './metric-watch.ts';
import { type SlotTable, slotTable } from './slot-table.ts';

/** A detector that looks at several metrics of one object at once. Of several parts of an object the largest value counts. */
export interface JointWatch {
  readonly metrics: readonly string[];
  readonly table: SlotTable;
  readonly follower: Follower;
  /** One of the metrics has fed a step; the monitor is fed once all have, or a later step is over. */
  closed(columns: MetricColumns, step: number): void;
}

/** What a joint watch is made of. */
export interface JointWatchParts {
  readonly settings: Pick<SeriesSettings, 'stepMs' | 'idleMs'>;
  mayAdd(): boolean;
}

/** Makes the watch of a joint detector over its metrics. */
export function jointWatch(detector: SeriesDetector, metrics: readonly string[], { settings, mayAdd }: JointWatchParts): JointWatch {
  const { stepMs, idleMs } = settings;
  const dims = metrics.length;
  const table = slotTable({ mayAdd, grown: grow });
  const follower = followerOf(detector, { slots: table.capacity, stepMs, dims });
  const places = new Map<string, Places>();
  let values = new Float64Array(table.capacity * dims).fill(Number.NaN);
  let lastSteps = new Float64Array(table.capacity).fill(Number.NaN);
  let open: { step: number; at: number; heard: Set<string> } | undefined;

  function grow(capacity: number): void {
    const wider = new Float64Array(capacity * dims).fill(Number.NaN);
    wider.set(values);
    values = wider;
    const longer = new Float64Array(capacity).fill(Number.NaN);
    longer.set(lastSteps);
    lastSteps = longer;
    follower.grow(capacity);
  }
  function feed(): void {
    if (!open) return;
    follower.step(open.at, values);
    values.fill(Number.NaN);
    dropIdle(open.step - Math.ceil(idleMs / stepMs));
    open = undefined;
  }
  function dropIdle(before: number): void {
    for (let slot = 0; slot < table.capacity; slot += 1) {
      if (!((lastSteps[slot] ?? Number.NaN) < before)) continue;
      table.free(slot);
      follower.forget(slot);
      lastSteps[slot] = Number.NaN;
      places.clear();
    }
  }
  function gather(columns: MetricColumns, step: number): void {
    const own = places.get(columns.metric) ?? { subjects: [], slots: [] };
    places.set(columns.metric, own);
    const dim = metrics.indexOf(columns.metric);
    for (let from = 0; from < columns.table.capacity; from += 1) {
      const value = columns.valueAt(step, from);
      const subject = columns.table.subjectAt(from);
      const slot = !subject || Number.isNaN(value) ? -1 : placeOf(own, from, subject);
      if (slot < 0) continue;
      const cell = slot * dims + dim;
      const known = values[cell] ?? Number.NaN;
      values[cell] = Number.isNaN(known) ? value : Math.max(known, value);
      lastSteps[slot] = step;
    }
  }
  function placeOf(own: Places, from: number, subject: SeriesSubject): number {
    if (own.subjects[from] !== subject || (own.slots[from] ?? -1) < 0) {
      own.subjects[from] = subject;
      own.slots[from] = table.slotsOf([{ ref: subject.ref }])[0] ?? -1;
    }
    return own.slots[from] ?? -1;
  }
  return {
    metrics,
    table,
    follower,
    closed(columns, step) {
      if (!metrics.includes(columns.metric)) return;
      if (open && step > open.step) feed();
      if (open && step < open.step) return; // a metric that lags behind the others: its past is over here
      const at = columns.instantOf(step);
      open ??= { step, at: step * stepMs, heard: new Set() };
      if (!Number.isNaN(at)) open.at = Math.max(open.at, at);
      open.heard.add(columns.metric);
      gather(columns, step);
      if (open.heard.size === dims) feed();
    },
  };
}

/** By the slot that a series has in the columns of one metric: who was last seen there, and the slot that its object has here. */
interface Places {
  readonly subjects: SeriesSubject[];
  readonly slots: number[];
}
