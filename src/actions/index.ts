import type { Action } from '../core/plugins.ts';
import { adjustResources } from './adjust-resources.ts';
import { evictFromNode } from './evict-from-node.ts';
import { evictPod } from './evict-pod.ts';
import { restartRollout } from './restart-rollout.ts';
import { rollbackRollout } from './rollback-rollout.ts';
import { scaleBack } from './scale-back.ts';
import { scaleWorkload } from './scale-workload.ts';

/** Every action: one file of this folder each. */
export const actions: readonly Action[] = [
  adjustResources,
  evictFromNode,
  evictPod,
  restartRollout,
  rollbackRollout,
  scaleBack,
  scaleWorkload,
];
