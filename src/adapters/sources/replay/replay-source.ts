import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { CoreError } from '../../../core/errors.ts';
import type { SignalSource } from '../../../core/ports.ts';
import { lineReader, type Recorded } from './recording.ts';

/** What is replayed. `arrive` is called before each observation with the instant at which it arrived: the place to set the clock. */
export interface ReplayOptions {
  readonly file: string;
  readonly arrive?: (now: number) => void | Promise<void>;
}

/**
 * Plays a recording back in its order, and ends with it. A recording that breaks off (a crash) is played up to there, and `problem` says
 * so. Throws `bad-config` for a file that is not there or is none of ours.
 */
export function replaySource({ file, arrive }: ReplayOptions): SignalSource {
  let problem: string | undefined;
  return {
    name: 'replay',
    health: () => ({ ageMs: undefined, dropped: {}, ...(problem !== undefined && { problem }) }),
    async *stream(signal) {
      for await (const { now, observation } of recordedIn(file, (why) => {
        problem = why;
      })) {
        if (signal.aborted) return;
        await arrive?.(now);
        yield observation;
      }
    },
  };
}

/** Yields what can be read, and then tells why it could not go on, if it could not. */
async function* recordedIn(file: string, broken: (why: string) => void): AsyncGenerator<Recorded> {
  const gunzip = createGunzip();
  const disk = createReadStream(file);
  disk.once('error', (error) => gunzip.destroy(error));
  const read = lineReader();
  let played = 0;
  try {
    for await (const text of createInterface({ input: disk.pipe(gunzip) })) {
      const recorded = read(text);
      if (recorded) yield recorded;
      played += 1;
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (played === 0)
      throw new CoreError('bad-config', `${file} cannot be replayed: ${why}; name a file that \`run --record\` wrote`, { cause: error });
    broken(`${file} breaks off after line ${played}: ${why}`);
  } finally {
    disk.destroy();
    gunzip.destroy();
  }
}
