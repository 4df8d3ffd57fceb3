/** Measures each rule on the labelled cases and writes what the product reads: `npm run measure`. Prints one line per rule and each wrong answer. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allRules } from '../test/diagnosis/all-rules.ts';
import { cases } from '../test/diagnosis/cases/index.ts';
import { type Result, runCase, scoresOf } from '../test/diagnosis/measure.ts';

const file = join(import.meta.dirname, '../src/diagnosers/rules.measured.json');
const results: Result[] = [];
for (const labelled of cases) results.push(await runCase(labelled, allRules));
const scores = scoresOf(allRules, results);
writeFileSync(file, `${JSON.stringify(scores, null, 2)}\n`);

for (const [rule, { right, n }] of Object.entries(scores)) console.log(`${rule.padEnd(34)} right ${right} of ${n}`);
const recorded = cases.filter(({ source }) => source === 'recorded').length;
console.log(
  `${cases.length} stories (${recorded} recorded, ${cases.length - recorded} built), ${cases.flatMap(({ scenes }) => scenes).length} scenes`,
);
for (const { labelled, said, missed, unopened } of results) {
  const wrong = [...said].filter(([, cause]) => cause !== labelled.expected).map(([rule, cause]) => `${rule} says ${cause}`);
  const named = [...said.values()].includes(labelled.expected);
  if (wrong.length > 0) console.log(`wrong: ${labelled.name} (${labelled.expected}): ${wrong.join(', ')}`);
  if (!named && labelled.expected !== 'nothing') console.log(`not named: ${labelled.name} (${labelled.expected})`);
  else if (missed.length > 0) console.log(`not named in scenes ${missed.join(', ')}: ${labelled.name} (${labelled.expected})`);
  if (unopened.length > 0 && labelled.expected !== 'nothing') console.log(`no incident in scenes ${unopened.join(', ')}: ${labelled.name}`);
}
