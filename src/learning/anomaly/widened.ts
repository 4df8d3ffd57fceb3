/** The same array with room for more; what was in it stays. */
export function widened(old: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const room = new Float64Array(length);
  room.set(old);
  return room;
}
