import { CoreError } from '../../../core/errors.ts';
import type { Observation } from '../../../core/model/signal.ts';
import { nap } from '../../../core/nap.ts';
import type { Clock, Logger, SignalSource } from '../../../core/ports.ts';
import type { Tally } from '../tally.ts';
import type { Door } from './door.ts';
import type { ObservationQueue } from './observation-queue.ts';

const RETRY_MS = 5_000;
const TICK_MS = 1_000;

/** One address of a receiver. */
export interface Entrance {
  /** The configuration's key and value, for messages: `otlp.http 127.0.0.1:4318`. */
  readonly key: string;
  open(): Promise<Door>;
}

/** What a receiver is made of. */
export interface ReceiverParts {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly entrances: readonly Entrance[];
  readonly queue: ObservationQueue;
  readonly tally: Tally;
  /** When something true and whole was last received, epoch milliseconds. */
  lastTakenAt(): number | undefined;
  /** Called about once a second while the stream runs. */
  tick?(now: number): void;
}

/** A source that waits to be told, and where it listens at present (`HOST:PORT` by entrance). */
export interface ReceiverSource extends SignalSource {
  addresses(): Readonly<Record<string, string>>;
}

/** Listens while it is streamed. An address in use is tried again every 5 seconds; throws `bad-config` for one that cannot be had at all. */
export function receiverSource(parts: ReceiverParts): ReceiverSource {
  const { clock, log, queue, tally } = parts;
  const addresses = new Map<string, string>();
  const problems = new Map<string, string>();

  async function openedOrWhy(entrance: Entrance): Promise<Door | undefined> {
    try {
      const door = await entrance.open();
      problems.delete(entrance.key);
      addresses.set(entrance.key, door.address);
      log.info('receiver listens', { source: parts.name, key: entrance.key, address: door.address });
      return door;
    } catch (error) {
      if (!isInUse(error)) throw cannotListen(entrance, error);
      if (!problems.has(entrance.key)) log.warn('receiver waits for its address', { source: parts.name, key: entrance.key });
      problems.set(entrance.key, `${entrance.key} is taken by another program: end it, or configure another port`);
      return undefined;
    }
  }
  async function keepOpen(entrance: Entrance, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const door = await openedOrWhy(entrance);
      if (door) {
        await aborted(signal);
        addresses.delete(entrance.key);
        return door.close();
      }
      await nap(clock, RETRY_MS, signal);
    }
  }
  async function tickOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await nap(clock, TICK_MS, signal);
      if (!signal.aborted) parts.tick?.(clock.now());
    }
  }
  async function* stream(outer: AbortSignal): AsyncGenerator<Observation, void, undefined> {
    const ending = new AbortController();
    const signal = AbortSignal.any([outer, ending.signal]);
    const failures: unknown[] = [];
    const tasks = [...parts.entrances.map((entrance) => keepOpen(entrance, signal)), tickOn(signal)].map((task) =>
      task.catch((error: unknown) => {
        failures.push(error);
        ending.abort();
      }),
    );
    try {
      yield* queue.read(signal);
    } finally {
      ending.abort();
      await Promise.all(tasks);
    }
    if (failures.length > 0) throw failures[0];
  }
  return {
    name: parts.name,
    stream,
    addresses: () => Object.fromEntries(addresses),
    health() {
      const lastAt = parts.lastTakenAt();
      const problem = [...problems.values()].join('; ');
      return {
        ageMs: lastAt === undefined ? undefined : Math.max(0, clock.now() - lastAt),
        ...(problem !== '' && { problem }),
        dropped: tally.counts(),
      };
    },
  };
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function cannotListen({ key }: Entrance, error: unknown): CoreError {
  if (error instanceof CoreError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new CoreError('bad-config', `${key} cannot be opened: ${why}. Configure an address of this machine and a port that is allowed`, {
    cause: error,
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
