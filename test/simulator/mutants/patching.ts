import type { Mutant } from './mutant.ts';

const json = 'api/json-patch.ts';
const strategic = 'api/strategic-merge-patch.ts';
const validation = 'api/validation.ts';
const managers = 'api/managed-fields.ts';

/** Patches, what is refused of them, and who is noted as their author. */
export const patchingMutants: readonly Mutant[] = [
  {
    name: 'ignores the test operation of a JSON patch',
    file: json,
    find: 'if (!isSame(valueAt(document, path) ?? null, value ?? null)) throw',
    replace: 'if (isSame(valueAt(document, path) ?? null, unfit)) throw',
  },
  {
    name: 'replaces by JSON patch only what is there',
    file: json,
    find: 'return put(document, path, need(value, path), false);',
    replace: 'need(valueAt(document, path), path, op);\n      return put(document, path, need(value, path), false);',
  },
  {
    name: 'replaces beyond the end of a list',
    file: json,
    find: 'isAdd ? parent.length : parent.length - 1',
    replace: 'parent.length',
  },
  {
    name: 'does not read the escapes of a JSON pointer',
    file: json,
    find: "step.replaceAll('~1', '/').replaceAll('~0', '~')",
    replace: 'step',
  },
  {
    name: 'replaces an item where a JSON patch adds one to a list',
    file: json,
    find: 'isAdd ? 0 : 1',
    replace: '1',
  },
  {
    name: 'keeps what a merge patch takes away by null',
    file: 'api/merge-patch.ts',
    find: 'if (value === null || value === undefined) delete result[field];',
    replace: 'if (value === null || value === undefined) continue;',
  },
  {
    name: 'replaces the containers by those of a strategic patch',
    file: strategic,
    find: "containers: 'name',\n  initContainers",
    replace: 'initContainers',
  },
  {
    name: 'merges containers by image in a strategic patch',
    file: strategic,
    find: "containers: 'name',\n  initContainers",
    replace: "containers: 'image',\n  initContainers",
  },
  {
    name: 'ignores $patch: delete',
    file: strategic,
    find: "if (item.$patch === 'delete') result = result.filter((_, index) => index !== place);",
    replace: "if (item.$patch === 'delete') continue;",
  },
  {
    name: 'ignores the order that a strategic patch says',
    file: strategic,
    find: 'result[field] = items.toSorted((one, other) => placeOf(one) - placeOf(other));',
    replace: 'placeOf(nameOf(null));',
  },
  {
    name: 'lets the selector of a workload change',
    file: validation,
    find: "!isSame(at(after.spec, 'selector'), at(before.spec, 'selector'))",
    replace: 'false',
  },
  {
    name: 'lets the spec of a pod change',
    file: validation,
    find: "resource === 'pods' ? podCauses(after, before) : []",
    replace: '[]',
  },
  {
    name: 'lets an object take another uid',
    file: validation,
    find: 'uid !== undefined && uid !== before.metadata.uid',
    replace: 'false',
  },
  {
    name: 'takes a selector that does not fit its template',
    file: validation,
    find: 'labels[name] === value) ? [] : [misfit]',
    replace: 'labels[name] === value) ? [] : []',
  },
  {
    name: 'notes no manager',
    file: managers,
    find: 'if (!manager) return after;',
    replace: 'if (manager) return after;',
  },
  {
    name: 'leaves a field with its former manager too',
    file: managers,
    find: '.flatMap((entry) => without(entry, changed))',
    replace: '.flatMap((entry) => without(entry, {}))',
  },
  {
    name: 'does not note the subresource of a manager',
    file: managers,
    find: "...(part !== '' && { subresource: part }),",
    replace: '',
  },
];
