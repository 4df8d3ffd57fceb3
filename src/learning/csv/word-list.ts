/** The different texts of a column, each once. */
export interface WordList {
  /** The number of the text that these bytes are. */
  codeOf(bytes: Uint8Array, from: number, to: number): number;
  words(): readonly string[];
}

/** Makes an empty list. */
export function wordList(): WordList {
  const decoder = new TextDecoder();
  const words: string[] = [];
  const forms: Uint8Array[] = [];
  const byHash = new Map<number, number[]>();
  let last = -1;

  function add(bytes: Uint8Array, alike: number[] | undefined, hash: number): number {
    const code = words.length;
    words.push(decoder.decode(bytes));
    forms.push(bytes.slice());
    if (alike) alike.push(code);
    else byHash.set(hash, [code]);
    return code;
  }
  return {
    codeOf(bytes, from, to) {
      if (last >= 0 && isSame(forms[last], { bytes, from, to })) return last;
      const hash = hashOf(bytes, from, to);
      const alike = byHash.get(hash);
      last = alike?.find((code) => isSame(forms[code], { bytes, from, to })) ?? add(bytes.subarray(from, to), alike, hash);
      return last;
    },
    words: () => words,
  };
}

interface Span {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

function isSame(form: Uint8Array | undefined, { bytes, from, to }: Span): boolean {
  if (form?.length !== to - from) return false;
  for (let index = 0; index < form.length; index += 1) if (form[index] !== bytes[from + index]) return false;
  return true;
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv). */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash >>> 0;
}
