import { z } from 'zod';
import type { Readiness } from '../../app/readiness.ts';
import type { Route } from '../route.ts';

const Alive = z.strictObject({ status: z.literal('alive') });
const Ready = z.strictObject({
  ready: z.boolean(),
  role: z.enum(['leader', 'observer']),
  synced: z.boolean(),
  store: z.enum(['works', 'fails']),
});

/** `GET /healthz`: the process lives. `GET /readyz`: 200 when the view is synced and the store works, else 503; says leader or observer. */
export function healthRoutes(readiness: () => Promise<Readiness>): readonly Route[] {
  return [
    {
      method: 'GET',
      url: '/healthz',
      rule: 'anybody',
      summary: 'Says that the process lives.',
      answers: { 200: { description: 'It does.', schema: Alive } },
      handle: async () => ({ status: 'alive' }),
    },
    {
      method: 'GET',
      url: '/readyz',
      rule: 'anybody',
      summary: 'Says whether this process can do its work, and whether it leads or observes.',
      answers: {
        200: { description: 'The view is synced and the store works.', schema: Ready },
        503: { description: 'One of them is not so.', schema: Ready },
      },
      async handle({ reply }) {
        const now = await readiness();
        return reply.code(now.ready ? 200 : 503).send(now);
      },
    },
  ];
}
