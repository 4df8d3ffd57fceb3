import { anomaly } from './anomaly.ts';
import { flows } from './flows.ts';
import { forecast } from './forecast.ts';
import { logs } from './logs.ts';
import { podFailure } from './pod-failure.ts';
import { symptoms } from './symptoms.ts';
import type { EvaluationTask } from './task.ts';

/** All tasks of `kubemend eval`: one file of this folder each, called by its name. */
export const evaluations: readonly EvaluationTask[] = [anomaly, flows, forecast, logs, podFailure, symptoms];
