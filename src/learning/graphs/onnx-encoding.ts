import { ProtobufWriter } from './protobuf-writer.ts';

/** The element types of ONNX tensors that are written here (TensorProto.DataType). */
export const elementTypes = { float: 1, int64: 7 } as const;

/** The value of a node's attribute: an integer, a string, lists of them, or floats where it says so. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };

/** One dimension: a number, or a name for what is only known when the model runs. */
export type Dimension = number | string;

/** A named tensor with its values (onnx TensorProto). */
export function tensorProto(name: string, shape: readonly number[], values: Float32Array | BigInt64Array): ProtobufWriter {
  const proto = new ProtobufWriter();
  for (const size of shape) proto.int(1, size);
  proto.int(2, values instanceof BigInt64Array ? elementTypes.int64 : elementTypes.float);
  return proto.text(8, name).bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** The name, element type and shape of an input or output (onnx ValueInfoProto). */
export function valueInfo(name: string, shape: readonly Dimension[]): ProtobufWriter {
  const dimensions = new ProtobufWriter();
  for (const size of shape) {
    const dimension = new ProtobufWriter();
    dimensions.message(1, typeof size === 'string' ? dimension.text(2, size) : dimension.int(1, size));
  }
  const tensor = new ProtobufWriter().int(1, elementTypes.float).message(2, dimensions);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}

/** One operation (onnx NodeProto); a missing optional input is an empty name. */
export function nodeProto(node: {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
}): ProtobufWriter {
  const proto = new ProtobufWriter();
  for (const name of node.inputs) proto.text(1, name);
  for (const name of node.outputs) proto.text(2, name);
  proto.text(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) proto.message(5, attributeProto(name, value));
  return node.domain === undefined ? proto : proto.text(7, node.domain);
}

const attributeTypes = { float: 1, int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const;

function attributeProto(name: string, value: Attribute): ProtobufWriter {
  const proto = new ProtobufWriter().text(1, name);
  if (typeof value === 'number') return proto.int(3, value).int(20, attributeTypes.int);
  if (typeof value === 'string') return proto.text(4, value).int(20, attributeTypes.string);
  if ('float' in value) return proto.float(2, value.float).int(20, attributeTypes.float);
  if ('floats' in value) {
    for (const one of value.floats) proto.float(7, one);
    return proto.int(20, attributeTypes.floats);
  }
  for (const one of value) typeof one === 'string' ? proto.text(9, one) : proto.int(8, one);
  return proto.int(20, typeof value[0] === 'string' ? attributeTypes.strings : attributeTypes.ints);
}
