/** A fault planted in the simulator's sources, one at a time. */
export interface Mutant {
  /** What the simulator then does wrong, as a sentence that begins with a verb. */
  readonly name: string;
  /** Below src/simulator. */
  readonly file: string;
  /** Stands in that file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The source with the fault in it. Throws, naming the mutant, unless `find` stands there exactly once. */
export function planted({ name, file, find, replace }: Mutant, source: string): string {
  const found = source.split(find).length - 1;
  if (found === 1) return source.replace(find, () => replace);
  throw new Error(
    `the mutant '${name}' fits src/simulator/${file} ${found} times: change its \`find\` so that it stands there exactly once`,
  );
}
