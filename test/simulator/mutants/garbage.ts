import type { Mutant } from './mutant.ts';

const file = 'cluster/controllers/garbage-collector.ts';

/** The garbage collector. */
export const garbageMutants: readonly Mutant[] = [
  {
    name: 'leaves what an owner leaves behind',
    file,
    find: 'if (isOrphaned(world, object)) return remove(world, key);',
    replace: '',
  },
  {
    name: 'takes a namesake for the owner',
    file,
    find: '?.metadata.uid !== reference.uid,',
    replace: '=== undefined,',
  },
  {
    name: 'removes what was to be orphaned',
    file,
    find: 'for (const one of left) world.objects.change(one, (draft) => disown(draft, owner));',
    replace: 'for (const one of left) remove(world, one);',
  },
  {
    name: 'does not wait for what goes before an owner',
    file,
    find: 'if (dependentsOf(world, owner).length === 0) release',
    replace: 'release',
  },
];
