import { createServer, type Server } from 'node:http';
import { createTokens, type Tokens } from './api/authentication.ts';
import { bootstrap } from './api/bootstrap.ts';
import { type EffectiveWrite, recordEffectiveWrites } from './api/effective-writes.ts';
import { keepHistory } from './api/history.ts';
import { serve } from './api/serve.ts';
import type { World } from './world.ts';

/** A running API server. */
export interface ApiServer {
  readonly url: string;
  /** Who may come in: `admin` is known from the start, as a member of system:masters. */
  readonly tokens: Tokens;
  /** Every request that changed the world; of one user when named. */
  effectiveWrites(username?: string): readonly EffectiveWrite[];
  stop(): Promise<void>;
}

/** How the API server is run. */
export interface ApiServerOptions {
  /** 0: any free port. */
  readonly port: number;
  /** How many writes a watch can look back. */
  readonly historyLimit?: number;
  /** How often a quiet watch gets a bookmark, in ms of the machine. */
  readonly bookmarkMs?: number;
  /** Takes requests without a token for the administrator's: kubectl sends no token over plain HTTP. Only 127.0.0.1 can reach it. */
  readonly admitsAnonymous?: boolean;
}

const HISTORY_LIMIT = 10_000;
const BOOKMARK_MS = 10_000;

/** Serves the world on 127.0.0.1; fills in what an API server makes at its first start when the world is empty. */
export async function startApiServer(world: World, options: ApiServerOptions): Promise<ApiServer> {
  const tokens = createTokens(world.clock, options.admitsAnonymous ? 'admin' : undefined);
  tokens.add('admin', { username: 'kubernetes-admin', groups: ['system:masters'] });
  const history = keepHistory(world.objects, options.historyLimit ?? HISTORY_LIMIT);
  if (world.objects.list('namespaces').length === 0) bootstrap(world.objects);
  const writes = recordEffectiveWrites();
  const parts = { world, tokens, history, writes, bookmarkMs: options.bookmarkMs ?? BOOKMARK_MS };
  const server = createServer((request, response) => void serve(parts, request, response));
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`,
    tokens,
    effectiveWrites: writes.list,
    async stop() {
      history.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the simulator has no port: is something else in its way?'));
    });
  });
}
