import { type Element, elementOf } from './elements.ts';

/** One field of a template: how long it is in a record, and what it means to us. */
export interface Field {
  /** Bytes, or `VARIABLE`. */
  readonly length: number;
  /** Missing: read over. */
  readonly element: Element | undefined;
}

/** How the records of one kind look. */
export interface Template {
  readonly id: number;
  readonly fields: readonly Field[];
  /** The fewest bytes of a record; never 0. */
  readonly leastLength: number;
  /** Its records tell about the exporter instead of a flow. */
  readonly isOptions: boolean;
  /** Two with the same are the same template. */
  readonly print: string;
}

/** The length that stands for "the record says how long". */
export const VARIABLE = 0xffff;
/** Beyond that a template is refused: the longest that are sent have some 60 fields. */
const MOST_FIELDS = 256;

/** What a template set says: new templates, and (IPFIX) those that are withdrawn, where 2 and 3 mean all of a kind. Undefined: it cannot be read further. */
export type TemplateNews = Template | { readonly withdrawn: number } | undefined;

interface Head {
  readonly id: number;
  readonly fields: number;
  /** Bytes up to the first field. */
  readonly length: number;
}

/** Reads the templates of one set; the last one is undefined when what follows is malformed. */
export function templatesIn(set: DataView, kind: { readonly version: 9 | 10; readonly isOptions: boolean }): readonly TemplateNews[] {
  const news: TemplateNews[] = [];
  let at = 0;
  while (set.byteLength - at >= 4) {
    const head = headAt(set, at, kind);
    if (head === undefined) return [...news, undefined];
    if (head.id === 0 && head.fields === 0) break;
    if (head.fields === 0) {
      if (kind.version === 9) return [...news, undefined];
      news.push({ withdrawn: head.id });
      at += head.length;
      continue;
    }
    const read = fieldsAt(set, at + head.length, head.fields, kind.version);
    const template = read && templateOf(head.id, read.fields, kind.isOptions);
    if (!read || !template) return [...news, undefined];
    news.push(template);
    at = read.end;
  }
  return news;
}

function headAt(
  set: DataView,
  at: number,
  { version, isOptions }: { readonly version: 9 | 10; readonly isOptions: boolean },
): Head | undefined {
  const id = set.getUint16(at);
  const count = set.getUint16(at + 2);
  if (!isOptions) return { id, fields: count, length: 4 };
  if (version === 10) return count > 0 && set.byteLength - at < 6 ? undefined : { id, fields: count, length: count === 0 ? 4 : 6 };
  if (set.byteLength - at < 6) return { id: 0, fields: 0, length: 4 };
  const optionBytes = set.getUint16(at + 4);
  return count % 4 === 0 && optionBytes % 4 === 0 ? { id, fields: (count + optionBytes) / 4, length: 6 } : undefined;
}

function fieldsAt(
  set: DataView,
  from: number,
  count: number,
  version: 9 | 10,
): { readonly fields: Field[]; readonly end: number } | undefined {
  if (count > MOST_FIELDS) return undefined;
  const fields: Field[] = [];
  let at = from;
  for (let n = 0; n < count; n++) {
    if (set.byteLength - at < 4) return undefined;
    const id = set.getUint16(at);
    const length = set.getUint16(at + 2);
    const isEnterprise = version === 10 && id >= 0x8000;
    if (isEnterprise && set.byteLength - at < 8) return undefined;
    const element = isEnterprise ? elementOf(id & 0x7fff, set.getUint32(at + 4)) : elementOf(id, 0);
    fields.push({ length, element: fitting(element, length) });
    at += isEnterprise ? 8 : 4;
  }
  return { fields, end: at };
}

/** An element of a length that it cannot have is read over. */
function fitting(element: Element | undefined, length: number): Element | undefined {
  if (element === undefined) return undefined;
  const isRight = { number: length >= 1 && length <= 8, ntp: length === 8, ipv4: length === 4, ipv6: length === 16 }[element.as];
  return isRight ? element : undefined;
}

function templateOf(id: number, fields: readonly Field[], isOptions: boolean): Template | undefined {
  const leastLength = fields.reduce((sum, { length }) => sum + (length === VARIABLE ? 1 : length), 0);
  if (id < 256 || leastLength === 0) return undefined;
  const print = fields.map(({ length, element }) => `${length}:${element?.place ?? ''}${element?.as ?? ''}`).join();
  return { id, fields, leastLength, isOptions, print: `${isOptions ? 'options' : 'data'} ${print}` };
}
