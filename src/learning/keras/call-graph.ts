import { z } from 'zod';

/** One tensor in a functional model: output `tensor` of call `node` of a layer. */
export interface TensorRef {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

const Index = z.int().nonnegative().max(100_000);
const Triple = z.tuple([z.string(), Index, Index]).transform(([layer, node, tensor]) => ({ layer, node, tensor }));

/** Tensors that a model takes or gives: one triple, several, or several by name. */
export const TensorRefs = z.union([
  Triple.transform((one) => [one]),
  z.array(Triple),
  z.record(z.string(), Triple).transform((byName) => Object.values(byName)),
]);

/** An argument that changes nothing at rest. */
const idle = (value: unknown) => value === null || value === undefined || value === false;
const IdleArguments = z.record(z.string(), z.unknown()).refine((given) => Object.values(given).every(idle), {
  error: 'a layer is called with arguments besides its inputs, which is not supported',
});

const KerasTensor = z
  .object({ class_name: z.literal('__keras_tensor__'), config: z.object({ keras_history: Triple }) })
  .transform(({ config }) => config.keras_history);

/** A call as Keras 3 writes it. */
const NewCall = z
  .object({
    args: z.array(z.union([KerasTensor.transform((one) => [one]), z.array(KerasTensor), z.null().transform(() => [])])),
    kwargs: IdleArguments,
  })
  .transform(({ args }) => args.flat());

/** A call as Keras 2 writes it: each input with the arguments that came along. */
const OldCall = z.array(z.tuple([z.string(), Index, Index], IdleArguments).transform(([layer, node, tensor]) => ({ layer, node, tensor })));

/** The calls of one layer, each by the tensors that it takes. */
export const Calls = z.array(z.union([NewCall, OldCall])).default([]);

/** A key by which tensors can be told apart. */
export function keyOf({ layer, node, tensor }: TensorRef): string {
  return `${node}:${tensor}:${layer}`;
}
