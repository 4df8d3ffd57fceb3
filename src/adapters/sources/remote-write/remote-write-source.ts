import type { Clock, Logger } from '../../../core/ports.ts';
import type { DoorLock, Listen } from '../receiver/door.ts';
import { type Answer, openHttpDoor, type PostRoute } from '../receiver/http-door.ts';
import { observationQueue } from '../receiver/observation-queue.ts';
import { type ReceiverSource, receiverSource } from '../receiver/receiver-source.ts';
import { Refused } from '../receiver/refused.ts';
import { tally } from '../tally.ts';
import { type WantedMetric, writtenReader } from './read-written.ts';
import { loadWriteRequest, type ReadWriteRequest, type WrittenSeries } from './write-request.ts';
import { subjectsByLabels } from './written-series.ts';

const NAME = 'remote-write';
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** What a remote_write receiver needs. */
export interface RemoteWriteOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The cluster's id in references. */
  readonly cluster: string;
  readonly lock: DoorLock;
  readonly listen: Listen;
  /** By Prometheus' name; all others are counted and left out. */
  readonly metrics: Readonly<Record<string, WantedMetric>>;
  readonly maxSeries: number;
  /** So many samples may wait before Prometheus is told to come again. */
  readonly maxQueued: number;
}

/** Receives what a Prometheus writes to `/api/v1/write` (remote write 1.0). */
export async function remoteWriteSource(options: RemoteWriteOptions): Promise<ReceiverSource> {
  const { clock, log, listen, lock } = options;
  const read = await loadWriteRequest(MAX_BODY_BYTES);
  const queue = observationQueue(options.maxQueued);
  const counted = tally();
  const written = writtenReader({ ...options, source: NAME, subjectOf: subjectsByLabels(options.cluster), tally: counted });
  let lastTakenAt: number | undefined;

  function take(body: Uint8Array, contentType: string): Answer {
    refuseVersion2(contentType);
    const series = seriesIn(body, read);
    for (const block of written(series, clock.now())) queue.push(block);
    lastTakenAt = clock.now();
    return { status: 204 };
  }
  const route: PostRoute = { accepts: ['application/x-protobuf'], encodings: ['snappy'], take };
  const door = { listen, lock, log, maxBodyBytes: MAX_BODY_BYTES, isFull: queue.isFull, tally: counted, explain };
  return receiverSource({
    name: NAME,
    ...{ clock, log, queue },
    tally: counted,
    entrances: [
      {
        key: `remoteWrite.listen ${listen.host}:${listen.port}`,
        open: () => openHttpDoor({ ...door, routes: { '/api/v1/write': route } }),
      },
    ],
    lastTakenAt: () => lastTakenAt,
  });
}

function seriesIn(body: Uint8Array, read: ReadWriteRequest): readonly WrittenSeries[] {
  try {
    return read(body);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(400, 'malformed', { message: `the body is no snappy block with a prometheus.WriteRequest: ${why.slice(0, 300)}` });
  }
}

/** A sender of version 2 goes on with version 1 after a 415, or tells its operator. */
function refuseVersion2(contentType: string): void {
  const [, proto] = /;\s*proto\s*=\s*"?([\w.]+)"?/i.exec(contentType) ?? [];
  if (proto !== undefined && proto !== 'prometheus.WriteRequest')
    throw new Refused(415, 'remote write 2.0', {
      message: `Unsupported Media Type: the Protobuf Message ${proto} is not taken, send prometheus.WriteRequest (protobuf_message in remote_write)`,
    });
}

/** Plain words. Prometheus drops what was answered with 429 unless told otherwise, but sends again after a 503. */
function explain({ status, message }: Refused): Answer {
  return { status: status === 429 ? 503 : status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${message}\n` };
}
