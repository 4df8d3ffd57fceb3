/** Kubernetes leaves out vowels and look-alikes, so that no word comes about (k8s.io/apimachinery util/rand). */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;

/** A name after `generateName`: the prefix and five characters by chance. */
export function nameFrom(prefix: string, random: () => number): string {
  let suffix = '';
  while (suffix.length < SUFFIX_LENGTH) suffix += ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '';
  return prefix + suffix;
}

/** A version 4 UUID of the world's own chance. */
export function uidFrom(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  digits[12] = '4';
  digits[16] = ((Number.parseInt(digits[16] ?? '8', 16) & 3) | 8).toString(16);
  const text = digits.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
