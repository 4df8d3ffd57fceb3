import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AlertIntake } from '../../app/alerts/alert-intake.ts';
import { jsonOf } from '../json-body.ts';
import { Refusal } from '../refusal.ts';
import { nothing, type Route } from '../route.ts';

const MAX_FAULTS = 5;

const Taken = z.strictObject({
  accepted: z.int(),
  repeated: z.int(),
  ignored: z.array(z.strictObject({ alert: z.string(), why: z.string() })).readonly(),
  truncated: z.int(),
});
/** Only what everybody needs to know of it: the intake itself parses what is sent. */
const Notification = z.looseObject({ version: z.literal('4'), alerts: z.array(z.looseObject({ status: z.enum(['firing', 'resolved']) })) });

/** `POST /webhook/alertmanager`, and `/webhook` for short: 200 once every alert of the notification is durable, 503 when it must be sent again. */
export function alertmanagerRoutes(intake: AlertIntake): readonly Route[] {
  return ['/webhook/alertmanager', '/webhook'].map((url) => ({
    method: 'POST',
    url,
    rule: 'alert-sender',
    summary: 'Takes a notification of Alertmanager; 200 says that all of it is durable.',
    input: z.strictObject({ params: nothing, query: nothing, body: Notification }),
    answers: { 200: { description: 'What became of its alerts.', schema: Taken } },
    handle: ({ request, reply }) => answer(intake, request, reply),
  }));
}
async function answer(intake: AlertIntake, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const receipt = await intake.take(jsonOf(request.body));
  switch (receipt.is) {
    case 'taken': {
      const { is: _is, ...rest } = receipt;
      return reply.send(rest);
    }
    case 'busy':
      throw new Refusal(503, {
        what: receipt.why,
        where: 'the intake',
        mend: 'send it again: nothing of it was kept (Alertmanager does so by itself)',
        headers: { 'retry-after': '5' },
      });
    case 'malformed':
      throw new Refusal(422, {
        what: 'this is no notification of Alertmanager, version 4',
        where: receipt.faults.slice(0, MAX_FAULTS).join('; '),
        mend: 'point a webhook_config of Alertmanager 0.16 or later at this address (docs/alertmanager.md)',
      });
  }
}
