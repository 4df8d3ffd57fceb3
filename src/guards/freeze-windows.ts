import { z } from 'zod';
import { defineGuard } from '../core/plugins.ts';
import { deny } from './grounds/objections.ts';
import { span, timeOfDay } from './grounds/span.ts';

const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
/** 1970-01-01, day 0 of the epoch, was a Thursday. */
const EPOCH_WEEKDAY = days.indexOf('thu');

const FreezeWindow = z.strictObject({
  /** The days on which the window begins. */
  days: z.array(z.enum(days)).min(1).readonly(),
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time like '22:00'"),
  /** Not included; a time at or before `from` means the next day. */
  to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "must be a time like '06:00'"),
});
type FreezeWindow = z.infer<typeof FreezeWindow>;

/** Weekly windows in UTC in which nothing is done. */
export const freezeWindows = defineGuard({
  name: 'freeze-windows',
  options: z.strictObject({ windows: z.array(FreezeWindow).readonly().default([]) }),
  object(_plan, { kind, now }, { windows }) {
    if (kind === 'undo') return [];
    return windows.flatMap((window) => {
      const until = endOfFreeze(window, now);
      return until === undefined
        ? []
        : [
            deny(
              `changes are frozen until ${timeOfDay(until)} (${window.days.join(', ')} ${window.from} to ${window.to}); ${span(until - now)} to go`,
              until,
            ),
          ];
    });
  },
});

/** When the window that covers this instant ends; undefined when none does. It may have begun today or yesterday. */
function endOfFreeze(window: FreezeWindow, now: number): number | undefined {
  const today = Math.floor(now / MINUTE_MS / DAY_MINUTES);
  const length = (minutesOf(window.to) - minutesOf(window.from) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const ends = [today - 1, today]
    .filter((day) => window.days.some((name) => days.indexOf(name) === (day + EPOCH_WEEKDAY) % 7))
    .map((day) => (day * DAY_MINUTES + minutesOf(window.from) + length) * MINUTE_MS)
    .filter((end) => now >= end - length * MINUTE_MS && now < end);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
