import { z } from 'zod';
import { firstFault, type RawLayer } from './layer-kind.ts';
import { refusal } from './refusal.ts';

const Named = z.object({ name: z.string() });
/** A number type by its name, or a policy that holds one; old files say nothing, and mean float32. */
const Dtype = z.union([z.string(), z.object({ config: Named }).transform(({ config }) => config.name)]).nullish();

const Envelope = z.object({
  class_name: z.string(),
  module: z.string().nullish(),
  registered_name: z.string().nullish(),
  config: z.looseObject({ name: z.string().default(''), dtype: Dtype, trainable: z.boolean().default(true) }),
  build_config: z.unknown().optional(),
  inbound_nodes: z.unknown().optional(),
});

/** What every layer and model of a Keras configuration says of itself. */
export type LayerEnvelope = z.output<typeof Envelope>;

/** Where layers of Keras itself live: another module holds somebody's own class, even under a known name. */
const kerasModules = /^(tf_)?keras(\.src)?(\.(layers|models|engine)(\.[\w.]+)?)?$/;

const hostile: Readonly<Record<string, string>> = {
  Lambda: 'it holds Python code, which is never run',
  TFOpLambda: 'it is a bare TensorFlow operation',
  SlicingOpLambda: 'it is a bare TensorFlow operation',
};

/** Reads the envelope of a layer. Throws `model-refused` for code, classes that are not of Keras, and number types other than float32. */
export function layerEnvelope(raw: RawLayer, within: string): LayerEnvelope {
  const parsed = Envelope.safeParse(raw);
  if (!parsed.success) throw refusal(within, `a layer is not understood (${firstFault(parsed.error)})`, 'save the model again with Keras');
  const { class_name, module, registered_name, config } = parsed.data;
  const where = whereOf(parsed.data, within);
  const why = Object.hasOwn(hostile, class_name) ? hostile[class_name] : undefined;
  if (why) throw refusal(where, `a ${class_name} layer is refused: ${why}`, 'replace it by layers of Keras and train the model anew');
  if (!isOfKeras(parsed.data)) {
    const origin = [module, registered_name].filter((part) => part).join(', ');
    throw refusal(where, `it is not a layer of Keras (${clipped(origin)})`, 'replace it by layers of Keras and train the model anew');
  }
  const dtype = config.dtype ?? 'float32';
  if (dtype !== 'float32') throw refusal(where, `it computes in ${clipped(dtype)}`, 'save the model with the dtype policy float32');
  return parsed.data;
}

/** Keras registers nothing of its own but models, and old files say no module. */
function isOfKeras({ class_name, module, registered_name }: LayerEnvelope): boolean {
  if (registered_name && (registered_name !== class_name || !module)) return false;
  return kerasModules.test(module ?? 'keras');
}

/** A layer in words: name, class and the model around it. */
export function whereOf({ class_name, config }: LayerEnvelope, within: string): string {
  return `${within}, layer \`${clipped(config.name)}\` (${clipped(class_name)})`;
}

/** At most 80 printable characters of a text that somebody else wrote. */
export function clipped(text: string): string {
  return text.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, '?');
}
