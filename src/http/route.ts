import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Authority, incidentFor } from '../app/api/authority.ts';
import { masked } from '../app/api/masked.ts';
import type { Role } from '../app/identity/identity.ts';
import type { Incident } from '../core/model/incident.ts';
import type { Store } from '../core/ports.ts';
import { jsonOf } from './json-body.ts';
import { Refusal } from './refusal.ts';

/**
 * Who may call a route: anybody, a sender of alerts that has proved itself, or a known caller with a role. `over` says where the role must
 * be held: in the whole cluster, wherever the incident of the address is, in the scope of the pause, or wherever what is told happened.
 */
export type Rule = 'anybody' | 'alert-sender' | RoleRule;

/** A rule that needs a known caller. `openOnLoopback`: without any identity configured, whoever is on this machine may call it. */
export interface RoleRule {
  readonly role: Role;
  readonly over: 'cluster' | 'incident' | 'scope' | 'what is told';
  readonly openOnLoopback?: true;
}

/** One request with who asks; `again` asks anew whether the same token still stands, and throws `Refusal` when not. */
export interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller | undefined;
}

/** A known caller. */
export interface Caller {
  readonly authority: Authority;
  again(): Promise<Authority>;
}

/** What a route takes; a part that it does not take is `nothing`. */
export type Input = z.ZodObject<{ readonly params: z.ZodType; readonly query: z.ZodType; readonly body: z.ZodType }>;

/** An answer by its status. `type` is `application/json` unless it is said. */
export interface Answer {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly type?: string;
}

/** One route. Its rule, its summary and its answers are part of it: the server does not start without them. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly rule: Rule;
  readonly summary: string;
  readonly input?: Input;
  readonly answers: Readonly<Record<number, Answer>>;
  handle(call: Call): Promise<unknown>;
}

/** Takes no parameters, or no body. */
export const nothing = z.strictObject({});

/** Names one incident, whole. */
export const IncidentId = z.strictObject({ id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'an incident id has letters, digits and dashes') });

/** What an API route is made of; `handle` is given parsed input, and its answer leaves masked. */
export interface ApiRoute<Taken extends Input, Told extends z.ZodType> extends Omit<Route, 'rule' | 'input' | 'answers' | 'handle'> {
  readonly rule: RoleRule;
  readonly input: Taken;
  readonly status?: 200 | 201;
  readonly answer: { readonly description: string; readonly schema: Told };
  handle(input: z.output<Taken>, authority: Authority): Promise<z.input<Told>>;
}

/** Ties the schemas of a route to its function. */
export function apiRoute<Taken extends Input, Told extends z.ZodType>(route: ApiRoute<Taken, Told>): Route {
  const { status = 200, answer, ...rest } = route;
  return {
    ...rest,
    answers: { [status]: answer },
    async handle(call) {
      const told = await route.handle(inputOf(route.input, call.request), callerOf(call).authority);
      return call.reply.code(status).send(masked(told));
    },
  };
}

type IncidentInput = z.ZodObject<{ readonly params: typeof IncidentId; readonly query: z.ZodType; readonly body: z.ZodType }>;

/** An API route about one incident: hidden from whoever may not see it, refused to whoever has not the role there. */
export interface IncidentRoute<Taken extends IncidentInput, Told extends z.ZodType> extends Omit<ApiRoute<Taken, Told>, 'rule' | 'handle'> {
  readonly rule: RoleRule & { readonly over: 'incident' };
  handle(incident: Incident, input: z.output<Taken>, authority: Authority): Promise<z.input<Told>>;
}

/** Ties a route to the incident that its address names, and to the caller's role there. */
export function incidentRoute<Taken extends IncidentInput, Told extends z.ZodType>(
  store: Pick<Store, 'incident'>,
  route: IncidentRoute<Taken, Told>,
): Route {
  return apiRoute<Taken, Told>({
    ...route,
    async handle(input, authority) {
      const { id } = IncidentId.parse(input.params);
      return route.handle(await incidentFor(id, { store, authority, role: route.rule.role }), input, authority);
    },
  });
}

/** Who asks. Throws for a route whose rule let somebody unknown through. */
export function callerOf({ caller, request }: Call): Caller {
  if (!caller) throw new Error(`${request.method} ${request.routeOptions.url} reached its function without a caller`);
  return caller;
}

/** What was sent, parsed. Throws `Refusal` 400 that names the first faults. */
export function inputOf<Taken extends Input>(input: Taken, request: FastifyRequest): z.output<Taken> {
  const isEmpty = request.body === undefined || (Buffer.isBuffer(request.body) && request.body.length === 0);
  const body = isEmpty ? {} : jsonOf(request.body);
  const parsed = input.safeParse({ params: request.params, query: request.query, body });
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Refusal(400, {
    what: 'what was sent does not fit',
    where: where.join('; '),
    mend: 'see /api/v1/openapi.json or docs/http-api.md',
  });
}
