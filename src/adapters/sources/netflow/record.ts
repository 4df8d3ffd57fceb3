import { type Element, PLACES, places } from './elements.ts';
import { ipv4Text, ipv6Text } from './ip-text.ts';
import { type Template, VARIABLE } from './template.ts';

/** What was read of one record, by place. It is the reader's own, and is overwritten by the next record. */
export interface RecordValues {
  readonly numbers: Float64Array;
  sourceAddress: string;
  destinationAddress: string;
}

/** Reads the records of data sets. */
export interface RecordReader {
  /**
   * Calls `take` with each record of a set, and returns how many there were. What is left over is padding when it is shorter than any
   * record; `isWhole` is false when a record says that it is longer than its set.
   */
  read(set: DataView, template: Template, take: (values: RecordValues) => void): { readonly records: number; readonly isWhole: boolean };
}

/** 1900 to 1970 (RFC 5905). */
const NTP_EPOCH_SECONDS = 2_208_988_800;

/** Makes a reader, which reads all records into the same place. */
export function createRecordReader(): RecordReader {
  const numbers = new Float64Array(PLACES);
  const values: RecordValues = { numbers, sourceAddress: '', destinationAddress: '' };

  /** The first of several elements of one place counts. */
  function keep(set: DataView, at: number, length: number, { place, as }: Element): void {
    if (as === 'ipv4' || as === 'ipv6') {
      const text = as === 'ipv4' ? ipv4Text(set, at) : ipv6Text(set, at);
      if (place === places.sourceAddress) values.sourceAddress ||= text;
      else values.destinationAddress ||= text;
    } else if (Number.isNaN(numbers[place])) numbers[place] = as === 'ntp' ? ntpMs(set, at) : unsigned(set, at, length);
  }

  /** Where the record ends; undefined when the set ends before. */
  function readOne(set: DataView, from: number, { fields }: Template): number | undefined {
    numbers.fill(Number.NaN);
    values.sourceAddress = '';
    values.destinationAddress = '';
    let at = from;
    for (const { length: fixed, element } of fields) {
      const length = fixed === VARIABLE ? saidLength(set, at) : fixed;
      if (fixed === VARIABLE) at += saidIn(set, at);
      if (set.byteLength - at < length) return undefined;
      if (element !== undefined) keep(set, at, length, element);
      at += length;
    }
    return at;
  }

  return {
    read(set, template, take) {
      let at = 0;
      let records = 0;
      while (set.byteLength - at >= template.leastLength) {
        const end = readOne(set, at, template);
        if (end === undefined) return { records, isWhole: false };
        records++;
        take(values);
        at = end;
      }
      return { records, isWhole: true };
    },
  };
}

/** One byte, or 255 and two more (RFC 7011, section 7); infinite when the set ends in it. */
function saidLength(set: DataView, at: number): number {
  const left = set.byteLength - at;
  if (left < 1) return Number.POSITIVE_INFINITY;
  const short = set.getUint8(at);
  if (short < 255) return short;
  return left < 3 ? Number.POSITIVE_INFINITY : set.getUint16(at + 1);
}

function saidIn(set: DataView, at: number): number {
  return at < set.byteLength && set.getUint8(at) === 255 ? 3 : 1;
}

function ntpMs(set: DataView, at: number): number {
  return (set.getUint32(at) - NTP_EPOCH_SECONDS) * 1000 + Math.round((set.getUint32(at + 4) / 2 ** 32) * 1000);
}

/** Reduced-size encoding (RFC 7011, section 6.2): any number of bytes up to eight. */
function unsigned(set: DataView, at: number, length: number): number {
  if (length === 4) return set.getUint32(at);
  if (length === 8) return set.getUint32(at) * 2 ** 32 + set.getUint32(at + 4);
  let value = 0;
  for (let n = 0; n < length; n++) value = value * 256 + set.getUint8(at + n);
  return value;
}
