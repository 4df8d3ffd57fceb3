/** Amounts in Kubernetes' notation (apimachinery `resource.Quantity`). */

/** One mebibyte, in bytes. */
export const MEBIBYTE = 2 ** 20;

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
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A quantity (`500m`, `1Gi`, `1e3`, or a plain number) in base units: cores, bytes or objects; undefined when it is none. */
export function amountOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const parts = typeof value === 'string' ? form.exec(value) : null;
  if (!parts) return undefined;
  const [, digits, suffix = '', exponent = '0'] = parts;
  return (Number(digits) * (factors[suffix] ?? 10 ** Number(exponent))) / (divisors[suffix] ?? 1);
}

/** The bytes that a quantity such as `128Mi`, `1.5G`, `1e9` or `134217728` means, rounded up; undefined when it is no amount of bytes. */
export function bytesOf(text: string): number | undefined {
  const bytes = Math.ceil(amountOf(text) ?? Number.NaN);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}

/**
 * Whole bytes as the API server itself prints them, exact, so that what was written reads the same afterwards: the largest binary
 * suffix that divides them, else the largest decimal one (apimachinery `resource.Quantity`, canonical form).
 */
export function quantityOf(bytes: number): string {
  return bytes % 1024 === 0 ? withSuffix(bytes, 1024, binary) : withSuffix(bytes, 1000, decimal);
}

function withSuffix(bytes: number, step: number, suffixes: readonly string[]): string {
  if (bytes === 0) return '0';
  let value = bytes;
  let power = 0;
  while (value % step === 0 && power + 1 < suffixes.length) {
    value /= step;
    power += 1;
  }
  return `${value}${suffixes[power] ?? ''}`;
}
