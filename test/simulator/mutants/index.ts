import { accessMutants } from './access.ts';
import { garbageMutants } from './garbage.ts';
import type { Mutant } from './mutant.ts';
import { patchingMutants } from './patching.ts';
import { podMutants } from './pods.ts';
import { readingMutants } from './reading.ts';
import { writingMutants } from './writing.ts';

/** Every fault that the API contract must find. */
export const mutants: readonly Mutant[] = [
  ...readingMutants,
  ...writingMutants,
  ...patchingMutants,
  ...podMutants,
  ...accessMutants,
  ...garbageMutants,
];
