/** Memory quantities in Kubernetes' notation. */

/** One mebibyte, in bytes. */
export const MEBIBYTE = 2 ** 20;

const form = /^(\d+(?:\.\d*)?|\.\d+)(?:(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d{1,2}))?$/;
const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
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

/** The bytes that a quantity such as `128Mi`, `1.5G`, `1e9` or `134217728` means, rounded up; undefined when it is no amount of bytes. */
export function bytesOf(text: string): number | undefined {
  const [, digits, suffix = '', exponent = '0'] = form.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const bytes = Math.ceil(Number(digits) * (factors[suffix] ?? 10 ** Number(exponent)));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
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
