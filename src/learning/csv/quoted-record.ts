/** One record that may have quotes: its fields, and where the next one begins. Undefined when a quote is never closed. */
export interface QuotedRecord {
  readonly fields: readonly string[];
  readonly next: number;
  /** Lines of text that the record covers. */
  readonly lines: number;
}

const QUOTE = 34;
const LINE_FEED = 10;

/** Reads a record by the rules of RFC 4180: a quoted field may hold commas, line ends and doubled quotes. */
export function quotedRecord(bytes: Uint8Array, from: number): QuotedRecord | undefined {
  let at = from;
  let isQuoted = false;
  let lines = 1;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) isQuoted = !isQuoted;
    if (byte !== LINE_FEED) continue;
    if (!isQuoted) break;
    lines += 1;
  }
  if (isQuoted) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(from, at)).replace(/\r$/, '');
  return { fields: fieldsOf(text), next: at + 1, lines };
}

function fieldsOf(text: string): string[] {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"' && isQuoted && text[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (letter === '"') isQuoted = !isQuoted;
    else if (letter === ',' && !isQuoted) {
      fields.push(field);
      field = '';
    } else field += letter;
  }
  return [...fields, field];
}
