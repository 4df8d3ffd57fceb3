import type { FastifyReply, FastifyRequest } from 'fastify';

/** Who may call a route: anybody, or a sender of alerts that has proved itself. */
export const rules = ['anybody', 'alert-sender'] as const;
export type Rule = (typeof rules)[number];

/** One route. Its rule is part of it: the server does not start with a route that declares none. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly rule: Rule;
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
}
