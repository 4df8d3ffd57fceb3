import type { TestUserConfig } from 'vitest/config';
import type { TestCase } from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the test was skipped, as it was told to `skip(reason)`. */
    skipReason?: string;
  }
}

/** Writes the reason of a skipped test into its `meta`, where the JSON reporter finds it; that one has no field for it. */
const skipReasons = {
  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state === 'skipped' && result.note) test.meta().skipReason = result.note;
  },
};

/** The reporters of a run: the default one for people and, when the environment variable names a file, JSON for programs. */
export function reportersFor(variable: string): NonNullable<TestUserConfig['reporters']> {
  const outputFile = process.env[variable];
  return outputFile ? ['default', skipReasons, ['json', { outputFile }]] : ['default'];
}
