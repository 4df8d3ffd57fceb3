/** The same array with room for more; what was in it stays. */
export function widened(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const room = new Float64Array(length);
  room.set(old);
  return room;
}

/** The same for marks of 0 and 1, and small counts. */
export function widenedMarks(old: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const room = new Uint8Array(length);
  room.set(old);
  return room;
}
