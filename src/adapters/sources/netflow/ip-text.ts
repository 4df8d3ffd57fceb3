/** The four bytes at `offset` as an IPv4 address. */
export function ipv4Text(bytes: DataView, offset: number): string {
  return `${bytes.getUint8(offset)}.${bytes.getUint8(offset + 1)}.${bytes.getUint8(offset + 2)}.${bytes.getUint8(offset + 3)}`;
}

/** The sixteen bytes at `offset` as an IPv6 address, in the one form of RFC 5952. */
export function ipv6Text(bytes: DataView, offset: number): string {
  const groups = Array.from({ length: 8 }, (_, n) => bytes.getUint16(offset + 2 * n));
  const { from, length } = longestZeros(groups);
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? text(groups) : `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`;
}

/** The first of the longest runs of zeros. */
function longestZeros(groups: readonly number[]): { readonly from: number; readonly length: number } {
  let best = { from: 0, length: 0 };
  let run = { from: 0, length: 0 };
  for (const [at, group] of groups.entries()) {
    run = group === 0 ? { from: run.length === 0 ? at : run.from, length: run.length + 1 } : { from: at, length: 0 };
    if (run.length > best.length) best = run;
  }
  return best;
}
