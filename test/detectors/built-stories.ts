import { builtCluster } from './built-cluster.ts';
import { builtPods } from './built-pods.ts';
import { builtWorkloads } from './built-workloads.ts';
import type { Story } from './story.ts';

/** States that no recording holds yet, built after what real clusters give. */
export const builtStories: readonly Story[] = [...builtPods, ...builtWorkloads, ...builtCluster];
