import { expect, it } from 'vitest';
import { pathsNamedIn } from './doc-paths.ts';

it.each([
  ['`src/core/ports.ts`', ['src/core/ports.ts']],
  ['the folder `src/core/` and `docs/adr`', ['src/core/', 'docs/adr']],
  ['`.ci/run` and `Makefile`', ['.ci/run', 'Makefile']],
  ['`SCOPE.md`', ['SCOPE.md']],
  ['[a link](adr/0001.md) and [one](../src/core/errors.ts#L3)', ['docs/adr/0001.md', 'src/core/errors.ts']],
  ['`src/detectors/<name>.ts`, `npm run unit`, `truth.db`, `--mode ask`', []],
  ['[out](https://kubernetes.io/docs/) and [here](#here)', []],
  ['src/core/ports.ts without backticks', []],
])('reads %s', (text, paths) => {
  expect(pathsNamedIn('docs/page.md', text)).toEqual(paths);
});
