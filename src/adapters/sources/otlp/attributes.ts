import type { AnyValue, KeyValue } from './messages.ts';

/** The value of an attribute; undefined when it is not there. */
export function valueAt(attributes: readonly KeyValue[], key: string): AnyValue | undefined {
  return attributes.find((attribute) => attribute.key === key)?.value ?? undefined;
}

/** An attribute that is a text and not empty. */
export function textAt(attributes: readonly KeyValue[], key: string): string | undefined {
  const value = valueAt(attributes, key);
  return value?.value === 'stringValue' && value.stringValue !== '' ? value.stringValue : undefined;
}

/** An attribute that is a number, or a text that is one. */
export function numberAt(attributes: readonly KeyValue[], key: string): number | undefined {
  const value = valueAt(attributes, key);
  if (value?.value === 'intValue') return value.intValue.toNumber();
  if (value?.value === 'doubleValue') return value.doubleValue;
  const text = textAt(attributes, key);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Any value as people read it: text as it is, lists and maps as JSON; empty when nothing was sent. */
export function textOf(value: AnyValue | null | undefined): string {
  if (value?.value === 'stringValue') return value.stringValue;
  const plain = plainOf(value);
  return plain === null ? '' : JSON.stringify(plain);
}

function plainOf(value: AnyValue | null | undefined): unknown {
  switch (value?.value) {
    case 'stringValue':
      return value.stringValue;
    case 'boolValue':
      return value.boolValue;
    case 'intValue':
      return value.intValue.toNumber();
    case 'doubleValue':
      return value.doubleValue;
    case 'arrayValue':
      return (value.arrayValue?.values ?? []).map(plainOf);
    case 'kvlistValue':
      return Object.fromEntries((value.kvlistValue?.values ?? []).map((entry) => [entry.key, plainOf(entry.value)]));
    default:
      return null;
  }
}
