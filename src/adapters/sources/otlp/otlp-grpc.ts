import { createServer, type Socket } from 'node:net';
import type { ServerCredentials, ServerInterceptor, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Logger } from '../../../core/ports.ts';
import { type Door, type DoorLock, type Listen, listening, MAX_CONNECTIONS, MAX_REQUESTS, opens } from '../receiver/door.ts';
import { overloaded, RETRY_AFTER_S, Refused } from '../receiver/refused.ts';
import type { Tally } from '../tally.ts';
import type { Export, Intake } from './intake.ts';
import type { OtlpCodec } from './otlp-codec.ts';

type Grpc = typeof import('@grpc/grpc-js');

/** A connection without a call for so long is closed. */
const IDLE_MS = 5 * 60_000;
const MAX_STREAMS = 32;
const REQUEST_MS = 15_000;

const services = [
  ['traces', '/opentelemetry.proto.collector.trace.v1.TraceService/Export'],
  ['logs', '/opentelemetry.proto.collector.logs.v1.LogsService/Export'],
  ['metrics', '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'],
] as const;

/** What is behind the gRPC door. */
export interface GrpcDoorOptions {
  readonly listen: Listen;
  readonly lock: DoorLock;
  readonly maxBodyBytes: number;
  readonly intake: Intake;
  readonly codec: OtlpCodec;
  isFull(): boolean;
  readonly tally: Tally;
  readonly log: Logger;
}

/** Listens for OTLP over gRPC. Rejects when the address cannot be had. */
export async function openGrpcDoor(options: GrpcDoorOptions): Promise<Door> {
  const grpc = await import('@grpc/grpc-js');
  const server = new grpc.Server({
    interceptors: [doorkeeper(grpc, options)],
    'grpc.max_receive_message_length': options.maxBodyBytes,
    'grpc.max_concurrent_streams': MAX_STREAMS,
    'grpc.max_connection_idle_ms': IDLE_MS,
    'grpc.enable_channelz': 0,
  });
  for (const [kind, path] of services) server.addService(definitionOf(path), implementationOf(grpc, kind, options));
  const injector = server.createConnectionInjector(credentialsOf(grpc, options.lock));
  const sockets = new Set<Socket>();
  // The server's own listener has no limit on connections.
  const listener = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  listener.maxConnections = MAX_CONNECTIONS;
  listener.on('drop', () => options.tally.add('too many connections'));
  const address = await listening(listener, options.listen);
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        server.forceShutdown();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function credentialsOf({ ServerCredentials: credentials }: Grpc, { tls }: DoorLock): ServerCredentials {
  if (!tls) return credentials.createInsecure();
  return credentials.createSsl(tls.ca ?? null, [{ private_key: tls.key, cert_chain: tls.cert }], tls.ca !== undefined);
}

function definitionOf(path: string): ServiceDefinition {
  const raw = (bytes: Buffer) => bytes;
  const shared = { path, requestStream: false, responseStream: false };
  return { Export: { ...shared, requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw } };
}

function implementationOf(grpc: Grpc, kind: Export, options: GrpcDoorOptions): UntypedServiceImplementation {
  const { intake, codec, tally } = options;
  return {
    Export(call: { readonly request: Buffer }, done: (error: object | null, answer?: Buffer) => void) {
      try {
        if (options.isFull()) throw overloaded();
        const partial = intake.take(kind, call.request, 'protobuf');
        done(null, Buffer.from(codec.answer(partial, '', 'protobuf')));
      } catch (error) {
        const refused = error instanceof Refused ? error : unexpected(error, options.log);
        tally.add(refused.reason);
        done(statusOf(grpc, refused, codec));
      }
    },
  };
}

/** Looks at a call before its message is read: who sends, whether there is room, and that it comes to an end. */
function doorkeeper(grpc: Grpc, { lock, isFull, tally, codec }: GrpcDoorOptions): ServerInterceptor {
  let inside = 0;
  return (_method, call) => {
    let deadline: NodeJS.Timeout | undefined;
    function leave(): void {
      if (deadline) inside -= 1;
      clearTimeout(deadline);
      deadline = undefined;
    }
    function refuse(refused: Refused): void {
      tally.add(refused.reason);
      leave();
      call.sendStatus(statusOf(grpc, refused, codec));
    }
    return new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, goOn) {
            const [authorization] = metadata.get('authorization');
            if (!opens(lock, authorization?.toString())) return refuse(withoutToken);
            if (inside >= MAX_REQUESTS || isFull()) return refuse(overloaded());
            inside += 1;
            deadline = setTimeout(() => refuse(tooSlow), REQUEST_MS);
            goOn(metadata);
          },
          // Every call ends with this; one that is still inside was ended by its sender or by the library, which answers what is too large.
          onCancel() {
            if (deadline) tally.add('not received whole');
            leave();
          },
        }),
      sendStatus(status, next) {
        leave();
        next(status);
      },
    });
  };
}

const tooSlow = new Refused(408, 'too slow', { message: 'the whole message did not come within 15 seconds: send smaller batches' });
const withoutToken = new Refused(401, 'without the token', {
  message: 'send the metadata authorization: Bearer TOKEN with the token that is configured here',
});

function unexpected(error: unknown, log: Logger): Refused {
  log.error('receiver could not take an export', { error: String(error) });
  return new Refused(500, 'internal error', { message: 'the export could not be taken' });
}

function statusOf(grpc: Grpc, refused: Refused, codec: OtlpCodec) {
  const { UNAUTHENTICATED, UNAVAILABLE, INVALID_ARGUMENT, DEADLINE_EXCEEDED, INTERNAL } = grpc.status;
  const byHttp: Readonly<Record<number, number>> = {
    400: INVALID_ARGUMENT,
    401: UNAUTHENTICATED,
    408: DEADLINE_EXCEEDED,
    429: UNAVAILABLE,
  };
  const code = byHttp[refused.status] ?? INTERNAL;
  const metadata = new grpc.Metadata();
  const retry = refused.status === 429 ? { retryAfterS: RETRY_AFTER_S } : {};
  metadata.set('grpc-status-details-bin', Buffer.from(codec.status({ code, message: refused.message, ...retry }, 'protobuf')));
  return { code, details: refused.message, metadata };
}
