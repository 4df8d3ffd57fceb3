/** The library, loaded on use. */
type Uncompress = (input: Uint8Array, maxLength?: number) => Uint8Array;

/**
 * Uncompresses one snappy block. Throws for one that would give more than `maxBytes` or is not whole: every length is added up before
 * anything is copied, since the library trusts them.
 */
export function unsnapped(block: Uint8Array, maxBytes: number, uncompress: Uncompress): Uint8Array {
  const declared = declaredLength(block);
  if (declared.length > maxBytes) throw new RangeError(`${declared.length} bytes uncompressed are too many`);
  if (givenLength(block, declared.next) !== declared.length) throw new Error('the snappy block is not whole');
  return uncompress(block, maxBytes);
}

interface At {
  readonly length: number;
  /** Where the next element begins. */
  readonly next: number;
}

function declaredLength(block: Uint8Array): At {
  let length = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = block[index];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { length, next: index + 1 };
  }
  throw new Error('the snappy block has no length');
}

/** How many bytes the elements give; NaN when one of them reaches beyond the block or before the beginning of what was given. */
function givenLength(block: Uint8Array, start: number): number {
  let given = 0;
  let at = start;
  while (at < block.length) {
    const tag = block[at] ?? 0;
    const element = (tag & 3) === 0 ? literal(block, at, tag >>> 2) : copy(block, at, tag);
    if (element.next > block.length || (element.offset !== undefined && (element.offset === 0 || element.offset > given)))
      return Number.NaN;
    given += element.length;
    at = element.next;
  }
  return given;
}

function literal(block: Uint8Array, at: number, size: number): At & { readonly offset?: number } {
  const bytes = Math.max(0, size - 59);
  const length = (bytes === 0 ? size : littleEndian(block, at + 1, bytes)) + 1;
  return { length, next: at + 1 + bytes + length };
}

function copy(block: Uint8Array, at: number, tag: number): At & { readonly offset: number } {
  if ((tag & 3) === 1) return { length: ((tag >>> 2) & 7) + 4, offset: ((tag >>> 5) << 8) + (block[at + 1] ?? 0), next: at + 2 };
  const bytes = (tag & 3) === 2 ? 2 : 4;
  return { length: (tag >>> 2) + 1, offset: littleEndian(block, at + 1, bytes), next: at + 1 + bytes };
}

function littleEndian(block: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let index = 0; index < bytes; index += 1) value += (block[at + index] ?? 0) * 2 ** (8 * index);
  return value;
}
