import type { FastifyRequest } from 'fastify';
import { demand } from '../app/api/authority.ts';
import type { HttpSettings } from '../app/http-config.ts';
import { authenticateBody, authenticateHead } from './authenticate.ts';
import type { HttpParts } from './http-parts.ts';
import { identifier } from './identify.ts';
import { isLocal } from './is-local.ts';
import type { Caller, Route } from './route.ts';

/** Lets requests in by the rule of their route. `head` and `body` throw `Refusal`, or `forbidden` for a caller without the role. */
export interface Admission {
  /** Before the body is read. */
  head(route: Route, request: FastifyRequest): Promise<void>;
  /** Once it is there: a signature is over the body too. */
  body(request: FastifyRequest): void;
  /** Who asks, if the rule needs somebody known. */
  caller(request: FastifyRequest): Caller | undefined;
}

/** What tells who asks. */
export type Guarded = Pick<HttpParts, 'clock' | 'identity'> & { readonly meters: Pick<HttpParts['meters'], 'refused'> };

/** Makes the one gate that every route stands behind. */
export function admission({ clock, identity, meters }: Guarded, settings: HttpSettings): Admission {
  const identify = identifier({ clock, identity, meters });
  const signed = new WeakSet<FastifyRequest>();
  const callers = new WeakMap<FastifyRequest, Caller>();
  return {
    async head({ rule }, request) {
      if (rule === 'anybody') return;
      if (rule === 'alert-sender') {
        if (authenticateHead(request, settings.webhook) === 'signed') signed.add(request);
        return;
      }
      if (rule.openOnLoopback && !identity && isLocal(request, settings.host)) return;
      const caller = await identify(request);
      callers.set(request, caller);
      if (rule.over === 'cluster') await demand(caller.authority, rule.role, [undefined]);
    },
    body(request) {
      if (signed.has(request)) authenticateBody(request, settings.webhook, clock.now());
    },
    caller: (request) => callers.get(request),
  };
}
