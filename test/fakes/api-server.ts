import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One request as it arrived; `body` is parsed. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** A server on loopback that says what a test wants it to say. */
export interface FakeApiServer {
  readonly url: string;
  /** A kubeconfig file that points at it; its user has the token `own`. */
  readonly kubeconfig: string;
  readonly seen: readonly Seen[];
  /** Replaces what it answers. */
  answer(how: Answerer): void;
  stop(): Promise<void>;
}

export type Answerer = (seen: Seen, response: ServerResponse) => void;

/** Starts a server; stop it in `afterEach`. */
export async function fakeApiServer(how: Answerer = (_seen, response) => status(response, 404, 'nothing here')): Promise<FakeApiServer> {
  const seen: Seen[] = [];
  let answerer = how;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://fake');
      const text = Buffer.concat(chunks).toString('utf8');
      const one = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: text ? JSON.parse(text) : undefined,
      };
      seen.push(one);
      answerer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = await mkdtemp(join(tmpdir(), 'kubemend-api-'));
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, kubeconfigFor(url));
  return {
    url,
    kubeconfig,
    seen,
    answer(next) {
      answerer = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

/** A kubeconfig with one context `fake`. */
export function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'fake',
    clusters: [{ name: 'fake', cluster: { server } }],
    users: [{ name: 'me', user: { token: 'own' } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'me' } }],
  });
}

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown, code = 200, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Answers with a Status object, as the API server does for failures. */
export function status(
  response: ServerResponse,
  code: number,
  message: string,
  more: { reason?: string; details?: unknown; headers?: Record<string, string> } = {},
): void {
  const { reason = '', details, headers = {} } = more;
  json(response, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code }, code, headers);
}
