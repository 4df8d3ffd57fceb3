import type { Mutant } from './mutant.ts';

const store = 'api/object-store.ts';
const writing = 'api/writing.ts';

/** Creations, updates and deletions, and what is kept of them. */
export const writingMutants: readonly Mutant[] = [
  {
    name: 'takes a PUT or PATCH on an old resourceVersion',
    file: writing,
    find: 'if (version && version !== known.metadata.resourceVersion) throw staleVersion(target.resource, target.name);',
    replace: '',
  },
  {
    name: 'takes a PUT with another uid',
    file: writing,
    find: 'if (uid && uid !== known.metadata.uid) {',
    replace: 'if (uid === false) {',
  },
  {
    name: 'replaces a Lease without a resourceVersion',
    file: writing,
    find: "'leases.coordination.k8s.io', 'poddisruptionbudgets.policy'",
    replace: "'poddisruptionbudgets.policy'",
  },
  {
    name: 'creates no Lease by an update',
    file: writing,
    find: "target.resource === 'leases.coordination.k8s.io' && target.subresource === ''",
    replace: 'false',
  },
  {
    name: 'ignores the uid precondition of a deletion',
    file: writing,
    find: "checkPreconditions(known, target, objectAt(options, 'preconditions'));",
    replace: '',
  },
  {
    name: 'ignores resourceVersion preconditions',
    file: writing,
    find: "if (typeof wanted.resourceVersion === 'string' && wanted.resourceVersion !== resourceVersion) {",
    replace: "if (typeof wanted.resourceVersion === 'number') {",
  },
  {
    name: 'creates in a namespace that is not there',
    file: writing,
    find: "if (!found) throw notFound('namespaces', namespace);",
    replace: 'if (!found) return;',
  },
  {
    name: 'creates in a namespace that is going',
    file: writing,
    find: 'if (found.metadata.deletionTimestamp === undefined) return;',
    replace: 'return;',
  },
  {
    name: 'takes a dry run for a word that is not All',
    file: writing,
    find: "if (values.every((value) => value === 'All')) return values.length > 0;",
    replace: 'return values.length > 0;',
  },
  {
    name: 'takes a foreground deletion for one in the background',
    file: store,
    find: "if (propagation === 'Foreground') return 'foregroundDeletion';",
    replace: "if (propagation === 'Foreground') return undefined;",
  },
  {
    name: 'creates for good in a dry run',
    file: store,
    find: "options.isDryRun ? owned : tell('ADDED'",
    replace: "false ? owned : tell('ADDED'",
  },
  {
    name: 'changes for good in a dry run',
    file: store,
    find: 'if (options.isDryRun) return owned;',
    replace: '',
  },
  {
    name: 'deletes for good in a dry run',
    file: store,
    find: "return removal.isDryRun ? before : tell('DELETED'",
    replace: "return false ? before : tell('DELETED'",
  },
  {
    name: 'marks a pod for deletion in a dry run',
    file: store,
    find: "return removal.isDryRun ? after : tell('MODIFIED'",
    replace: "return false ? after : tell('MODIFIED'",
  },
  {
    name: 'answers a taken name with 404',
    file: 'api/failures.ts',
    find: "new ApiFailure(409, 'AlreadyExists'",
    replace: "new ApiFailure(404, 'AlreadyExists'",
  },
  {
    name: 'raises the resourceVersion for a patch that changes nothing',
    file: store,
    find: 'if (isSame(after, before)) return before;',
    replace: '',
  },
  {
    name: 'raises no generation when the spec changes',
    file: store,
    find: 'if (!isSame(contentOf(before), contentOf(after))) return true;',
    replace: '',
  },
  {
    name: 'raises the generation for a label',
    file: store,
    find: 'if (!isSame(contentOf(before), contentOf(after))) return true;',
    replace: 'if (!isSame(before, after)) return true;',
  },
  {
    name: 'raises the generation for a status',
    file: store,
    find: 'function contentOf({ metadata: _metadata, status: _status, ...content }',
    replace: 'function contentOf({ metadata: _metadata, ...content }',
  },
  {
    name: 'lets the status subresource write the spec',
    file: store,
    find: "subresource === 'status' ? structuredClone(before) : draft",
    replace: 'draft',
  },
  {
    name: 'lets a write of the object write its status',
    file: store,
    find: "subresource === '' ? structuredClone(before.status) : draft.status",
    replace: 'draft.status',
  },
  {
    name: 'deletes an object that a finalizer holds',
    file: store,
    find: 'const isHeld = !isFree(before) || propagationFinalizer(removal) !== undefined;',
    replace: 'const isHeld = propagationFinalizer(removal) !== undefined;',
  },
  {
    name: 'keeps an object whose last finalizer has gone',
    file: store,
    find: "isOver(owned, before) ? 'DELETED' : 'MODIFIED'",
    replace: "'MODIFIED'",
  },
  {
    name: 'ends a running pod at once, without its grace',
    file: store,
    find: "return graceSeconds ?? (typeof own === 'number' ? own : DEFAULT_GRACE_SECONDS);",
    replace: 'return 0;',
  },
  {
    name: 'deletes a collection without its selector',
    file: 'api/serve.ts',
    find: '.filter(selectorOf(target.resource, call.query));',
    replace: ';',
  },
];
