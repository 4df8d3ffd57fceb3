import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { Answered, ApiUnderTest, Asked } from './under-test.ts';

/** Where a server is, and the administrator's token. */
export interface Server {
  readonly url: string;
  readonly ca?: string;
  readonly token: string;
}

/** Sends requests to a server; every answer is given back, whatever its status. */
export function sendTo(server: Server): ApiUnderTest['request'] {
  return (method, path, asked = {}) => send(server, { method, path, ...asked });
}

function send(server: Server, asked: Asked & { readonly method: string; readonly path: string }): Promise<Answered> {
  const url = new URL(asked.path, server.url);
  const body = asked.body === undefined ? undefined : typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body);
  const headers = {
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    authorization: `Bearer ${asked.token ?? server.token}`,
    accept: asked.accept ?? 'application/json',
    'user-agent': 'contract/1',
    'content-type': asked.type ?? 'application/json',
  };
  const options = { method: asked.method, headers, timeout: 20_000, ...(server.ca !== undefined && { ca: server.ca }) };
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? secure : plain)(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => resolve(answeredBy(incoming.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'))));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${asked.method} ${asked.path}: no answer in 20 s`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function answeredBy(status: number, text: string): Answered {
  try {
    return { status, body: JSON.parse(text), text };
  } catch {
    return { status, body: text, text };
  }
}
