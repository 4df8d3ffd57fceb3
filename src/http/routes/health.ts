import type { Readiness } from '../../app/readiness.ts';
import type { Route } from '../route.ts';

/** `GET /healthz`: the process lives. `GET /readyz`: 200 when the view is synced and the store works, else 503; says leader or observer. */
export function healthRoutes(readiness: () => Promise<Readiness>): readonly Route[] {
  return [
    { method: 'GET', url: '/healthz', rule: 'anybody', handle: async () => ({ status: 'alive' }) },
    {
      method: 'GET',
      url: '/readyz',
      rule: 'anybody',
      async handle(_request, reply) {
        const now = await readiness();
        return reply.code(now.ready ? 200 : 503).send(now);
      },
    },
  ];
}
