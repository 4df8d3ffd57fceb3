import type { Mutant } from './mutant.ts';

const selectors = 'api/selectors.ts';
const reading = 'api/reading.ts';
const watching = 'api/watching.ts';

/** Lists, selectors and watches. */
export const readingMutants: readonly Mutant[] = [
  {
    name: 'takes a set-based label selector with notin for one with in',
    file: selectors,
    find: "operator === 'in' ? isIn : (labels) => !isIn(labels)",
    replace: 'isIn',
  },
  {
    name: 'leaves objects without the label out of a notin selection',
    file: selectors,
    find: '(labels) => !isIn(labels)',
    replace: '(labels) => key in labels && !isIn(labels)',
  },
  {
    name: 'leaves objects without the label out of a != selection',
    file: selectors,
    find: '(labels) => labels[key] !== value',
    replace: '(labels) => key in labels && labels[key] !== value',
  },
  {
    name: 'ignores the field selector',
    file: selectors,
    find: 'labels(object) && fields(object)',
    replace: 'labels(object)',
  },
  {
    name: 'selects by any field',
    file: selectors,
    find: '.includes(field)) {',
    replace: ".includes(field) && field === '') {",
  },
  {
    name: 'ignores the continue token',
    file: reading,
    find: 'place ? all.filter((object) => idOf(object) > place.after) : all',
    replace: 'all',
  },
  {
    name: 'takes any text for a continue token',
    file: reading,
    find: '} catch {',
    replace: '} catch {\n    return undefined;',
  },
  {
    name: 'gives each page a resourceVersion of its own',
    file: reading,
    find: 'place?.version ?? objects.resourceVersion()',
    replace: 'objects.resourceVersion() + (place ? 1 : 0)',
  },
  {
    name: 'answers a list of a version that is still to come',
    file: reading,
    find: 'if (version <= now) return;',
    replace: 'return;',
  },
  {
    name: 'gives whole objects to who asked for metadata',
    file: 'api/presentation.ts',
    find: "? 'metadata' : 'whole'",
    replace: "? 'whole' : 'whole'",
  },
  {
    name: 'watches from a version that is forgotten',
    file: 'api/history.ts',
    find: '(version < forgotten ? undefined : kept.filter',
    replace: '(version < 0 ? undefined : kept.filter',
  },
  {
    name: 'tells a watch of missed writes in the wrong order',
    file: 'api/history.ts',
    find: 'change.resourceVersion > version)',
    replace: 'change.resourceVersion > version).toReversed()',
  },
  {
    name: 'leaves the write at the named version out of its memory',
    file: 'api/history.ts',
    find: 'change.resourceVersion > version)',
    replace: 'change.resourceVersion > version + 1)',
  },
  {
    name: 'sends no bookmarks',
    file: watching,
    find: "isOn(call, 'allowWatchBookmarks') ? () => send([bookmark()])",
    replace: "isOn(call, 'allowWatchBookmarks') ? () => undefined",
  },
  {
    name: 'does not mark the end of the first state',
    file: watching,
    find: "withAnnotation(bookmark(), 'k8s.io/initial-events-end')",
    replace: 'bookmark()',
  },
  {
    name: 'says nothing of an object that leaves the watch’s selector',
    file: watching,
    find: 'if (!was || !before) return [];',
    replace: "if (type !== 'DELETED' || !was || !before) return [];",
  },
  {
    name: 'calls an object that comes into the selector modified',
    file: watching,
    find: "was ? 'MODIFIED' : 'ADDED'",
    replace: "before ? 'MODIFIED' : 'ADDED'",
  },
  {
    name: 'gives a deselected object its old resourceVersion',
    file: watching,
    find: '{ ...before, metadata: { ...before.metadata, resourceVersion: String(resourceVersion) } }',
    replace: 'before',
  },
  {
    name: 'gives a deleted object its old resourceVersion',
    file: watching,
    find: "type === 'DELETED' ? object :",
    replace: "type === 'DELETED' ? before :",
  },
];
