import { afterEach, beforeEach } from 'vitest';

let failed: string | undefined;

/** One failed check is enough: what comes after it in the file is left out. Each file must be isolated, for this remembers. */
beforeEach((context) => {
  if (failed !== undefined) context.skip(`after a failure: ${failed}`);
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') failed ??= task.name;
});
