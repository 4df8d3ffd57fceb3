import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../architecture/planted-tree.ts';

/** A tensor as nested lists. */
export type Nested = number | readonly Nested[];
const Nested: z.ZodType<Nested> = z.lazy(() => z.union([z.number(), z.array(Nested)]));

const Expected = z
  .object({
    refuse: z.boolean(),
    inputs: z.array(Nested).optional(),
    outputs: z.array(Nested).optional(),
    input: Nested.optional(),
    output: Nested.optional(),
  })
  .transform(({ refuse, input = [], output = [], inputs = [input], outputs = [output] }) => ({ refuse, inputs, outputs }));

/** A model file, and what Keras said to its inputs. */
export interface KerasFixture extends z.output<typeof Expected> {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The bytes of a model file under test/fixtures. */
export function kerasBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(root, 'test/fixtures', path)));
}

/** All models of a genuine Keras with what is expected of them. */
export function kerasFixtures(): KerasFixture[] {
  return ['keras', 'keras-made'].flatMap((folder) => {
    const names = readdirSync(join(root, 'test/fixtures', folder));
    return names
      .filter((name) => /\.(h5|keras)$/.test(name))
      .flatMap((name) => {
        const expected = [`${name}.expected.json`, name.replace(/\.\w+$/, '.expected.json')].find((one) => names.includes(one));
        if (!expected) return [];
        const parsed = Expected.parse(JSON.parse(new TextDecoder().decode(kerasBytes(`${folder}/${expected}`))));
        return [{ ...parsed, name: `${folder}/${name}`, bytes: kerasBytes(`${folder}/${name}`) }];
      });
  });
}

/** The sizes of nested lists. */
export function sizesOf(tensor: Nested): number[] {
  return typeof tensor === 'number' ? [] : [tensor.length, ...sizesOf(tensor[0] ?? [])];
}

/** The numbers of nested lists, one after the other. */
export function flat(tensor: Nested): number[] {
  return typeof tensor === 'number' ? [tensor] : tensor.flatMap(flat);
}
