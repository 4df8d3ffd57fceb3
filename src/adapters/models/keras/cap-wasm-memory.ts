import { kerasLimits } from '../../../learning/keras/limits.ts';

/** The part of WebAssembly that is needed here; the types of Node leave it out. */
declare const WebAssembly: {
  readonly Memory: { readonly prototype: { grow(this: { readonly buffer: ArrayBuffer }, pages: number): number } };
};

const pageBytes = 65_536;
/** The file itself, one weight as large, and room for the library. */
const mostBytes = 3 * kerasLimits.fileBytes;

/**
 * From now on no WebAssembly memory of this thread grows beyond three times the largest file; the library then finds no memory, and
 * says so. For a thread of its own only.
 */
export function capWasmMemory(): void {
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * pageBytes > mostBytes) throw new RangeError(`more than ${mostBytes} bytes of memory`);
    return grow.call(this, pages);
  };
}
