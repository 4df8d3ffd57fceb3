import type { BoundedGraph, Shape, Value } from './bounded-graph.ts';
import { keyOf, type TensorRef } from './call-graph.ts';
import { clipped, type LayerEnvelope } from './layer-envelope.ts';
import type { LayerPlan, RawLayer, WeightSlot } from './layer-kind.ts';
import { refusal } from './refusal.ts';
import { type Member, type Wiring, wiringOf } from './wiring.ts';

/** A plan with the names of its inputs and outputs, and the shapes of the inputs. */
export interface ModelPlan extends LayerPlan {
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly outputNames: readonly string[];
}

/** What planning a model needs: the words for where it stands, a planner for its layers, and its inputs where they are given. */
export interface ModelContext {
  readonly where: string;
  plan(layer: RawLayer, inputs: readonly Shape[]): LayerPlan;
  readonly inputs: readonly Shape[] | undefined;
}

/** One call of a layer. */
interface Call {
  readonly member: Member;
  readonly node: number;
  readonly refs: readonly TensorRef[];
}
type PlannedCall = Call & { readonly plan: LayerPlan };

/** Plans a Sequential or Functional model. Throws `model-refused` where it is wired in a way that is not supported. */
export function planModel(envelope: LayerEnvelope, context: ModelContext): ModelPlan {
  const { where } = context;
  const wiring = wiringOf(envelope, where, context.inputs);
  const { takes, gives } = wiring;
  const shapes = new Map(takes.map(({ ref, shape }) => [keyOf(ref), shape]));
  const calls = ordered(wiring, where).map((call): PlannedCall => {
    const inputs = call.refs.map((ref) => found(shapes, ref, where));
    const plan = context.plan(call.member.raw, inputs);
    settle(shapes, call, plan.outputs);
    return { ...call, plan };
  });
  const { weights, startOf } = slotsOf(wiring, calls, where);
  return {
    inputs: takes.map(({ ref, shape }) => ({ name: ref.layer || 'input', shape })),
    outputs: gives.map((ref) => found(shapes, ref, where)),
    outputNames: gives.map(({ layer, tensor }) => (tensor === 0 ? layer : `${layer}.${tensor}`)),
    weights,
    write(graph, inputs, values) {
      const tensors = new Map<string, Value>(takes.map(({ ref }, n) => [keyOf(ref), inputs[n] ?? '']));
      for (const call of calls) writeCall(graph, call, { tensors, values, start: startOf.get(call.member) ?? 0, where });
      return gives.map((ref) => found(tensors, ref, where));
    },
  };
}

/** What is known while a model is written. */
interface Writing {
  readonly tensors: Map<string, Value>;
  readonly values: readonly Float32Array[];
  readonly start: number;
  readonly where: string;
}

function writeCall(graph: BoundedGraph, call: PlannedCall, { tensors, values, start, where }: Writing): void {
  const inputs = call.refs.map((ref) => found(tensors, ref, where));
  settle(tensors, call, call.plan.write(graph, inputs, values.slice(start, start + call.plan.weights.length)));
}

function settle<One>(byKey: Map<string, One>, { member, node }: Call, outputs: readonly One[]): void {
  outputs.forEach((output, tensor) => {
    byKey.set(keyOf({ layer: member.envelope.config.name, node, tensor }), output);
  });
}

function found<One>(byKey: ReadonlyMap<string, One>, ref: TensorRef, where: string): One {
  const one = byKey.get(keyOf(ref));
  if (one === undefined) {
    throw refusal(where, `nothing gives output ${ref.tensor} of layer \`${clipped(ref.layer)}\``, 'save the model again with Keras');
  }
  return one;
}

/** All calls, each after those that it needs. */
function ordered({ members, takes }: Wiring, where: string): Call[] {
  const byName = new Map(members.map((member) => [member.envelope.config.name, member]));
  const taken = new Set(takes.map(({ ref }) => ref.layer));
  const state = new Map<string, 'open' | 'done'>();
  const calls: Call[] = [];
  function visit(member: Member, node: number): void {
    const { name } = member.envelope.config;
    const key = keyOf({ layer: name, node, tensor: 0 });
    if (state.get(key) === 'done') return;
    if (state.has(key)) throw refusal(where, `layer \`${clipped(name)}\` needs its own output`, 'save the model again with Keras');
    state.set(key, 'open');
    const refs = member.calls.get(node) ?? [];
    for (const ref of refs) {
      const needed = byName.get(ref.layer);
      if (needed && !taken.has(ref.layer) && needed.calls.has(ref.node)) visit(needed, ref.node);
    }
    state.set(key, 'done');
    calls.push({ member, node, refs });
  }
  for (const member of members) {
    for (const node of member.calls.keys()) visit(member, node);
  }
  return calls;
}

/** The weights of a model, layer after layer, and where those of each layer begin. A layer that is called twice has them once. */
function slotsOf({ members }: Wiring, calls: readonly PlannedCall[], where: string) {
  const weights: WeightSlot[] = [];
  const startOf = new Map<Member, number>();
  const groups = new Map<string, number>();
  const callsOf = Map.groupBy(calls, ({ member }) => member);
  for (const member of members) {
    const { config, class_name } = member.envelope;
    const [first, ...others] = (callsOf.get(member) ?? []).map(({ plan }) => plan.weights);
    if (others.some((slots) => JSON.stringify(slots) !== JSON.stringify(first))) {
      throw refusal(where, `layer \`${clipped(config.name)}\` is called with inputs of different sizes`, 'give each its own layer');
    }
    const group = `layers/${groupName(class_name, groups)}`;
    startOf.set(member, weights.length);
    for (const slot of first ?? []) {
      weights.push({ ...slot, path: `${group}/${slot.path}`, layer: config.name, isTrainable: slot.isTrainable && config.trainable });
    }
  }
  return { weights, startOf };
}

/** How a `.keras` archive calls a layer: its class in snake case, and a number from the second on (keras/src/saving/saving_lib.py). */
function groupName(className: string, groups: Map<string, number>): string {
  const snake = className
    .replaceAll(/\W+/g, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
  const before = groups.get(snake) ?? 0;
  groups.set(snake, before + 1);
  return before === 0 ? snake : `${snake}_${before}`;
}
