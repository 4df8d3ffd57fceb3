/** Bounds of the pauses between tries, in milliseconds. */
export interface BackOffLimits {
  readonly firstMs: number;
  readonly capMs: number;
}

/** The pause before the next try after `failures` in a row: doubling, capped, and spread over its upper half so that many do not try at once. */
export function backOffMs(failures: number, { firstMs, capMs }: BackOffLimits, random: () => number): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (0.5 + random() / 2));
}
