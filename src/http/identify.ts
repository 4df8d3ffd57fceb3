import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { authorityOf } from '../app/api/authority.ts';
import type { Meters } from '../app/api/metrics/meters.ts';
import type { IdentitySource } from '../app/identity/identity.ts';
import type { Clock } from '../core/ports.ts';
import { failedAttempts } from './failed-attempts.ts';
import { Refusal } from './refusal.ts';
import type { Caller } from './route.ts';

/** So many tokens are asked about at once: behind each may be a question to the API server. */
const MAX_ASKING = 64;
const CHALLENGE = 'Bearer realm="kubemend"';
const MEND = 'send a token that kubemend knows, as Authorization: Bearer TOKEN: see docs/http-api.md';

/** Who knows tokens, and what counts those that nobody knows. */
export interface IdentifyParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly identity: IdentitySource | undefined;
  readonly meters: Pick<Meters, 'refused'>;
}

/** Finds out who sends a request. The answer throws `Refusal`: 401 for nobody, 429 for an address that guesses, 503 when too many ask at once. */
export function identifier({ clock, identity, meters }: IdentifyParts): (request: FastifyRequest) => Promise<Caller> {
  const attempts = failedAttempts(clock);
  let asking = 0;

  async function ask(source: IdentitySource, token: string) {
    if (asking >= MAX_ASKING) throw crowded();
    asking += 1;
    try {
      return await source.identify(token);
    } finally {
      asking -= 1;
    }
  }
  async function prove(source: IdentitySource, token: string, address: string) {
    const mark = createHash('sha256').update(token).digest('base64');
    const waitMs = attempts.waitMs(address, mark);
    if (waitMs > 0) {
      meters.refused('too-many');
      throw tooMany(waitMs);
    }
    const found = await ask(source, token);
    if (found) {
      attempts.succeeded(mark);
      return authorityOf(found);
    }
    attempts.failed(address);
    meters.refused('unknown');
    throw unauthorized('the token belongs to nobody, or has expired', `${CHALLENGE}, error="invalid_token"`);
  }
  return async (request) => {
    if (!identity) throw nobodyIsKnown();
    const token = tokenOf(request);
    const again = () => prove(identity, token, request.ip);
    return { authority: await again(), again };
  };
}

/** RFC 6750, section 2.1: nothing else is taken, above all no token in the address, which ends in logs. */
function tokenOf(request: FastifyRequest): string {
  const header = request.headers.authorization;
  if (header === undefined) throw unauthorized('who asks has not said who it is', CHALLENGE);
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1];
  if (token === undefined) throw unauthorized('the header is not Bearer and a token', `${CHALLENGE}, error="invalid_request"`);
  return token;
}

function unauthorized(what: string, challenge: string): Refusal {
  return new Refusal(401, { what, where: 'header Authorization', mend: MEND, headers: { 'www-authenticate': challenge } });
}

function nobodyIsKnown(): Refusal {
  return new Refusal(401, {
    what: 'nobody may use the API, for no identities are configured',
    where: 'http.tokenFile and http.identity',
    mend: 'set http.tokenFile to a file made with `kubemend token new`, or http.identity: kubernetes (docs/http-api.md)',
    headers: { 'www-authenticate': CHALLENGE },
  });
}

function tooMany(waitMs: number): Refusal {
  return new Refusal(429, {
    what: 'too many wrong tokens came from this address',
    where: 'header Authorization',
    mend: 'wait as long as Retry-After says, and send the right token',
    headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
  });
}

function crowded(): Refusal {
  return new Refusal(503, {
    what: `${MAX_ASKING} tokens are being asked about already`,
    where: 'the API',
    mend: 'send it again in a second',
    headers: { 'retry-after': '1' },
  });
}
