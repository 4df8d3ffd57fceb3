import { type OtlpOptions, otlpSource } from '../../src/adapters/sources/otlp/otlp-source.ts';
import type { ReceiverSource } from '../../src/adapters/sources/receiver/receiver-source.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { type Listened, listenTo } from './listened.ts';
import { quietLogger } from './logger.ts';

const free = { host: '127.0.0.1', port: 0 };

/** Both doors on free ports, without a lock, with short windows. */
export const openOtlp: OtlpOptions = {
  clock: systemClock,
  log: quietLogger,
  cluster: 'default',
  lock: {},
  grpc: free,
  http: free,
  spanWindowMs: 500,
  spanGraceMs: 1_500,
  maxSeries: 1_000,
  maxServices: 100,
  maxEdges: 100,
  maxQueued: 10_000,
};

/** A running OTLP receiver. */
export interface RunningOtlp extends Listened {
  readonly source: ReceiverSource;
  /** `HOST:PORT`. */
  readonly grpc: string;
  readonly http: string;
}

/** Starts a receiver and waits until both doors are open. */
export async function runOtlp(options: Partial<OtlpOptions> = {}): Promise<RunningOtlp> {
  const source = await otlpSource({ ...openOtlp, ...options });
  const listened = listenTo(source);
  await listened.until(() => Object.keys(source.addresses()).length === 2);
  const [grpc = '', http = ''] = ['otlp.grpc', 'otlp.http'].map(
    (door) => Object.entries(source.addresses()).find(([key]) => key.startsWith(door))?.[1],
  );
  return { ...listened, source, grpc, http };
}
