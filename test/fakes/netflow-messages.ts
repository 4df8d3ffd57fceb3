/** Big-endian fields: `[value, bytes]`. */
type Part = readonly [value: number, bytes: number] | readonly number[] | Buffer;
/** A number, big-endian. */
export const u = (value: number, bytes: number) => {
  const field = Buffer.alloc(bytes);
  for (let at = bytes - 1, left = value; at >= 0; at--, left = Math.floor(left / 256)) field[at] = left % 256;
  return field;
};
/** Bytes of numbers with their sizes, of hexadecimal text, or as they are. */
export const bytesOf = (...parts: readonly (Part | string)[]) =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'hex') : Buffer.isBuffer(part) ? part : u(part[0] ?? 0, part[1] ?? 1),
    ),
  );
/** Numbers of two bytes. */
export const u16 = (...values: readonly number[]) => Buffer.concat(values.map((value) => u(value, 2)));
/** Numbers of four bytes. */
export const u32 = (...values: readonly number[]) => Buffer.concat(values.map((value) => u(value, 4)));
/** A set with its head. */
export const set = (id: number, ...parts: readonly Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u16(id, body.length + 4), body]);
};

/** The export time of all messages, seconds. */
export const EXPORT_S = 1_700_000_000;
/** An IPFIX message of domain 7. */
export const ipfix = (sequence: number, ...sets: readonly Buffer[]) => {
  const body = Buffer.concat(sets);
  return Buffer.concat([u16(10, body.length + 16), u32(EXPORT_S, sequence, 7), body]);
};
/** A NetFlow v9 message of source 7. */
export const v9 = (sequence: number, uptimeMs: number, ...sets: readonly Buffer[]) =>
  Buffer.concat([u16(9, sets.length), u32(uptimeMs, EXPORT_S, sequence, 7), ...sets]);
/** A template of IPFIX, or of v9 where no field has a maker. */
export const template = (id: number, ...fields: readonly (readonly [id: number, length: number, enterprise?: number])[]) =>
  Buffer.concat([
    u16(id, fields.length),
    ...fields.map(([element, length, enterprise]) =>
      enterprise === undefined ? u16(element, length) : Buffer.concat([u16(element + 0x8000, length), u32(enterprise)]),
    ),
  ]);

/** 10.0.0.1 */
export const A = u32(0x0a000001);
/** 10.0.0.2 */
export const B = u32(0x0a000002);
/** The fields of both addresses. */
export const PAIR = [
  [8, 4],
  [12, 4],
] as const;
/** The export time, milliseconds. */
export const NOW = EXPORT_S * 1000;

/** One record of NetFlow v5: addresses as numbers, the rest as it is called there. */
export interface V5Record {
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly packets: number;
  readonly bytes: number;
  readonly tcpFlags: number;
}
/** Messages of NetFlow v5, of at most thirty records each, of flows that ended just before `nowMs`, by an exporter that was started a day before. */
export function v5(nowMs: number, sequence: number, records: readonly V5Record[]): readonly Buffer[] {
  const uptime = 86_400_000;
  const messages: Buffer[] = [];
  for (let at = 0; at < records.length; at += 30) {
    const part = records.slice(at, at + 30);
    const seconds = Math.floor(nowMs / 1_000);
    const head = Buffer.concat([u16(5, part.length), u32(uptime, seconds, (nowMs - seconds * 1_000) * 1e6, sequence + at), u(0, 4)]);
    messages.push(Buffer.concat([head, ...part.map((record) => v5Record(record, uptime))]));
  }
  return messages;
}

function v5Record({ source, destination, sourcePort, destinationPort, packets, bytes, tcpFlags }: V5Record, uptime: number): Buffer {
  const times = u32(packets, bytes, uptime - 1_000, uptime - 500);
  const rest = Buffer.from([0, tcpFlags, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([u32(source, destination, 0), u16(0, 0), times, u16(sourcePort, destinationPort), rest]);
}
