import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { defineConfig } from 'vitest/config';
import { reportersFor } from './test/reporters.ts';
import { SlowFirst } from './test/slow-first.ts';

/** Where memory can be had as a disk, temporary files lie there: thousands of small databases wait for a real disk otherwise. */
const temporary = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Everything that needs no service and no root. With KUBEMEND_TEST_JSON=FILE the results are also written to that file. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.real.test.ts', '**/node_modules/**', 'test/bed/**'],
    reporters: reportersFor('KUBEMEND_TEST_JSON'),
    testTimeout: 60_000,
    sequence: { sequencer: SlowFirst },
    // Nothing happens on import and nothing is global, so files may share a worker; it halves the time.
    isolate: false,
    // The longest ones wait for a simulated cluster's clock more than they work.
    maxWorkers: 4,
    env: { TMPDIR: process.env.TMPDIR ?? temporary },
  },
});
