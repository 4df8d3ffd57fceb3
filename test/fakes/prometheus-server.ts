import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One question as it arrived. */
export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly parameters: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export type PrometheusAnswerer = (asked: Asked, response: ServerResponse) => void;

/** A server on loopback that answers as a test wants it to. */
export interface FakePrometheus {
  readonly url: string;
  readonly asked: Asked[];
  /** Replaces what it answers. */
  answer(how: PrometheusAnswerer): void;
  /** Takes the server away, and gives it back at the same address. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
}

/** Starts a server; `leave` it in `afterEach`. */
export async function fakePrometheus(how: PrometheusAnswerer = (_asked, response) => vector(response, [])): Promise<FakePrometheus> {
  const asked: Asked[] = [];
  let answerer = how;
  const answering = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
      const parameters = request.method === 'POST' ? new URLSearchParams(Buffer.concat(chunks).toString()) : searchParams;
      const one = { path: pathname, method: request.method ?? '', parameters, headers: request.headers };
      asked.push(one);
      answerer(one, response);
    });
  };
  let server = createServer(answering);
  let port = 0;
  async function listen(): Promise<void> {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  }
  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answer(next) {
      answerer = next;
    },
    async leave() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    async comeBack() {
      server = createServer(answering);
      await listen();
    },
  };
}

/** One series of a vector: its labels and its value as Prometheus writes it. */
export type FakeSample = readonly [labels: Readonly<Record<string, string>>, value: string, at?: number];

/** Answers with an instant vector, as Prometheus does. */
export function vector(response: ServerResponse, samples: readonly FakeSample[], more: Readonly<Record<string, unknown>> = {}): void {
  const result = samples.map(([metric, value, at = 1_700_000_000]) => ({ metric, value: [at, value] }));
  json(response, 200, { status: 'success', data: { resultType: 'vector', result }, ...more });
}

/** Answers with a matrix: the samples of each series as `[seconds, text]`. */
export function matrix(
  response: ServerResponse,
  series: readonly (readonly [labels: Readonly<Record<string, string>>, samples: readonly (readonly [number, string])[]])[],
): void {
  const result = series.map(([metric, values]) => ({ metric, values }));
  json(response, 200, { status: 'success', data: { resultType: 'matrix', result } });
}

/** Answers with an error in Prometheus' own form. */
export function refuse(response: ServerResponse, status: number, error: string): void {
  json(response, status, { status: 'error', errorType: 'bad_data', error });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
