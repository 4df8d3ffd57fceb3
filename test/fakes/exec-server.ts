import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** One exec that was opened, at the server's end. */
export interface OpenedExec {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly protocol: string | undefined;
  /** What the client sent so far, each message with its channel first. */
  readonly received: readonly Buffer[];
  /** Sends one message on a channel (1 stdout, 2 stderr, 3 status). */
  send(channel: number, body: string | Uint8Array): void;
  /** Resolves when the client has cut the line. */
  readonly isCut: Promise<void>;
  /** Breaks the connection off without a word. */
  drop(): void;
}

/** A server on loopback that speaks the exec protocol of a kubelet, and says what a test tells it to. */
export interface ExecServer {
  readonly kubeconfig: string;
  /** The next exec that is opened. */
  next(): Promise<OpenedExec>;
  /** Refuses every exec with this status from now on. */
  refuse(status: number): void;
  /** Answers no close from now on, as one whose network is gone. */
  fallSilent(): void;
  stop(): Promise<void>;
}

/** Starts a server; stop it in `afterEach`. */
export async function execServer(): Promise<ExecServer> {
  let opened = Promise.withResolvers<OpenedExec>();
  let refusal: number | undefined;
  let isSilent = false;
  const sockets = new Set<Duplex>();
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on('upgrade', (request, socket) => {
    sockets.add(socket.on('error', () => undefined));
    if (refusal !== undefined) return socket.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`);
    opened.resolve(accept(request, socket, () => isSilent));
    opened = Promise.withResolvers();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = await mkdtemp(join(tmpdir(), 'kubemend-exec-'));
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, kubeconfigFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}/base`));
  return {
    kubeconfig,
    next: () => opened.promise,
    refuse: (status) => {
      refusal = status;
    },
    fallSilent: () => {
      isSilent = true;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

function accept(request: IncomingMessage, socket: Duplex, isSilent: () => boolean): OpenedExec {
  const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const protocol = request.headers['sec-websocket-protocol'];
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${key}`];
  socket.write([...lines, ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]), '', ''].join('\r\n'));
  const received: Buffer[] = [];
  let rest = Buffer.alloc(0);
  socket.on('data', (piece: Buffer) => {
    rest = Buffer.concat([rest, piece]);
    for (let frame = frameIn(rest); frame; frame = frameIn(rest)) {
      rest = rest.subarray(frame.length);
      if (frame.opcode === 2) received.push(frame.body);
      if (frame.opcode === 8 && !isSilent()) socket.end(Buffer.from([0x88, 0]));
    }
  });
  const url = new URL(request.url ?? '/', 'http://fake');
  return {
    ...{ path: url.pathname, query: url.searchParams, authorization: request.headers.authorization, protocol, received },
    send(channel, said) {
      const body = Buffer.concat([Uint8Array.of(channel), typeof said === 'string' ? Buffer.from(said) : said]);
      const length = body.length < 126 ? [body.length] : [126, body.length >> 8, body.length & 255];
      socket.write(Buffer.concat([Buffer.from([0x82, ...length]), body]));
    },
    isCut: new Promise((resolve) => socket.once('end', () => resolve())),
    drop: () => socket.destroy(),
  };
}

/** A short masked frame of a client (RFC 6455 §5.2); undefined until it is whole. */
function frameIn(bytes: Buffer): { readonly opcode: number; readonly body: Buffer; readonly length: number } | undefined {
  const [first = 0, second = 0] = bytes;
  const size = second & 127;
  if (bytes.length < 6 + size) return undefined;
  const mask = bytes.subarray(2, 6);
  const body = Buffer.from(bytes.subarray(6, 6 + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return { opcode: first & 15, body, length: 6 + size };
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'fake' },
    clusters: [{ name: 'fake', cluster: { server } }],
    users: [{ name: 'me', user: { token: 'own' } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'me' } }],
  });
}
