import { type Alert, heardAgain, isOver } from '../../core/model/signal.ts';
import type { Store } from '../../core/ports.ts';

/** An alert that nobody spoke of for so long is forgotten. */
const KEEP_MS = 24 * 60 * 60_000;
/** So many alerts are held at once. */
const CAPACITY = 20_000;
/** When the book is full, what is over is forgotten after so long (no delivery is as late as that), and what is silent after an hour. */
const OVER_MS = 15 * 60_000;
const SILENT_MS = 60 * 60_000;

/** The alerts that count now: what the view reads, in step with what is stored. */
export interface AlertBook {
  /** Those heard of within a day. */
  current(now: number): Iterable<Alert>;
  known(id: string): Alert | undefined;
  /** How many more fit. */
  room(now: number): number;
  /** Enters alerts that are durable already. */
  enter(alerts: readonly Alert[]): void;
}

/** Opens the book with what the store holds, so that a restart forgets nothing. Throws `store-failed`. */
export async function openAlertBook(store: Store, now: number): Promise<AlertBook> {
  const held = new Map<string, Alert>();
  function enter(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      const known = held.get(alert.id);
      held.set(alert.id, known ? heardAgain(known, alert) : alert);
    }
  }
  function forget(before: number): void {
    for (const [id, { at }] of held) if (at < before) held.delete(id);
  }
  function makeRoom(now: number): void {
    for (const [id, alert] of held) {
      const silentMs = now - alert.at;
      if (silentMs > SILENT_MS || (silentMs > OVER_MS && isOver(alert, now))) held.delete(id);
    }
  }
  enter(await store.alerts(now - KEEP_MS));
  return {
    current(at) {
      forget(at - KEEP_MS);
      return held.values();
    },
    known: (id) => held.get(id),
    room(at) {
      if (held.size >= CAPACITY) makeRoom(at);
      return CAPACITY - held.size;
    },
    enter,
  };
}
