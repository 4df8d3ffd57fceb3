/** How climbs are planted: how many steps they take, and where they end, as a share of capacity. */
export const plantedClimbs = { shortest: 20, longest: 60, top: 1.05, staysSteps: 10, most: 300 };

/**
 * One series of shares with demand planted on top that climbs to more than its capacity at a drawn place after `from`, evenly or faster
 * and faster, and is gone some steps later: what the series did by itself goes on beneath. Undefined where the series has no room for it.
 */
export function withClimb(shares: Float64Array, from: number, random: () => number): Float64Array | undefined {
  const { shortest, longest, top, staysSteps } = plantedClimbs;
  const lasts = Math.round(shortest + random() * (longest - shortest));
  const begin = from + Math.floor(random() * (shares.length - from - lasts - staysSteps));
  const power = random() < 0.5 ? 1 : 2;
  if (begin < from) return undefined;
  const before = shares.subarray(Math.max(0, begin - shortest), begin);
  const height = top - before.reduce((sum, share) => sum + share, 0) / before.length;
  return shares.map((share, step) => {
    const done = (step - begin) / lasts;
    return step < begin || step >= begin + lasts + staysSteps ? share : share + height * Math.min(1, done) ** power;
  });
}
