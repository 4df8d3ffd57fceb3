import { Agent, request } from 'node:https';
import { z } from 'zod';

/** Who asks: by client certificate or by bearer token. */
export interface Credentials {
  readonly server: string;
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

/** A patch, by its content type. */
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

/** What the API server said; `message` is empty unless the body is a Status. */
export interface KubeAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly message: string;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
}

const Status = z.object({ kind: z.literal('Status'), message: z.string() });
const contentTypes: Record<PatchType, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** A small client of the API server for tests: answers are returned, whatever the status; only a broken connection throws. */
export class KubeClient {
  readonly #credentials: Credentials;
  readonly #agent: Agent;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    const { ca, cert, key } = credentials;
    this.#agent = new Agent({ keepAlive: true, ca, ...(cert && key ? { cert, key } : {}) });
  }

  get(path: string): Promise<KubeAnswer> {
    return this.#ask({ method: 'GET', path });
  }
  post(path: string, body: unknown): Promise<KubeAnswer> {
    return this.#ask({ method: 'POST', path, body });
  }
  put(path: string, body: unknown): Promise<KubeAnswer> {
    return this.#ask({ method: 'PUT', path, body });
  }
  patch(path: string, body: unknown, type: PatchType = 'merge'): Promise<KubeAnswer> {
    return this.#ask({ method: 'PATCH', path, body, type: contentTypes[type] });
  }
  delete(path: string, body?: unknown): Promise<KubeAnswer> {
    return this.#ask({ method: 'DELETE', path, body });
  }
  /** Ends idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #ask(asked: Asked): Promise<KubeAnswer> {
    const { status, text } = await this.#send(asked);
    const body: unknown = text.startsWith('{') ? JSON.parse(text) : text;
    const said = Status.safeParse(body);
    return { status, body, message: said.success ? said.data.message : '' };
  }

  #send({ method, path, body, type }: Asked): Promise<{ status: number; text: string }> {
    const { server, token } = this.#credentials;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      'content-type': type ?? 'application/json',
      ...(text === undefined ? {} : { 'content-length': Buffer.byteLength(text) }), // Node leaves it out of a DELETE, and the body goes astray
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, server), { method, headers, agent: this.#agent, timeout: 30_000 }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer in 30 s`)));
      outgoing.on('error', reject);
      outgoing.end(text);
    });
  }
}

/** The value at a path such as `spec.template.spec.containers.0.image`; undefined where it leads nowhere. */
export function field(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value);
}

/** The answer's body, when the status is one of success. Throws with the server's message otherwise. */
export function bodyOf(answer: KubeAnswer): unknown {
  if (answer.status >= 300) throw new Error(`the API server answered ${answer.status}: ${answer.message || JSON.stringify(answer.body)}`);
  return answer.body;
}
