/**
 * Adds up test runs and prints the sum as the last line: `N passed, N failed` (and `, N skipped` when there are any).
 *
 *   node tools/tally.mjs NAME:EXIT_CODE:FILE...
 *
 * FILE is what vitest's JSON reporter wrote during that run. Failed and skipped tests are listed above the sum; a skipped one with its
 * reason, where it gives one. A run that ended badly although none of its tests failed, or that wrote no file, counts as one failure:
 * something outside its tests broke. Exits 1 when anything failed or nothing passed, 2 when called wrongly.
 */
import { readFileSync } from 'node:fs';

const runs = process.argv.slice(2).map((argument) => {
  const [, name, exitCode, file] = /^([^:]+):(\d+):(.+)$/.exec(argument) ?? [];
  if (!file) {
    console.error(`tally: ${argument} is not NAME:EXIT_CODE:FILE`);
    process.exit(2);
  }
  return { name, exitCode: Number(exitCode), file };
});

/** The tests of a run by what became of them, in vitest's words; files that could not be loaded count as failed tests. */
function testsOf({ name, exitCode, file }) {
  const report = reportIn(file);
  if (!report) return [{ is: 'failed', name: `${name}: no results in ${file}; it ended with exit code ${exitCode}` }];
  const tests = report.testResults.flatMap(({ name: path, status, message, assertionResults }) =>
    status === 'failed' && assertionResults.every((test) => test.status !== 'failed')
      ? [...assertionResults.map(testOf), { is: 'failed', name: `${path}: ${firstLine(message)}` }]
      : assertionResults.map(testOf),
  );
  const isBroken = exitCode !== 0 && tests.every((test) => test.is !== 'failed');
  return isBroken ? [...tests, { is: 'failed', name: `${name}: exit code ${exitCode}, although none of its tests failed` }] : tests;
}

function reportIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function testOf({ fullName, status, meta, failureMessages }) {
  const is = status === 'passed' || status === 'failed' ? status : 'skipped';
  const why = is === 'failed' ? firstLine(failureMessages?.[0]) : meta?.skipReason;
  return { is, name: why ? `${fullName}: ${why}` : fullName };
}

function firstLine(text) {
  return text?.split('\n', 1)[0] ?? '';
}

const tests = runs.flatMap(testsOf);
const count = (is) => tests.filter((test) => test.is === is).length;
for (const test of tests) {
  if (test.is !== 'passed') console.log(`${test.is}: ${test.name}`);
}
const skipped = count('skipped');
console.log(`${count('passed')} passed, ${count('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = count('failed') > 0 || count('passed') === 0 ? 1 : 0;
