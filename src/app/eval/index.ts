import { logs } from './logs.ts';
import type { EvaluationTask } from './task.ts';

/** All tasks of `kubemend eval`: one file of this folder each, called by its name. */
export const evaluations: readonly EvaluationTask[] = [logs];
