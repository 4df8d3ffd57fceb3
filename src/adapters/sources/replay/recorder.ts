import { createWriteStream, existsSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { CoreError } from '../../../core/errors.ts';
import type { Observation } from '../../../core/model/signal.ts';
import type { Logger } from '../../../core/ports.ts';
import { lineWriter } from './recording.ts';

/** Writes down everything that arrives. */
export interface Recorder {
  /** The file that is written: the one asked for, or the next free name where it is there already. */
  readonly file: string;
  record(observation: Observation, now: number): void;
  /** Ends the file. Never throws: a recording that fails is logged once. */
  stop(): Promise<void>;
}

/** What may wait for the disk; beyond that observations are left out of the recording, and counted in the log. */
const MAX_WAITING_BYTES = 32 * 2 ** 20;
/** What was compressed is written out so often: a crash loses no more. */
const FLUSH_EVERY_MS = 10_000;

/** Opens a recording: lines of JSON, compressed by gzip, readable by its owner alone. */
export function openRecorder(wanted: string, log: Logger): Recorder {
  const file = freeName(wanted);
  const disk = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  const gzip = createGzip();
  const ended = finished(gzip.pipe(disk));
  const lineOf = lineWriter();
  let flushedAt = Number.NEGATIVE_INFINITY;
  let left = 0;
  let failed: unknown;
  ended.catch((error: unknown) => {
    failed = error;
    log.error('recording failed', { file, error: String(error) });
  });
  return {
    file,
    record(observation, now) {
      if (failed !== undefined) return;
      if (gzip.writableLength + disk.writableLength > MAX_WAITING_BYTES) {
        left += 1;
        return;
      }
      gzip.write(lineOf({ now, observation }));
      if (now - flushedAt < FLUSH_EVERY_MS) return;
      flushedAt = now;
      gzip.flush(constants.Z_SYNC_FLUSH);
    },
    async stop() {
      if (left > 0) log.warn('the recording is not whole: the disk was too slow', { file, leftOut: left });
      gzip.end();
      await ended.catch(() => undefined); // logged above
    },
  };
}

/** `run.jsonl.gz`, else `run.2.jsonl.gz` and so on: a restart overwrites nothing. */
function freeName(wanted: string): string {
  if (!existsSync(wanted)) return wanted;
  for (let number = 2; number < 10_000; number += 1) {
    const name = wanted.replace(/((\.[a-z]+)*)$/, `.${number}$1`);
    if (!existsSync(name)) return name;
  }
  throw new CoreError('bad-config', `series.record: there are too many recordings beside ${wanted} already: name another file`);
}
