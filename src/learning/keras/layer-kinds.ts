import type { LayerKind } from './layer-kind.ts';
import { activationLayers } from './layers/activations.ts';
import { conv1d } from './layers/convolution.ts';
import { dense } from './layers/dense.ts';
import { mergingLayers } from './layers/merging.ts';
import { normalizationLayers } from './layers/normalization.ts';
import { passing } from './layers/passing.ts';
import { poolingLayers } from './layers/pooling.ts';
import { recurrentLayers } from './layers/recurrent.ts';
import { reshapingLayers } from './layers/reshaping.ts';
import { wrappingLayers } from './layers/wrapping.ts';

/** Every kind of layer that can be imported. */
export const layerKinds: readonly LayerKind[] = [
  dense,
  conv1d,
  passing,
  ...activationLayers,
  ...mergingLayers,
  ...normalizationLayers,
  ...poolingLayers,
  ...recurrentLayers,
  ...reshapingLayers,
  ...wrappingLayers,
];
