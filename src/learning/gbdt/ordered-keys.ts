/**
 * Whole numbers in the order of the floats, within 30 bits and a sign, so that `(threshold - value) >>> 31` is 1 exactly when a value is
 * above a threshold: trees are walked without a branch, which is what costs. The last bit of a float is not looked at; NaN is below all.
 */
export function orderedKeys(values: Float32Array): Int32Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Int32Array(values.length);
  for (let at = 0; at < keys.length; at++) {
    const value = values[at] ?? 0;
    const bit = bits[at] ?? 0;
    keys[at] = Number.isNaN(value) ? BELOW_ALL : (bit ^ ((bit >> 31) & 0x7fff_ffff)) >> 1;
  }
  return keys;
}

const BELOW_ALL = -(2 ** 30);
