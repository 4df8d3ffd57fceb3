import type { Dimension } from '../graphs/onnx-encoding.ts';
import { BoundedGraph, type Shape } from './bounded-graph.ts';
import { clipped, layerEnvelope, whereOf } from './layer-envelope.ts';
import type { LayerPlan, RawLayer, WeightSlot } from './layer-kind.ts';
import { layerKinds } from './layer-kinds.ts';
import { kerasLimits } from './limits.ts';
import { type ModelPlan, planModel } from './plan-model.ts';
import { refusal } from './refusal.ts';

/** A weight that a file holds: its shape, and its numbers on demand. */
export interface StoredWeight {
  readonly dims: readonly number[];
  values(): Float32Array;
}

/** What a Keras file says, however it is packed. */
export interface KerasFile {
  /** For messages. */
  readonly name: string;
  /** The parsed configuration of the model. */
  readonly config: unknown;
  /** The version of Keras that wrote it, such as `3.15.1`; undefined when the file does not say. */
  readonly version: string | undefined;
  /** The weights for these slots, in their order. Throws `model-refused` when one is not there. */
  weights(slots: readonly WeightSlot[]): readonly StoredWeight[];
}

/** A tensor that a model takes or gives. The batch, which is always open, is left out of the shape. */
export interface ModelPort {
  readonly name: string;
  readonly shape: Shape;
}

/** A model as ONNX (opset 17, float32), with what goes in and what comes out. */
export interface ImportedModel {
  readonly onnx: Uint8Array;
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
}

const models = new Set(['Sequential', 'Functional', 'Model']);
const kinds = new Map(layerKinds.flatMap((kind) => kind.classNames.map((className) => [className, kind])));

/** Writes a Keras model as ONNX that gives the same outputs at rest. Throws `model-refused` with the layer at fault and what to do. */
export function kerasToOnnx(file: KerasFile): ImportedModel {
  const plan = planFile(file);
  const graph = new BoundedGraph(file.name);
  const ports = portsOf(file, plan);
  const inputs = ports.inputs.map(({ name, shape }) => graph.input(name, dimensionsOf(name, shape)));
  const outputs = plan.write(graph, inputs, valuesOf(file, plan.weights));
  ports.outputs.forEach(({ name, shape }, n) => {
    graph.output(outputs[n] ?? '', name, dimensionsOf(name, shape));
  });
  return { onnx: graph.bytes(), ...ports };
}

/** The batch, and what only the data decides, by names. */
function dimensionsOf(name: string, shape: Shape): Dimension[] {
  return ['batch', ...shape.map((size, axis) => size ?? `${name}.${axis + 1}`)];
}

/** Where a layer stands. */
interface Place {
  readonly within: string;
  readonly depth: number;
  readonly inputs: readonly Shape[];
}

function planFile(file: KerasFile): ModelPlan {
  const major = Number.parseInt(file.version ?? '', 10);
  const kerasMajor = Number.isNaN(major) ? undefined : major;
  let calls = 0;

  function planNested(raw: RawLayer, { within, depth, inputs }: Place): LayerPlan {
    if (++calls > kerasLimits.layerCalls) throw refusal(file.name, `it has more than ${kerasLimits.layerCalls} layers`, 'make it smaller');
    if (depth > kerasLimits.depth) throw refusal(within, `its layers are nested more than ${kerasLimits.depth} deep`, 'flatten it');
    const envelope = layerEnvelope(raw, within);
    const where = whereOf(envelope, within);
    const plan = (layer: RawLayer, shapes: readonly Shape[]) => planNested(layer, { within: where, depth: depth + 1, inputs: shapes });
    if (models.has(envelope.class_name)) return planModel(envelope, { where, inputs, plan });
    const refuse = (why: string, remedy = 'replace the layer and train the model anew'): never => {
      throw refusal(where, why, remedy);
    };
    const kind = kinds.get(envelope.class_name);
    if (!kind) return refuse('layers of this class are not supported', 'use only layers that docs/keras.md lists');
    const planned = kind.plan(envelope.config, inputs, { where, kerasMajor, plan, refuse });
    for (const shape of planned.outputs) assertSmall(shape, where, 'it gives');
    return planned;
  }

  const envelope = layerEnvelope(file.config, file.name);
  if (!models.has(envelope.class_name)) {
    throw refusal(
      file.name,
      `a model of the class ${clipped(envelope.class_name)} is not supported`,
      'save it as Sequential or Functional',
    );
  }
  const plan = (layer: RawLayer, inputs: readonly Shape[]) => planNested(layer, { within: file.name, depth: 1, inputs });
  const planned = planModel(envelope, { where: file.name, inputs: undefined, plan });
  for (const { name, shape } of planned.inputs) assertSmall(shape, `${file.name}, input \`${clipped(name)}\``, 'it takes');
  return planned;
}

function assertSmall(shape: Shape, where: string, does: string): void {
  const numbers = shape.reduce<number>((all, size) => all * (size ?? 1), 1);
  if (numbers > kerasLimits.numbersPerSample) throw refusal(where, `${does} ${numbers} numbers for one sample`, 'make it smaller');
}

function portsOf(file: KerasFile, plan: ModelPlan) {
  const outputs = plan.outputs.map((shape, n) => ({ name: plan.outputNames[n] ?? '', shape }));
  const names = [...plan.inputs, ...outputs].map(({ name }) => name);
  if (outputs.length === 0 || plan.inputs.length === 0)
    throw refusal(file.name, 'it has no inputs or no outputs', 'save the model again with Keras');
  if (new Set(names).size !== names.length)
    throw refusal(file.name, 'it gives the same tensor twice, or an input back', 'name each output once');
  const odd = names.find((name) => name === '' || name.startsWith('#') || name !== clipped(name));
  if (odd !== undefined)
    throw refusal(file.name, `an input or output cannot be called \`${clipped(odd)}\``, 'name it in 1 to 80 letters and digits');
  return { inputs: plan.inputs, outputs };
}

function valuesOf(file: KerasFile, slots: readonly WeightSlot[]): Float32Array[] {
  return file.weights(slots).map((weight, n) => {
    const slot = slots[n];
    const where = `${file.name}, layer \`${clipped(slot?.layer ?? '')}\`, weight ${slot?.path}`;
    const [held, wanted] = [weight.dims.join(' x '), slot?.dims.join(' x ')];
    if (held !== wanted)
      throw refusal(where, `the file holds ${held || 'one number'} where the layer needs ${wanted}`, 'save the model again with Keras');
    const values = weight.values();
    if (!values.every(Number.isFinite)) throw refusal(where, 'it holds values that are no numbers', 'train the model anew');
    return values;
  });
}
