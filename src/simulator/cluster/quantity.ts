import type { JsonValue } from '../json.ts';

const scales: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity (`250m`, `64Mi`, `2`) as a number of its base unit: cores or bytes; 0 when there is none. Throws on other text. */
export function quantityOf(value: JsonValue | undefined): number {
  if (value === undefined || value === null) return 0;
  const [, figure, suffix = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(String(value)) ?? [];
  const scale = scales[suffix];
  if (figure === undefined || scale === undefined) throw new Error(`'${String(value)}' is no quantity: write it as 250m, 64Mi or 2`);
  return Number(figure) * scale;
}
