import type { HttpSettings } from '../app/http-config.ts';

/** What every answer carries: nothing is kept, framed, guessed at or run. There are no cookies, and no other origin may read anything. */
export function securityHeaders({ tls }: Pick<HttpSettings, 'tls'>): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(tls && { 'strict-transport-security': 'max-age=31536000' }),
  };
}
