import { describe, expect, it } from 'vitest';
import { breachesIn } from './source-rules.ts';

const documented = '/** A planted value. */\n';

describe('the rules about sources', () => {
  it.each([
    ['any', `${documented}export const planted: any = 1;`, '`any`'],
    ['any inside a type', `${documented}export type Planted = readonly Map<string, any>[];`, '`any`'],
    ['a cast', `${documented}export const planted = [1] as number[];`, '`as`'],
    ['a double cast', `${documented}export const planted = 1 as unknown as string;`, '`as`'],
    ['a cast in angle brackets', `${documented}export const planted = <number>1;`, '`<T>`'],
    ['a non-null mark', `${documented}export const planted = [1][0]!;`, 'non-null'],
    ['a definite assignment', `${documented}export class Planted { a!: number; }`, 'definite'],
    ['an undocumented constant', 'export const planted = 1;', '`planted` has no doc comment'],
    ['an undocumented function', '// not a doc comment\nexport function planted() {}', '`planted` has no doc comment'],
    ['an undocumented interface', 'export interface Planted { a: 1 }', '`Planted` has no doc comment'],
    ['an undocumented class', 'export class Planted {}', '`Planted` has no doc comment'],
    ['an undocumented type', 'export type Planted = { a: 1 };', '`Planted` has no doc comment'],
    ['an empty doc comment', '/** */\nexport const planted = 1;', '`planted` has no doc comment'],
    [
      'a type read off an undocumented value',
      'const planted = [1] as const;\nexport type Planted = (typeof planted)[number];',
      '`Planted`',
    ],
  ])('catch %s', (_name, text, what) => {
    const breaches = breachesIn('planted.ts', text);
    expect(breaches.length).toBeGreaterThan(0);
    expect(breaches.filter((breach) => !breach.includes(what))).toEqual([]);
  });

  it.each([
    ['`as const`', `${documented}export const planted = [1] as const;`],
    ['a renamed import', "import { a as b } from './a.ts';\nb();"],
    ['the words inside texts and comments', `${documented}// any as x!\nexport const planted = 'any as x!';`],
    ['`satisfies`', `${documented}export const planted = { a: 1 } satisfies object;`],
    ['negation and inequality', `${documented}export const planted = !globalThis.a !== true;`],
    ['a type of the same name as a documented value', `${documented}export const Planted = 1;\nexport type Planted = typeof Planted;`],
    [
      'a type read off a documented value',
      `${documented}export const planted = [1] as const;\nexport type Planted = (typeof planted)[number];`,
    ],
    ['overloads, documented once', `${documented}export function planted(a: 1): 1;\nexport function planted(a: number) { return a; }`],
    ['what is not exported', 'const planted = 1;\nplanted;'],
    ['a list of re-exports', "export { planted } from './planted.ts';"],
  ])('let pass %s', (_name, text) => {
    expect(breachesIn('planted.ts', text)).toEqual([]);
  });

  it('say where', () => {
    expect(breachesIn('src/a.ts', '\n\nconst planted = [1][0]!;')).toEqual(['src/a.ts:3: a non-null `!`: handle the missing value']);
  });
});
