import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { reportersFor } from './test/reporters.ts';

/** By name, not by the length of the last run: what looks back over all suites sorts last. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** Suites that drive real servers: one at a time, with patience. With KUBEMEND_REAL_JSON=FILE the results are also written to that file. */
export default defineConfig({
  test: {
    include: ['src/**/*.real.test.ts', 'test/**/*.real.test.ts'],
    exclude: ['**/node_modules/**', 'test/bed/**'],
    reporters: reportersFor('KUBEMEND_REAL_JSON'),
    // From when on the API server's record belongs to this run.
    env: { KUBEMEND_REAL_STARTED: String(Date.now()) },
    fileParallelism: false,
    sequence: { sequencer: ByName },
    maxWorkers: 1,
    testTimeout: 5 * 60_000,
    hookTimeout: 5 * 60_000,
    teardownTimeout: 60_000,
  },
});
