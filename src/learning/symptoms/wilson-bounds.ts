/** The lower and the upper end of a share of which `hits` of `trials` are known, `sigmas` standard errors wide (Wilson 1927). */
export function wilsonBounds(hits: number, trials: number, sigmas: number): { readonly low: number; readonly high: number } {
  if (trials <= 0) return { low: 0, high: 1 };
  const share = hits / trials;
  const square = sigmas * sigmas;
  const middle = share + square / (2 * trials);
  const half = sigmas * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials * trials));
  const scale = 1 + square / trials;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}
