import type { Clock, Logger } from '../../../core/ports.ts';
import type { Door, DoorLock, Listen } from '../receiver/door.ts';
import { openHttpDoor } from '../receiver/http-door.ts';
import { observationQueue } from '../receiver/observation-queue.ts';
import { type Entrance, type ReceiverSource, receiverSource } from '../receiver/receiver-source.ts';
import { tally } from '../tally.ts';
import { type Intake, otlpIntake } from './intake.ts';
import { loadOtlpCodec, type OtlpCodec } from './otlp-codec.ts';
import { openGrpcDoor } from './otlp-grpc.ts';
import { explainAsStatus, otlpRoutes } from './otlp-http.ts';
import { metricReader } from './read-metrics.ts';
import { spanWindows } from './span-windows.ts';

const NAME = 'otlp';
/** As the OpenTelemetry Collector's default. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_CALLS = 50_000;

/** What an OTLP receiver needs. */
export interface OtlpOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The cluster's id in references. */
  readonly cluster: string;
  readonly lock: DoorLock;
  /** Where to listen; at least one of them. */
  readonly grpc?: Listen;
  readonly http?: Listen;
  readonly spanWindowMs: number;
  /** How long after its end a window waits for spans: senders export every 5 seconds by default, and the ends of a call are two senders. */
  readonly spanGraceMs: number;
  readonly maxSeries: number;
  readonly maxServices: number;
  readonly maxEdges: number;
  /** So many lines and samples may wait before senders are told to come again. */
  readonly maxQueued: number;
}

/** Receives OpenTelemetry's logs, spans and metrics: lines, statistics by window, and samples. */
export async function otlpSource(options: OtlpOptions): Promise<ReceiverSource> {
  const codec = await loadOtlpCodec();
  const queue = observationQueue(options.maxQueued);
  const counted = tally();
  const windows = spanWindows(NAME, { ...options, windowMs: options.spanWindowMs, graceMs: options.spanGraceMs, maxCalls: MAX_CALLS });
  const metrics = metricReader(options.maxSeries);
  const intake = otlpIntake({ ...options, source: NAME, codec, queue, tally: counted, windows, metrics });
  const behind = { codec, intake, tally: counted, isFull: queue.isFull };
  return receiverSource({
    name: NAME,
    clock: options.clock,
    log: options.log,
    queue,
    tally: counted,
    entrances: entrancesOf(options, behind),
    lastTakenAt: intake.lastTakenAt,
    tick(now) {
      for (const stats of windows.close(now)) queue.push(stats);
    },
  });
}

interface Behind {
  readonly codec: OtlpCodec;
  readonly intake: Intake;
  readonly tally: ReturnType<typeof tally>;
  isFull(): boolean;
}

function entrancesOf({ grpc, http, lock, log }: OtlpOptions, behind: Behind): readonly Entrance[] {
  const shared = { ...behind, lock, log, maxBodyBytes: MAX_BODY_BYTES };
  const { codec, intake } = behind;
  const overHttp = (listen: Listen): Promise<Door> =>
    openHttpDoor({ ...shared, listen, routes: otlpRoutes(intake, codec), explain: explainAsStatus(codec) });
  return [
    ...(grpc ? [{ key: `otlp.grpc ${grpc.host}:${grpc.port}`, open: () => openGrpcDoor({ ...shared, listen: grpc }) }] : []),
    ...(http ? [{ key: `otlp.http ${http.host}:${http.port}`, open: () => overHttp(http) }] : []),
  ];
}
