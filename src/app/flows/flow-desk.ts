import type { Flow } from '../../core/model/flow.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { Clock, ClusterReader, Logger } from '../../core/ports.ts';
import { createFlowWatch, type FlowAlarm, type FlowWatchOptions, flowWatchDefaults } from '../../learning/flows/flow-watch.ts';
import { addressBook } from './address-book.ts';
import { type AlarmWord, alarmWords } from './alarm-words.ts';

/** Where flows arrive, and what their alarms say about the objects of the cluster. */
export interface FlowDesk {
  take(flow: Flow): void;
  /** A reading for every alarm about an object: firing while the windows go on to say it, quiet for a while after, of old when no flows come. */
  readings(): readonly Reading[];
  /** Flows of addresses for which there was no room. */
  other(): number;
}

/** What the desk works with. */
export interface FlowDeskParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly cluster: Pick<ClusterReader, 'objects'>;
  readonly options?: Partial<FlowWatchOptions>;
}

/** An alarm that is over is told to be quiet for so long. */
const TOLD_QUIET_MS = 10 * 60_000;
/** Alarms that are remembered at once. */
const MOST_ALARMS = 10_000;

/** One trouble of one address, with what was last said of it. */
interface Trouble {
  readonly alarm: FlowAlarm;
  readonly words: readonly AlarmWord[];
  /** By our clock. */
  readonly heardAt: number;
  overSince: number | undefined;
}

/** Makes a desk that has heard nothing. An alarm about an address that is nobody's is logged, and no reading is made of it. */
export function flowDesk({ clock, log, cluster, options = {} }: FlowDeskParts): FlowDesk {
  const watch = createFlowWatch(options);
  const windowMs = options.windowMs ?? flowWatchDefaults.windowMs;
  const book = addressBook(cluster);
  const troubles = new Map<string, Trouble>();
  let heardAt = Number.NEGATIVE_INFINITY;
  let flowsAt = Number.NEGATIVE_INFINITY;

  /** While it goes on and it can no longer be said whose the address is, the last word stands and grows old. */
  function hear(alarm: FlowAlarm): void {
    const now = clock.now();
    const key = `${alarm.trouble} ${alarm.role} ${alarm.address}`;
    const known = troubles.get(key);
    const words = alarmWords(alarm, (address) => book.ownerOf(address, alarm.from, now));
    if (known === undefined || alarm.from > known.alarm.until) tell(alarm, words);
    troubles.delete(key);
    const isLost = words.length === 0 && known !== undefined && known.overSince === undefined;
    const said = isLost ? known : { words, heardAt: now };
    troubles.set(key, { alarm, words: said.words, heardAt: said.heardAt, overSince: undefined });
    const [oldest] = troubles.keys();
    if (troubles.size > MOST_ALARMS && oldest !== undefined) troubles.delete(oldest);
  }
  /** A trouble that goes on is told once. */
  function tell({ trouble, role, address, summary, from, until }: FlowAlarm, words: readonly AlarmWord[]): void {
    const about = words.map(({ subject: { kind, namespace, name } }) => ({ kind, namespace, name }));
    log.warn('flows look like an attack', { trouble, role, address, summary, from, until, about });
  }
  /** When no more flows come, time goes on without them: the windows that they filled are judged, and nothing is taken to be over. */
  function closeWindows(now: number): void {
    for (const alarm of watch.close(flowsAt + Math.max(0, now - heardAt - windowMs))) hear(alarm);
  }
  /** Over when two more windows, half a window apart, said nothing. */
  function forget(now: number): void {
    for (const [key, trouble] of troubles) {
      if (flowsAt < trouble.alarm.until + windowMs) continue;
      trouble.overSince ??= now;
      if (now - trouble.overSince > TOLD_QUIET_MS) troubles.delete(key);
    }
  }
  return {
    take(flow) {
      heardAt = clock.now();
      flowsAt = Math.max(flowsAt, flow.at);
      for (const alarm of watch.add(flow)) hear(alarm);
    },
    readings() {
      const now = clock.now();
      closeWindows(now);
      forget(now);
      return [...troubles.values()].flatMap((trouble) => readingsOf(trouble, heardAt));
    },
    other: () => watch.other(),
  };
}

function readingsOf({ alarm, words, heardAt, overSince }: Trouble, lastHeardAt: number): readonly Reading[] {
  const { address, timesBound, until } = alarm;
  const firing = overSince === undefined;
  return words.map(({ detector, subject, summary }) => ({
    ...{ signal: 'reading', id: `reading:${detector}:${subject.uid ?? subject.name}:flows#${address}:${until}`, subject },
    ...{ at: firing ? heardAt : lastHeardAt, detector, metric: 'flows', part: address, firing },
    score: firing ? timesBound / (1 + timesBound) : 0,
    summary: firing ? summary : `flows of ${address} are as usual`,
  }));
}
