import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { CoreError } from '../../../core/errors.ts';
import type { Flow } from '../../../core/model/flow.ts';
import type { Clock, SignalSource, SourceHealth } from '../../../core/ports.ts';
import { boundedQueue } from '../bounded-queue.ts';
import { tally } from '../tally.ts';
import { createFlowDecoder, flowDecoderDefaults } from './flow-decoder.ts';
import type { NetflowConfig } from './netflow-config.ts';

/** A source of flows that says where it listens. */
export interface NetflowSource extends SignalSource {
  /** Resolves when datagrams are received. Rejects with `source-refused` when the address cannot be had. */
  listening(): Promise<{ readonly address: string; readonly port: number }>;
  stream(signal: AbortSignal): AsyncIterable<Flow>;
}

const NAME = 'netflow';
/** Bursts are kept by the kernel while a batch is decoded. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Flows of an exporter whose clock is further off fall into the wrong windows. */
const CLOCK_LIMIT_MS = 5 * 60_000;

/** Receives NetFlow v5, v9 and IPFIX by UDP. Throws `bad-config` for an address that is none. */
export function createNetflowSource(config: NetflowConfig, clock: Clock): NetflowSource {
  const { host, port } = endpointOf(config.listen);
  const decoder = createFlowDecoder(NAME, { ...flowDecoderDefaults, templateLifetimeMs: config.templateLifetimeMs });
  const queue = boundedQueue<Flow>(config.mostQueued);
  const refused = tally();
  const bound = Promise.withResolvers<{ readonly address: string; readonly port: number }>();
  bound.promise.catch(() => undefined);
  let lastAt: number | undefined;

  function receive(datagram: Buffer, { address, port: from }: RemoteInfo): void {
    const isHeard = config.exporters.length === 0 || config.exporters.includes(plain(address));
    if (!isHeard) {
      refused.add('unknown exporter');
      return;
    }
    const flows = decoder.decode(datagram, `${plain(address)}:${from}`, clock.now());
    if (flows.length > 0) lastAt = clock.now();
    for (const flow of flows) if (!queue.put(flow)) refused.add('queue full');
  }

  function health(): SourceHealth {
    const problem = problemOf(decoder.waiting(), decoder.clockOffsets());
    return {
      ageMs: lastAt === undefined ? undefined : clock.now() - lastAt,
      ...(problem !== undefined && { problem }),
      dropped: { ...decoder.dropped(), ...refused.counts() },
    };
  }

  return {
    name: NAME,
    health,
    listening: () => bound.promise,
    async *stream(signal) {
      const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
      socket.on('message', receive);
      try {
        await bind(socket, { host, port });
        socket.on('error', () => refused.add('socket error'));
        bound.resolve(socket.address());
        yield* queue.read(signal);
      } catch (error) {
        bound.reject(error);
        throw error;
      } finally {
        socket.close();
      }
    },
  };
}

function endpointOf(listen: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plainHost, port] = /^(?:\[(.+)\]|(.+)):(\d+)$/.exec(listen) ?? [];
  const host = bracketed ?? plainHost;
  if (host === undefined || Number(port) > 65_535)
    throw new CoreError('bad-config', `netflow.listen: ${listen} is no address; give ADDRESS:PORT, for instance 127.0.0.1:4739`);
  return { host, port: Number(port) };
}

function bind(socket: Socket, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      const advice = 'is the port free, and the address one of this machine?';
      reject(new CoreError('source-refused', `netflow.listen ${host}:${port}: ${error.message}; ${advice}`, { cause: error }));
    };
    socket.once('error', fail);
    socket.bind(port, host, () => {
      socket.off('error', fail);
      resolve();
    });
  });
}

/** An IPv4 address that an IPv6 socket saw, as it is written in configuration. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function problemOf(waiting: number, clockOffsets: ReadonlyMap<string, number>): string | undefined {
  const wrong = [...clockOffsets].filter(([, offsetMs]) => Math.abs(offsetMs) > CLOCK_LIMIT_MS);
  const clocks = wrong.map(([domain, offsetMs]) => `${domain} (${Math.round(offsetMs / 1000)} s)`).slice(0, 3);
  const problems = [
    ...(waiting > 0 ? [`${waiting} sets of records wait for their template; let the exporter send templates more often`] : []),
    ...(clocks.length > 0 ? [`the clock of ${wrong.length} exporters is off, as of ${clocks.join(', ')}; set it right`] : []),
  ];
  return problems.length > 0 ? problems.join('; ') : undefined;
}
