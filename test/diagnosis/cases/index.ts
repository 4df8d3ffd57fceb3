import type { LabelledCase } from '../labelled-case.ts';
import { badRollouts } from './bad-rollout.ts';
import { changes } from './changes.ts';
import { clusterCases } from './cluster.ts';
import { demandCases } from './demand.ts';
import { hardRollouts } from './hard-rollouts.ts';
import { nodeCases } from './nodes.ts';
import { notTheRollout } from './not-the-rollout.ts';
import { processes } from './processes.ts';
import { recordings } from './recorded.ts';

/** Every labelled case. */
export const cases: readonly LabelledCase[] = [
  ...recordings,
  ...badRollouts,
  ...notTheRollout,
  ...hardRollouts,
  ...changes,
  ...processes,
  ...nodeCases,
  ...clusterCases,
  ...demandCases,
];
