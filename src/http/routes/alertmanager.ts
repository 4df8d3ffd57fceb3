import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AlertIntake } from '../../app/alerts/alert-intake.ts';
import { Refusal } from '../refusal.ts';
import type { Route } from '../route.ts';

const MAX_FAULTS = 5;

/** `POST /webhook/alertmanager`, and `/webhook` for short: 200 once every alert of the notification is durable, 503 when it must be sent again. */
export function alertmanagerRoutes(intake: AlertIntake): readonly Route[] {
  const handle = (request: FastifyRequest, reply: FastifyReply) => answer(intake, request, reply);
  return ['/webhook/alertmanager', '/webhook'].map((url) => ({ method: 'POST', url, rule: 'alert-sender', handle }));
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

function jsonOf(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch (error) {
    const where = error instanceof Error ? error.message : String(error);
    throw new Refusal(400, { what: 'the body is not JSON', where, mend: 'send one JSON document, in UTF-8' });
  }
}
