import { z } from 'zod';
import { defineLayer, onlyInput, plainPlan } from '../layer-kind.ts';

/** Layers that do something in training only. */
export const passing = defineLayer({
  classNames: ['Dropout', 'SpatialDropout1D', 'GaussianDropout', 'GaussianNoise', 'AlphaDropout', 'ActivityRegularization'],
  config: z.looseObject({}),
  plan: (_config, inputs, context) => plainPlan(onlyInput(context, inputs), (_graph, [x = '']) => x),
});
