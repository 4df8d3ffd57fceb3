import { createHmac } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { type Credentials, hasCredentials } from '../app/http-config.ts';
import { Secret } from '../app/secret.ts';
import { Refusal } from './refusal.ts';

const SIGNATURE = 'x-kubemend-signature';
const TIMESTAMP = 'x-kubemend-timestamp';
/** How far a signed request's clock may be from ours: what was recorded cannot be sent again later. */
const REPLAY_MS = 5 * 60_000;
const MEND =
  'send the configured bearer token (Authorization: Bearer TOKEN), user and password (Authorization: Basic …), a client certificate, or a signature';

/** Whether a request has proved itself before its body is read; `signed` is decided once the body is there. Throws `Refusal` 401. */
export function authenticateHead(request: FastifyRequest, credentials: Credentials): 'proved' | 'signed' {
  if (!hasCredentials(credentials) || isAuthorized(request, credentials)) return 'proved';
  if (credentials.hmac && request.headers[SIGNATURE] !== undefined) return 'signed';
  throw unauthorized('the sender has not proved who it is', 'header Authorization', credentials);
}

/**
 * Checks the signature of a request: HMAC-SHA256 over the timestamp header, a dot, and the raw body, so that neither can be exchanged.
 * `now` in epoch milliseconds. Throws `Refusal` 401.
 */
export function authenticateBody(request: FastifyRequest, credentials: Credentials, now: number): void {
  const stamp = String(request.headers[TIMESTAMP] ?? '');
  const given = String(request.headers[SIGNATURE] ?? '');
  if (!/^\d{10}$/.test(stamp)) throw unauthorized('the time of signing is missing', `header ${TIMESTAMP}, in epoch seconds`, credentials);
  if (Math.abs(now - Number(stamp) * 1_000) > REPLAY_MS)
    throw unauthorized('it was signed more than 5 minutes before or after now', `header ${TIMESTAMP}: compare the clocks`, credentials);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const hmac = createHmac('sha256', credentials.hmac?.reveal() ?? '')
    .update(`${stamp}.`)
    .update(body);
  const expected = new Secret(`sha256=${hmac.digest('hex')}`);
  if (!credentials.hmac || !expected.equals(given))
    throw unauthorized(
      `the signature does not fit: it is sha256=HMAC-SHA256(secret, timestamp + "." + body) in hexadecimal`,
      `header ${SIGNATURE}`,
      credentials,
    );
}

function isAuthorized(request: FastifyRequest, { bearer, basic, clientCertificate }: Credentials): boolean {
  const { socket } = request.raw;
  if (clientCertificate && socket instanceof TLSSocket && socket.authorized) return true;
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  if (bearer && scheme.toLowerCase() === 'bearer') return bearer.equals(value);
  if (!basic || scheme.toLowerCase() !== 'basic') return false;
  const [, user = '', password = ''] = /^([^:]*):([\s\S]*)$/.exec(Buffer.from(value, 'base64').toString('utf8')) ?? [];
  const isUser = new Secret(basic.user).equals(user);
  const isPassword = basic.password.equals(password);
  return isUser && isPassword;
}

function unauthorized(what: string, where: string, { bearer, basic }: Credentials): Refusal {
  const scheme = bearer || !basic ? 'Bearer' : 'Basic realm="kubemend"';
  return new Refusal(401, { what, where, mend: MEND, headers: { 'www-authenticate': scheme } });
}
