/** An instant as the API writes it: RFC 3339 in whole seconds. */
export function instantText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** An instant as the API writes it in MicroTime fields. */
export function microInstantText(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '000Z');
}

/** Epoch ms of an RFC 3339 text; `otherwise` when there is none. */
export function instantOf(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : Date.parse(text);
}
