import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/reporters.ts';

/** Everything that needs no service and no root. With KUBEMEND_TEST_JSON=FILE the results are also written to that file. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.real.test.ts', '**/node_modules/**', 'test/bed/**'],
    reporters: reportersFor('KUBEMEND_TEST_JSON'),
    testTimeout: 60_000,
  },
});
