import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Incident } from '../../src/core/model/incident.ts';
import { openApiOf } from '../../src/http/openapi.ts';
import type { Route } from '../../src/http/route.ts';
import { faultsOfRoutes } from '../../src/http/route-faults.ts';
import { httpApp } from '../../src/http/start-http.ts';
import { sourcesUnder, textOf } from '../architecture/tree.ts';
import { anEntrance } from './an-entrance.ts';

const nobody = { clientCertificate: false };

describe('a route', () => {
  const whole: Route = {
    method: 'GET',
    url: '/x',
    rule: 'anybody',
    summary: 'Says x and no more.',
    answers: { 200: { description: 'An x.', schema: z.string() } },
    handle: async () => 'x',
  };

  it('of the entrance says who may call it, what it does and what it answers', async () => {
    expect(faultsOfRoutes((await anEntrance()).routes)).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ['no rule', { rule: undefined }, /GET \/x declares no rule/],
    ['a rule that is none', { rule: 'nobody' }, /GET \/x declares no rule/],
    ['a role that is none', { rule: { role: 'owner', over: 'cluster' } }, /GET \/x declares no rule/],
    ['a role nowhere', { rule: { role: 'viewer' } }, /GET \/x declares no rule/],
    ['no summary', { summary: '' }, /GET \/x has no summary/],
    ['no answer', { answers: {} }, /GET \/x has no answer/],
    ['an answer without a schema', { answers: { 200: { description: 'An x.' } } }, /GET \/x has no schema/],
  ])('with %s keeps the server from being made', async (_name, planted, fault) => {
    const { parts } = await anEntrance();
    const made = (route: Route) => () => httpApp([route], parts, { host: '127.0.0.1', port: 0, webhook: nobody });
    expect(made(whole)).not.toThrow();
    expect(made({ ...whole, ...planted })).toThrow(fault);
  });

  it('is made known to the server in one place alone, which demands all that', () => {
    const served = sourcesUnder('src').filter(
      (path) => /from 'fastify'/.test(textOf(path)) && !/^import type [^;]* from 'fastify'/m.test(textOf(path)),
    );
    expect(served).toEqual(['src/http/start-http.ts']);
    expect([...textOf('src/http/start-http.ts').matchAll(/\bapp\.(\w+)\(/g)].map(([, name]) => name).toSorted()).toEqual([
      'addContentTypeParser',
      'addHook',
      'close',
      'close',
      'listen',
      'removeAllContentTypeParsers',
      'route',
      'setErrorHandler',
      'setNotFoundHandler',
    ]);
  });

  it('that is there twice keeps the server from being made', () => {
    expect(faultsOfRoutes([whole, whole])).toEqual(['GET /x is there twice']);
  });

  it('without a rule is no route to the compiler either', () => {
    const { rule, ...bare } = whole;
    // @ts-expect-error a route must say who may call it
    const route: Route = bare;
    expect(faultsOfRoutes([route])).toHaveLength(1);
  });
});

describe('the OpenAPI document', () => {
  const Document = z.object({
    paths: z.record(
      z.string(),
      z.record(z.string(), z.looseObject({ operationId: z.string(), 'x-rule': z.unknown(), responses: z.record(z.string(), z.unknown()) })),
    ),
    components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
  });

  it('has every route with its rule, under an id of its own, and every reference leads somewhere', async () => {
    const { ask, routes } = await anEntrance();
    const { body, text } = await ask('GET', '/api/v1/openapi.json');
    const { paths } = Document.parse(body);
    const operations = Object.entries(paths).flatMap(([path, ofPath]) =>
      Object.entries(ofPath).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
    );
    expect(operations.map(({ name }) => name).toSorted()).toEqual(
      routes.map(({ method, url }) => `${method} ${url.replace(/:(\w+)/, '{$1}')}`).toSorted(),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    expect(operations.filter((operation) => operation['x-rule'] === undefined)).toEqual([]);
    const lost = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path).filter((path) => at(body, path) === undefined);
    expect(lost).toEqual([]);
  });

  it('describes an incident as it is parsed', async () => {
    const { schemas } = Document.parse(openApiOf((await anEntrance()).routes)).components;
    expect(Object.keys(z.object({ properties: z.record(z.string(), z.unknown()) }).parse(schemas.Incident).properties)).toEqual(
      Object.keys(z.toJSONSchema(Incident).properties ?? {}),
    );
  });
});

function at(document: unknown, path: string): unknown {
  return path.split('/').reduce<unknown>((value, key) => z.record(z.string(), z.unknown()).safeParse(value).data?.[key], document);
}
