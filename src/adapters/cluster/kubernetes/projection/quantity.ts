import type { Quantities } from '../../../../core/model/objects.ts';
import { type Fields, fieldsAt } from './fields.ts';

const form = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)|[eE]([+-]?\d+))?$/;
const divisors: Readonly<Record<string, number>> = { n: 1e9, u: 1e6, m: 1e3 };
const factors: Readonly<Record<string, number>> = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity (`500m`, `1Gi`, `1e3`) in base units: cores, bytes or objects; undefined when it is none. */
export function quantityOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const parts = typeof value === 'string' ? form.exec(value) : null;
  if (!parts) return undefined;
  const [, digits, suffix = '', exponent = '0'] = parts;
  return (Number(digits) * (factors[suffix] ?? 10 ** Number(exponent))) / (divisors[suffix] ?? 1);
}

/** CPU and memory out of a resource list; what is not there, or is no quantity, stays unset. */
export function cpuAndMemoryOf(list: Fields): Quantities {
  const cpuCores = quantityOf(list.cpu);
  const memoryBytes = quantityOf(list.memory);
  return { ...(cpuCores !== undefined && { cpuCores }), ...(memoryBytes !== undefined && { memoryBytes }) };
}

/** All entries of the resource list at a path, in base units. Throws on an entry that is no quantity. */
export function quantitiesAt(value: unknown, ...path: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fieldsAt(value, ...path)).map(([name, text]) => {
      const quantity = quantityOf(text);
      if (quantity === undefined) throw new Error(`${path.join('.')}.${name} is no quantity: ${JSON.stringify(text)}`);
      return [name, quantity];
    }),
  );
}
