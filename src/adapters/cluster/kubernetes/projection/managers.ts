import type { FieldManager } from '../../../../core/model/objects.ts';
import { fieldsAt, instantAt, isFields, listAt, textAt } from './fields.ts';

type Touch = FieldManager['touches'][number];

/** The field managers of an object, each with the parts that it wrote (`metadata.managedFields`). */
export function managersOf(raw: unknown): readonly FieldManager[] {
  return listAt(raw, 'metadata', 'managedFields').map((entry) => ({
    manager: textAt(entry, 'manager') ?? 'unknown',
    operation: textAt(entry, 'operation') ?? 'Update',
    subresource: textAt(entry, 'subresource'),
    at: instantAt(entry, 'time'),
    touches: touchesOf(fieldsAt(entry, 'fieldsV1')),
  }));
}

function touchesOf(fields: Readonly<Record<string, unknown>>): readonly Touch[] {
  return [...new Set(leavesOf(fields, []).flatMap(touchOf))];
}

/** The paths of all fields that hold no further ones; `.` stands for the holder itself. */
function leavesOf(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  const inner = isFields(value) ? Object.keys(value).filter((key) => key !== '.') : [];
  return inner.length === 0 ? [path] : inner.flatMap((key) => leavesOf(fieldsAt(value, key), [...path, key]));
}

function touchOf(path: readonly string[]): readonly Touch[] {
  const [root, part] = path;
  const isOfResources = path.includes('f:resources');
  if (root !== 'f:spec') return ['other'];
  if (part === 'f:template') return isOfResources ? ['template', 'resources'] : ['template'];
  if (part === 'f:replicas') return ['replicas'];
  return isOfResources ? ['resources'] : ['other'];
}
