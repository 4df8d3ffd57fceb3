import { masked } from '../api/masked.ts';

const LONGEST = 160;

/** Text that anybody may have written, for people to read: on one line, without signs that steer a terminal, secrets masked, cut, in quotes. */
export function quotedText(text: string): string {
  const line = String(masked(text))
    .replace(/[\s\p{Cc}\p{Cf}\p{Co}\p{Cs}]+/gu, ' ')
    .trim();
  return JSON.stringify(line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line);
}
