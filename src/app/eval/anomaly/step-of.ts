/** The median distance of instants from one to the next, in milliseconds; a minute for fewer than two. */
export function stepOf(at: Float64Array): number {
  const steps = Float64Array.from({ length: Math.max(0, at.length - 1) }, (_, i) => (at[i + 1] ?? 0) - (at[i] ?? 0)).toSorted();
  return Math.max(1_000, steps[steps.length >> 1] ?? 60_000);
}
