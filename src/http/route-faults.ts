import { z } from 'zod';
import { roles } from '../app/identity/identity.ts';
import type { Route } from './route.ts';

const schema = z.custom<z.ZodType>((value) => value instanceof z.ZodType, 'has no schema');
const Rule = z.union(
  [
    z.enum(['anybody', 'alert-sender']),
    z.strictObject({
      role: z.enum(roles),
      over: z.enum(['cluster', 'incident', 'scope', 'what is told']),
      openOnLoopback: z.literal(true).optional(),
    }),
  ],
  'declares no rule: say who may call it',
);
const Whole = z.looseObject({
  rule: Rule,
  summary: z.string('has no summary').min(10, 'has no summary'),
  answers: z
    .record(z.string(), z.looseObject({ description: z.string().min(3, 'is not described'), schema }, 'has no schema'), 'has no answer')
    .refine((answers) => Object.keys(answers).length > 0, 'has no answer'),
});

/** What routes leave unsaid that everybody must know: who may call them, what they do, and what they answer. Also a route that is there twice. */
export function faultsOfRoutes(routes: readonly Route[]): string[] {
  const names = routes.map(({ method, url }) => `${method} ${url}`);
  const doubled = names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`);
  const unsaid = routes.flatMap((route) => {
    const found = Whole.safeParse(route);
    const faults = found.success ? [] : found.error.issues;
    return faults.map(({ message, path }) => `${route.method} ${route.url} ${message} (${path.join('.')})`);
  });
  return [...doubled, ...unsaid];
}
