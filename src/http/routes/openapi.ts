import { z } from 'zod';
import { openApiOf } from '../openapi.ts';
import type { Route } from '../route.ts';

/** `GET /api/v1/openapi.json`: what the other routes take and answer, and who may call them. */
export function openApiRoute(routes: readonly Route[]): Route {
  const route: Route = {
    method: 'GET',
    url: '/api/v1/openapi.json',
    rule: 'anybody',
    summary: 'This description of the API, as OpenAPI 3.1.',
    answers: { 200: { description: 'The document.', schema: z.looseObject({ openapi: z.string() }) } },
    handle: async () => document,
  };
  const document = openApiOf([...routes, route]);
  return route;
}
