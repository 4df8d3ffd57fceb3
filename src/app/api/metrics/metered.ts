import { z } from 'zod';
import type { AuditEntry } from '../../../core/model/audit.ts';
import type { Incident } from '../../../core/model/incident.ts';
import { Outcome } from '../../../core/model/outcome.ts';
import type { Clock, Store } from '../../../core/ports.ts';
import type { AlertIntake } from '../../alerts/alert-intake.ts';
import type { Loop } from '../../loop.ts';
import type { Meters } from './meters.ts';

/** The store, counting what becomes durable by this process. */
export function meteredStore(store: Store, meters: Meters): Store {
  return {
    ...store,
    async commit(change) {
      const stored = await store.commit(change);
      for (const entry of change.audit) count(entry, stored, meters);
      return stored;
    },
  };
}

const Acted = z.object({ action: z.string() });
const Verified = z.object({ outcome: Outcome });
const Objected = z.object({ reasons: z.array(z.string()) });

function count({ what, detail }: AuditEntry, incident: Incident | undefined, meters: Meters): void {
  const acted = Acted.safeParse(detail).data;
  const verified = Verified.safeParse(detail).data;
  const objected = Objected.safeParse(detail).data;
  if (what === 'acted' && acted) countAct(acted.action, meters);
  if (what === 'verified' && verified) meters.judged(actionJudgedIn(incident), verified.outcome);
  if ((what === 'denied' || what === 'asked') && objected)
    for (const guard of guardsIn(objected.reasons)) meters.objected(guard, what === 'asked' ? 'ask' : 'deny');
}

function countAct(action: string, meters: Meters): void {
  const undone = /^undo (.+)$/.exec(action)?.[1];
  meters.acted(undone ?? action, undone === undefined ? 'act' : 'undo');
}

function actionJudgedIn(incident: Incident | undefined): string {
  return incident?.attempts.at(-1)?.action ?? 'other';
}

/** A reason begins with the name of its guard and a colon. */
function guardsIn(reasons: readonly string[]): ReadonlySet<string> {
  return new Set(reasons.map((reason) => reason.split(':', 1)[0] ?? ''));
}

/** The loop, measuring its looks at the cluster; a look that fails is no heartbeat. */
export function meteredLoop(loop: Loop, meters: Meters, clock: Pick<Clock, 'now'>): Loop {
  return {
    ...loop,
    async look() {
      const startedAt = clock.now();
      const findings = await loop.look();
      meters.looked((clock.now() - startedAt) / 1_000);
      return findings;
    },
  };
}

/** The intake, counting notifications and their alerts. */
export function meteredIntake(intake: AlertIntake, meters: Meters): AlertIntake {
  const none = { accepted: 0, repeated: 0, ignored: 0 };
  return {
    async take(payload) {
      try {
        const receipt = await intake.take(payload);
        if (receipt.is === 'taken') meters.notified('taken', { ...receiptCounts(receipt) });
        else meters.notified(receipt.is, none);
        return receipt;
      } catch (error) {
        meters.notified('failed', none);
        throw error;
      }
    },
  };
}

function receiptCounts({
  accepted,
  repeated,
  ignored,
}: {
  readonly accepted: number;
  readonly repeated: number;
  readonly ignored: readonly unknown[];
}) {
  return { accepted, repeated, ignored: ignored.length };
}
