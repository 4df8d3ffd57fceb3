import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { reportersFor } from './test/reporters.ts';

const files = (...names: readonly string[]) => names.map((name) => `test/real/${name}.real.test.ts`);

/** Whole stories: each has its own installation and namespaces, and mostly waits. They run beside each other, and first: the contract wants a server some minutes old. */
const stories = files(
  'alertmanager',
  'first-landing',
  'held-back',
  'hung-pod',
  'killed',
  'prometheus',
  'remediate',
  'saturation',
  'stories',
);
/** A lost node is every controller's concern: only suites without one run beside that story. */
const beside = files('lost-node', 'actions', 'harness', 'kubernetes-adapter', 'kubernetes-api', 'metrics-api', 'second-wall');
/** Looks back over what all others did. */
const last = files('zz-verbs');

/** The groups run one after the other in their order, from 1 (0 has a meaning of its own to vitest); `workers` files of a group at once. */
function group(order: number, name: string, what: { readonly include: string[]; readonly exclude?: string[]; readonly workers: number }) {
  const { include, exclude = [], workers } = what;
  return {
    extends: true,
    test: {
      name,
      include,
      exclude: ['**/node_modules/**', 'test/bed/**', ...exclude],
      maxWorkers: workers,
      sequence: { groupOrder: order },
    },
  } satisfies TestProjectInlineConfiguration;
}

/** Suites that drive real servers, with patience. With KUBEMEND_REAL_JSON=FILE the results are also written to that file. */
export default defineConfig({
  test: {
    reporters: reportersFor('KUBEMEND_REAL_JSON'),
    // From when on the API server's record belongs to this run.
    env: { KUBEMEND_REAL_STARTED: String(Date.now()) },
    testTimeout: 5 * 60_000,
    hookTimeout: 5 * 60_000,
    teardownTimeout: 60_000,
    projects: [
      // Two at once: three leave too little of two cores for programs that must start within a deadline.
      group(1, 'stories', { include: stories, workers: 2 }),
      group(2, 'beside', { include: beside, workers: 2 }),
      group(3, 'alone', {
        include: ['src/**/*.real.test.ts', 'test/**/*.real.test.ts'],
        exclude: [...stories, ...beside, ...last],
        workers: 1,
      }),
      group(4, 'last', { include: last, workers: 1 }),
    ],
  },
});
