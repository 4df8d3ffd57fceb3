import { z } from 'zod';
import type { Shape } from './bounded-graph.ts';
import { Calls, type TensorRef, TensorRefs } from './call-graph.ts';
import { clipped, type LayerEnvelope, layerEnvelope } from './layer-envelope.ts';
import { firstFault, type RawLayer } from './layer-kind.ts';
import { refusal } from './refusal.ts';

const again = 'save the model again with Keras';

/** One layer of a model, and the tensors that each of its calls takes. Input layers are none. */
export interface Member {
  readonly raw: RawLayer;
  readonly envelope: LayerEnvelope;
  /** By the number that tensors name a call by. */
  readonly calls: ReadonlyMap<number, readonly TensorRef[]>;
}

/** The layers of a model, and which tensors go in and out. */
export interface Wiring {
  readonly members: readonly Member[];
  readonly takes: readonly { readonly ref: TensorRef; readonly shape: Shape }[];
  readonly gives: readonly TensorRef[];
}

const Batch = z
  .array(z.int().positive().nullable())
  .min(2)
  .transform(([, ...sizes]) => sizes.map((size) => size ?? undefined));
const WithInput = z.looseObject({ batch_shape: Batch.optional(), batch_input_shape: Batch.optional() });
const Sequential = z.object({ layers: z.array(z.unknown()), build_input_shape: z.unknown().optional() });
const StartsWithInput = z.object({ layers: z.tuple([z.object({ class_name: z.literal('InputLayer') })]).rest(z.unknown()) });
const Functional = z.object({ layers: z.array(z.unknown()), input_layers: TensorRefs, output_layers: TensorRefs });

/**
 * Reads how a Sequential or Functional model is wired. `given` are the shapes of its inputs where it is part of another one. Throws
 * `model-refused` for a wiring that is not understood or not supported.
 */
export function wiringOf(envelope: LayerEnvelope, where: string, given: readonly Shape[] | undefined): Wiring {
  const wiring = envelope.class_name === 'Sequential' ? sequential(envelope, where, given) : functional(envelope, where, given);
  if (given && given.length !== wiring.takes.length) {
    throw refusal(where, `it is called with ${given.length} inputs where it has ${wiring.takes.length}`, again);
  }
  const names = [...wiring.members.map(({ envelope }) => envelope.config.name), ...wiring.takes.map(({ ref }) => ref.layer)];
  if (new Set(names).size !== names.length || wiring.members.some(({ envelope }) => envelope.config.name === '')) {
    throw refusal(where, 'its layers have no names of their own', again);
  }
  return wiring;
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw refusal(where, `its configuration is not understood (${firstFault(result.error)})`, again);
  return result.data;
}

function inputShape(config: unknown, where: string): Shape | undefined {
  const { batch_shape, batch_input_shape } = parsed(WithInput, config, where);
  return batch_shape ?? batch_input_shape;
}

function sequential({ config, build_config }: LayerEnvelope, where: string, given: readonly Shape[] | undefined): Wiring {
  const { layers, build_input_shape } = parsed(Sequential, config, where);
  const all = layers.map((raw) => ({ raw, envelope: layerEnvelope(raw, where) }));
  const [first] = all;
  const isInput = first?.envelope.class_name === 'InputLayer';
  const built = Batch.safeParse(build_input_shape).data ?? z.object({ input_shape: Batch }).safeParse(build_config).data?.input_shape;
  const shape = given?.[0] ?? (first && inputShape(first.envelope.config, where)) ?? built;
  if (!shape) throw refusal(where, 'it does not say the shape of its input', 'save the model after it was built');
  const start: TensorRef = { layer: isInput ? first.envelope.config.name : '', node: 0, tensor: 0 };
  const members: Member[] = [];
  let last = start;
  for (const { raw, envelope } of isInput ? all.slice(1) : all) {
    members.push({ raw, envelope, calls: new Map([[0, [last]]]) });
    last = { layer: envelope.config.name, node: 0, tensor: 0 };
  }
  return { members, takes: [{ ref: start, shape }], gives: [last] };
}

function functional({ config }: LayerEnvelope, where: string, given: readonly Shape[] | undefined): Wiring {
  const { layers, input_layers, output_layers } = parsed(Functional, config, where);
  const members = layers.map((raw): Member => {
    const envelope = layerEnvelope(raw, where);
    const calls = parsed(Calls, envelope.inbound_nodes, `${where}, layer \`${clipped(envelope.config.name)}\``);
    const firstNode = startsWithOwnCall(envelope) ? 1 : 0;
    return { raw, envelope, calls: new Map(calls.map((refs, n) => [firstNode + n, refs])) };
  });
  const shapeOf = (ref: TensorRef) => {
    const member = members.find(({ envelope }) => envelope.config.name === ref.layer && envelope.class_name === 'InputLayer');
    const shape = member && inputShape(member.envelope.config, where);
    if (!shape) throw refusal(where, `its input \`${clipped(ref.layer)}\` has no shape`, again);
    return shape;
  };
  const takes = input_layers.map((ref, n) => ({ ref, shape: given?.[n] ?? shapeOf(ref) }));
  return { members: members.filter(({ envelope }) => envelope.class_name !== 'InputLayer'), takes, gives: output_layers };
}

/** In Keras 2 a nested model with an input layer counts the call that built it, which is not written (`_should_skip_first_node`). */
function startsWithOwnCall({ config, inbound_nodes }: LayerEnvelope): boolean {
  const isOld = z
    .tuple([z.array(z.unknown())])
    .rest(z.unknown())
    .safeParse(inbound_nodes).success;
  return isOld && StartsWithInput.safeParse(config).success;
}
