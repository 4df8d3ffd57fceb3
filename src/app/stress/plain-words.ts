import { stripVTControlCharacters } from 'node:util';

const LONGEST = 500;

/** What a container says, as one line of at most 500 characters that cannot steer a terminal. */
export function plainWords(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST);
}
