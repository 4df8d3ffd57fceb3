/** The half of all series, by a hash of the name (FNV-1a, mixed), on which constants were chosen, or the one that was left alone. */
export function halfOf(name: string): 'tuned' | 'untouched' {
  let hash = 2_166_136_261;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85_eb_ca_6b) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) % 2 === 0 ? 'tuned' : 'untouched';
}
