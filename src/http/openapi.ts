import { z } from 'zod';
import { AuditRow } from '../core/model/audit.ts';
import { Incident } from '../core/model/incident.ts';
import { Pause } from '../core/model/pause.ts';
import { Plan, Preview } from '../core/model/plan.ts';
import { ResourceRef } from '../core/model/resource.ts';
import { Approval, Verdict } from '../core/model/verdict.ts';
import { ClusterWrite } from '../core/model/write.ts';
import type { Answer, Input, Route } from './route.ts';

/** How every refusal reads. */
export const RefusalBody = z.strictObject({ error: z.string(), where: z.string(), mend: z.string() });

const records = { Approval, AuditRow, ClusterWrite, Incident, Pause, Plan, Preview, Refusal: RefusalBody, ResourceRef, Verdict };
const COMPONENTS = '#/components/schemas/';
type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of these routes, out of the same schemas by which they parse. */
export function openApiOf(routes: readonly Route[]): Json {
  const paths = Map.groupBy(routes, ({ url }) => url.replace(/:(\w+)/g, '{$1}'));
  return {
    openapi: '3.1.0',
    info: {
      title: 'kubemend',
      version: 'v1',
      summary: 'Incidents, plans, approvals, the red button and the audit chain.',
      description: 'Instants are epoch milliseconds. `x-rule` says who may call an operation. Secrets in answers read `<redacted>`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(
      [...paths].map(([path, ofPath]) => [
        path,
        Object.fromEntries(ofPath.map((route) => [route.method.toLowerCase(), operationOf(route)])),
      ]),
    ),
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: schemasOf(routes),
    },
  };
}

function operationOf(route: Route): Json {
  const { rule, summary, input } = route;
  const answers = Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer, nameOf(route, status))]);
  const body = input && bodyOf(input);
  return {
    operationId: operationIdOf(route),
    summary,
    'x-rule': rule,
    security: typeof rule === 'string' ? [] : [{ bearer: [] }],
    ...(input && { parameters: [...parametersOf(input, 'params', 'path'), ...parametersOf(input, 'query', 'query')] }),
    ...(body && { requestBody: body }),
    responses: { ...Object.fromEntries(answers), ...refusalsOf(route) },
  };
}

function answerOf({ description, type = 'application/json' }: Answer, name: string): Json {
  const schema = type === 'application/json' ? { $ref: `${COMPONENTS}${name}` } : { type: 'string' };
  return { description, content: { [type]: { schema } } };
}

function bodyOf(input: Input): Json | undefined {
  const { properties } = jsonSchemaOf(input.shape.body);
  if (properties === undefined || Object.keys(properties).length === 0) return undefined;
  return { required: true, content: { 'application/json': { schema: jsonSchemaOf(input.shape.body) } } };
}

function parametersOf(input: Input, part: 'params' | 'query', where: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = jsonSchemaOf(input.shape[part]);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || (required.includes(name) && !hasDefault(schema)),
    schema,
  }));
}

function hasDefault(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'default' in schema;
}

function jsonSchemaOf(schema: z.ZodType) {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

/** Which refusals a caller must be ready for. */
function refusalsOf({ rule, method, url, input }: Route): Json {
  const known = typeof rule === 'string' ? rule : 'role';
  const statuses: Readonly<Record<string, boolean>> = {
    'What was sent does not fit.': input !== undefined,
    'Nobody has proved who it is.': known !== 'anybody',
    'The caller is known, and has not the role.': known === 'role' && !(method === 'GET' && url.startsWith('/api/v1/incidents/')),
    'There is none, or none that the caller may see.': url.includes(':'),
    'It is not, or not any more, as the caller thinks.': method !== 'GET',
    'Too many wrong tokens came from this address.': known === 'role',
    'The store, or whoever knows the callers, does not answer, or too much is asked at once.': known !== 'anybody',
  };
  const codes = ['400', '401', '403', '404', '409', '429', '503'];
  const said = Object.entries(statuses).flatMap(([description, isSaid], index) =>
    isSaid ? [[codes[index] ?? '', refusal(description)]] : [],
  );
  return Object.fromEntries(said);
}

function refusal(description: string): Json {
  return { description, content: { 'application/json': { schema: { $ref: `${COMPONENTS}Refusal` } } } };
}

function operationIdOf({ method, url }: Pick<Route, 'method' | 'url'>): string {
  const words = url
    .replace(/^\/api\/v1/, '')
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== '');
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}

function nameOf(route: Route, status: string): string {
  const id = operationIdOf(route);
  return `${id.charAt(0).toUpperCase()}${id.slice(1)}${status}`;
}

/** The records by their own names, and each answer by its operation; an answer that is a record stays one reference. */
function schemasOf(routes: readonly Route[]): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(records)) registry.add(schema, { id });
  for (const route of routes)
    for (const [status, { schema, type }] of Object.entries(route.answers))
      if (type === undefined) registry.add(registry.has(schema) ? z.lazy(() => schema) : schema, { id: nameOf(route, status) });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `${COMPONENTS}${id}`, io: 'output' });
  const entries = Object.entries(schemas).map(([id, schema]) => {
    const { $schema, $id, ...rest } = schema;
    return [id, rest];
  });
  return parseJson(JSON.stringify(Object.fromEntries(entries)).replaceAll('__shared#/', '__shared/'));
}

function parseJson(text: string): Json {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}
