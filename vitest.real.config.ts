import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/reporters.ts';

/** Suites that drive real servers: one at a time, with patience. With KUBEMEND_REAL_JSON=FILE the results are also written to that file. */
export default defineConfig({
  test: {
    include: ['src/**/*.real.test.ts', 'test/**/*.real.test.ts'],
    exclude: ['**/node_modules/**', 'test/bed/**'],
    reporters: reportersFor('KUBEMEND_REAL_JSON'),
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 5 * 60_000,
    hookTimeout: 5 * 60_000,
    teardownTimeout: 60_000,
  },
});
