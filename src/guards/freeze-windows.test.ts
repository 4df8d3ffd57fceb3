import { describe, expect, it } from 'vitest';
import { blindToUndo, deafToOptions, guardTable, offBy } from '../../test/fakes/guard-table.ts';
import { freezeWindows } from './freeze-windows.ts';

/** 2027-01-01 is a Friday. */
const at = (day: number, hour: number, minute = 0, ms = 0) => Date.UTC(2027, 0, day, hour, minute, 0, ms);
const nightly = { windows: [{ days: ['fri'], from: '22:00', to: '06:00' }] };
const noon = { windows: [{ days: ['fri', 'sat'], from: '12:00', to: '13:30' }] };

guardTable(
  freezeWindows,
  {
    'allows everything without windows': { now: at(1, 23), expect: [] },
    'denies from the first millisecond': {
      now: at(1, 12),
      options: noon,
      expect: [['deny', 'frozen until 13:30 UTC (fri, sat 12:00 to 13:30); 90 min to go', at(1, 13, 30)]],
    },
    'allows the millisecond before': { now: at(1, 12) - 1, options: noon, expect: [] },
    'denies until the last millisecond': { now: at(1, 13, 30) - 1, options: noon, expect: [['deny', '1 s to go', at(1, 13, 30)]] },
    'allows from the end on': { now: at(1, 13, 30), options: noon, expect: [] },
    'denies on each of its days': { now: at(2, 13), options: noon, expect: [['deny', 'frozen until 13:30', at(2, 13, 30)]] },
    'allows on other days': { now: at(3, 13), options: noon, expect: [] },
    'denies before midnight': { now: at(1, 23), options: nightly, expect: [['deny', 'frozen until 06:00 UTC', at(2, 6)]] },
    'denies after midnight of the day on which it began': {
      now: at(2, 5, 59),
      options: nightly,
      expect: [['deny', '60 s to go', at(2, 6)]],
    },
    'allows in the morning of its own day': { now: at(1, 5), options: nightly, expect: [] },
    'allows in the next night': { now: at(2, 23), options: nightly, expect: [] },
    'takes equal times for a whole day': {
      now: at(2, 11, 59),
      options: { windows: [{ days: ['fri'], from: '12:00', to: '12:00' }] },
      expect: [['deny', 'frozen until 12:00', at(2, 12)]],
    },
    'knows the end of a day': {
      now: at(1, 23, 59),
      options: { windows: [{ days: ['fri'], from: '00:00', to: '24:00' }] },
      expect: [['deny', 'frozen until 00:00', at(2, 0)]],
    },
    'runs over the end of the week': {
      now: at(3, 1),
      options: { windows: [{ days: ['sat'], from: '20:00', to: '08:00' }] },
      expect: [['deny', 'frozen until 08:00', at(3, 8)]],
    },
    'gives every window that covers the moment': {
      now: at(1, 12, 30),
      options: { windows: [...noon.windows, { days: ['fri'], from: '00:00', to: '24:00' }] },
      expect: [
        ['deny', '13:30', at(1, 13, 30)],
        ['deny', '00:00', at(2, 0)],
      ],
    },
    'lets an undo pass': { kind: 'undo', now: at(1, 12), options: noon, expect: [] },
  },
  {
    'that forgets its windows': deafToOptions(freezeWindows),
    'that is a millisecond early': offBy(freezeWindows, 1),
    'that is a millisecond late': offBy(freezeWindows, -1),
    'that stops undo': blindToUndo(freezeWindows),
  },
);

describe('the options of freeze-windows', () => {
  it.each(['24:00', '9:00', '22:60', 'noon'])('refuse %s as a beginning', (from) => {
    expect(freezeWindows.options.safeParse({ windows: [{ days: ['fri'], from, to: '06:00' }] }).success).toBe(false);
  });
});
