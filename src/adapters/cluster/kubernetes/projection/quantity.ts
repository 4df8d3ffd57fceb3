import type { Quantities } from '../../../../core/model/objects.ts';
import { amountOf } from '../../../../core/model/quantity.ts';
import { type Fields, fieldsAt } from './fields.ts';

/** CPU and memory out of a resource list; what is not there, or is no quantity, stays unset. */
export function cpuAndMemoryOf(list: Fields): Quantities {
  const cpuCores = amountOf(list.cpu);
  const memoryBytes = amountOf(list.memory);
  return { ...(cpuCores !== undefined && { cpuCores }), ...(memoryBytes !== undefined && { memoryBytes }) };
}

/** All entries of the resource list at a path, in base units. Throws on an entry that is no quantity. */
export function quantitiesAt(value: unknown, ...path: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fieldsAt(value, ...path)).map(([name, text]) => {
      const quantity = amountOf(text);
      if (quantity === undefined) throw new Error(`${path.join('.')}.${name} is no quantity: ${JSON.stringify(text)}`);
      return [name, quantity];
    }),
  );
}
