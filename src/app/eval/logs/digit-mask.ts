/** The simplest baseline: each word that holds a digit is `<*>`, and lines whose words are then the same are one template. */
export function maskDigits(lines: readonly string[]): readonly string[] {
  return lines.map((line) =>
    line
      .split(/\s+/)
      .map((word) => (/\d/.test(word) ? '<*>' : word))
      .join(' '),
  );
}
