/** Takes something back; what it resolves to, if anything, is waited for when all steps have begun. */
export type CleanUpStep = () => Promise<unknown>;

const undo: CleanUpStep[] = [];

/** Registers how to take back what a test has made in the world. */
export function onCleanUp(step: CleanUpStep): void {
  undo.push(step);
}

/**
 * Takes everything back that the harness made, newest first; call it in `afterAll`. A step that resolves to a function leaves the
 * slow part (a namespace that ends) to the end, where all of these go on at once. Throws, after the last step, what failed.
 */
export async function cleanUp(): Promise<void> {
  const failures: unknown[] = [];
  const slow: Promise<unknown>[] = [];
  for (let step = undo.pop(); step; step = undo.pop()) {
    try {
      const rest = await step();
      if (typeof rest === 'function') slow.push(rest());
    } catch (error) {
      failures.push(error);
    }
  }
  for (const result of await Promise.allSettled(slow)) if (result.status === 'rejected') failures.push(result.reason);
  if (failures.length > 0) throw new AggregateError(failures, `not everything could be taken back: ${failures.map(String).join('; ')}`);
}
