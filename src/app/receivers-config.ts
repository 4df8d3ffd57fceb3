import { z } from 'zod';
import type { OtlpOptions } from '../adapters/sources/otlp/otlp-source.ts';
import type { DoorLock, Listen } from '../adapters/sources/receiver/door.ts';
import type { RemoteWriteOptions } from '../adapters/sources/remote-write/remote-write-source.ts';
import { CoreError } from '../core/errors.ts';
import type { Clock, Logger, SignalSource } from '../core/ports.ts';
import { Duration } from './duration.ts';
import { addressOf, isLoopback, tlsOf } from './http-config.ts';
import { readSecret, SecretSource } from './secret.ts';

/** How the doors of a receiver are locked. */
const lock = {
  tls: z
    .strictObject({
      certFile: z.string().min(1),
      keyFile: z.string().min(1),
      /** Only senders with a certificate of this authority are let in. */
      clientCaFile: z.string().min(1).optional(),
    })
    .optional(),
  /** The token that senders must show. */
  bearer: SecretSource.optional(),
};
const count = z.number().int().min(1);

/** The OTLP receiver: `{}` listens at both usual ports of this machine. */
export const OtlpConfig = z
  .strictObject({
    /** `ADDRESS:PORT`, or `false` for none. */
    grpc: z.union([z.literal(false), z.string()]).default('127.0.0.1:4317'),
    http: z.union([z.literal(false), z.string()]).default('127.0.0.1:4318'),
    ...lock,
    spanWindowMs: Duration.prefault('10s'),
    spanGraceMs: Duration.prefault('10s'),
    maxSeries: count.default(20_000),
    maxServices: count.default(200),
    maxEdges: count.default(1_000),
    maxQueued: count.default(50_000),
  })
  .refine(({ grpc, http }) => grpc !== false || http !== false, { message: 'grpc and http are both false: leave otlp out instead' })
  .refine(({ spanWindowMs }) => spanWindowMs >= 1_000, { path: ['spanWindowMs'], message: 'a window is at least 1s' });
export type OtlpConfig = z.infer<typeof OtlpConfig>;

const PROMETHEUS_NAME = z.string().regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'is no name of a metric in Prometheus');

/** The receiver of Prometheus' remote_write, and which of the metrics are taken. */
export const RemoteWriteConfig = z.strictObject({
  /** `ADDRESS:PORT`. */
  listen: z.string(),
  ...lock,
  /** By Prometheus' name: what it goes by here, and whether its value is taken or its rate. */
  metrics: z
    .record(PROMETHEUS_NAME, z.strictObject({ as: z.string().min(1).optional(), is: z.enum(['gauge', 'counter']).optional() }))
    .refine((metrics) => Object.keys(metrics).length > 0, 'name at least one metric'),
  maxSeries: count.default(20_000),
  maxQueued: count.default(50_000),
});
export type RemoteWriteConfig = z.infer<typeof RemoteWriteConfig>;

/** What receivers are opened with. */
export interface ReceiverContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What of the configuration receivers are made of. */
export interface ReceiversConfig {
  readonly cluster: string;
  readonly otlp?: OtlpConfig | undefined;
  readonly remoteWrite?: RemoteWriteConfig | undefined;
}

/** The receivers that are configured, not yet listening. Throws `bad-config`, above all for an open address without a token or client certificates. */
export async function openReceivers(
  { cluster, otlp, remoteWrite }: ReceiversConfig,
  parts: ReceiverContext,
): Promise<readonly SignalSource[]> {
  const { clock, log, env } = parts;
  const [otlpOptions, writeOptions] = [otlp && otlpOptionsOf(otlp, env), remoteWrite && remoteWriteOptionsOf(remoteWrite, env)];
  const shared = { clock, log, cluster };
  return [
    ...(otlpOptions ? [await (await import('../adapters/sources/otlp/otlp-source.ts')).otlpSource({ ...otlpOptions, ...shared })] : []),
    ...(writeOptions
      ? [await (await import('../adapters/sources/remote-write/remote-write-source.ts')).remoteWriteSource({ ...writeOptions, ...shared })]
      : []),
  ];
}

/** The options of an OTLP receiver, with its files and secrets read. Throws `bad-config`. */
export function otlpOptionsOf(config: OtlpConfig, env: ReceiverContext['env']): Omit<OtlpOptions, keyof ReceiverContext | 'cluster'> {
  const { grpc, http, tls, bearer, ...limits } = config;
  const doors = {
    ...(grpc !== false && { grpc: addressOf(grpc, 'otlp.grpc') }),
    ...(http !== false && { http: addressOf(http, 'otlp.http') }),
  };
  const lockOfDoors = lockOf('otlp', { tls, bearer }, env);
  for (const [door, listen] of Object.entries(doors)) refuseOpen(`otlp.${door}`, 'otlp', listen, lockOfDoors);
  return { ...limits, ...doors, lock: lockOfDoors };
}

/** The options of a remote_write receiver, with its files and secrets read. A name that ends in `_total` is a counter unless said. Throws `bad-config`. */
export function remoteWriteOptionsOf(
  config: RemoteWriteConfig,
  env: ReceiverContext['env'],
): Omit<RemoteWriteOptions, keyof ReceiverContext | 'cluster'> {
  const { listen, tls, bearer, metrics, ...limits } = config;
  const address = addressOf(listen, 'remoteWrite.listen');
  const lockOfDoor = lockOf('remoteWrite', { tls, bearer }, env);
  refuseOpen('remoteWrite.listen', 'remoteWrite', address, lockOfDoor);
  const wanted = Object.entries(metrics).map(
    ([name, { as = name, is = name.endsWith('_total') ? 'counter' : 'gauge' }]) => [name, { as, is }] as const,
  );
  return { ...limits, listen: address, lock: lockOfDoor, metrics: Object.fromEntries(wanted) };
}

function lockOf(key: string, { tls, bearer }: Pick<OtlpConfig, 'tls' | 'bearer'>, env: ReceiverContext['env']): DoorLock {
  return {
    ...(tls && { tls: tlsOf(tls, `${key}.tls`) }),
    ...(bearer && { token: readSecret(`${key}.bearer`, bearer, env) }),
  };
}

function refuseOpen(door: string, key: string, { host, port }: Listen, { tls, token }: DoorLock): void {
  if (isLoopback(host) || token || tls?.ca) return;
  throw new CoreError(
    'bad-config',
    `${door} ${host}:${port} can be reached from other machines, and anybody there could tell kubemend what they like: set ${key}.bearer or ` +
      `${key}.tls.clientCaFile, or listen on 127.0.0.1`,
  );
}
