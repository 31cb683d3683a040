/** Writes ONNX files. Field and type numbers are those of onnx.proto (IR version 8). */
import protobuf from 'protobufjs/minimal.js';
import type { Attribute, Graph, GraphNode, TensorSpec, ValueInfo } from './graph.js';

type Writer = protobuf.Writer;

const LENGTH_DELIMITED = 2;
const VARINT = 0;

/** TensorProto.DataType. */
const ELEMENT_TYPE = { float: 1, int64: 7 } as const;
/** AttributeProto.AttributeType. */
const ATTRIBUTE_TYPE = { int: 2, string: 3, ints: 7 } as const;

const IR_VERSION = 8;
const OPSET_VERSION = 17;

/**
 * Encode a graph as the bytes of an ONNX model. `valuesOf` is asked for the little-endian bytes of each
 * initializer in turn, so that only one tensor's values need to exist beside the file.
 */
export function encodeModel(graph: Graph, valuesOf: (tensor: TensorSpec) => Uint8Array): Uint8Array {
  const writer = protobuf.Writer.create();
  writeInt(writer, 1, IR_VERSION);
  writeText(writer, 2, 'evenkeel');
  writeMessage(writer, 7, () => {
    for (const node of graph.nodes) writeMessage(writer, 1, () => writeNode(writer, node));
    writeText(writer, 2, graph.name);
    for (const tensor of graph.tensors) {
      writeMessage(writer, 5, () => writeTensor(writer, tensor, valuesOf(tensor)));
    }
    writeMessage(writer, 11, () => writeValueInfo(writer, graph.input));
    writeMessage(writer, 12, () => writeValueInfo(writer, graph.output));
  });
  writeMessage(writer, 8, () => {
    writeText(writer, 1, '');
    writeInt(writer, 2, OPSET_VERSION);
  });
  return writer.finish();
}

function writeNode(writer: Writer, node: GraphNode): void {
  for (const input of node.inputs) writeText(writer, 1, input);
  for (const output of node.outputs) writeText(writer, 2, output);
  writeText(writer, 3, node.name);
  writeText(writer, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    writeMessage(writer, 5, () => writeAttribute(writer, name, value));
  }
}

function writeAttribute(writer: Writer, name: string, attribute: Attribute): void {
  writeText(writer, 1, name);
  switch (attribute.kind) {
    case 'int':
      writeInt(writer, 3, attribute.value);
      break;
    case 'string':
      writeText(writer, 4, attribute.value);
      break;
    case 'ints':
      for (const value of attribute.value) writeInt(writer, 8, value);
      break;
  }
  writeInt(writer, 20, ATTRIBUTE_TYPE[attribute.kind]);
}

function writeTensor(writer: Writer, tensor: TensorSpec, bytes: Uint8Array): void {
  for (const size of tensor.dims) writeInt(writer, 1, size);
  writeInt(writer, 2, ELEMENT_TYPE[tensor.values.kind === 'int64' ? 'int64' : 'float']);
  writeText(writer, 8, tensor.name);
  writer.uint32((9 << 3) | LENGTH_DELIMITED).bytes(bytes);
}

function writeValueInfo(writer: Writer, info: ValueInfo): void {
  writeText(writer, 1, info.name);
  writeMessage(writer, 2, () => {
    writeMessage(writer, 1, () => {
      writeInt(writer, 1, ELEMENT_TYPE.float);
      writeMessage(writer, 2, () => {
        for (const size of info.shape) {
          writeMessage(writer, 1, () =>
            typeof size === 'number' ? writeInt(writer, 1, size) : writeText(writer, 2, size),
          );
        }
      });
    });
  });
}

function writeMessage(writer: Writer, field: number, writeBody: () => void): void {
  writer.uint32((field << 3) | LENGTH_DELIMITED).fork();
  writeBody();
  writer.ldelim();
}

function writeText(writer: Writer, field: number, text: string): void {
  writer.uint32((field << 3) | LENGTH_DELIMITED).string(text);
}

function writeInt(writer: Writer, field: number, value: number): void {
  writer.uint32((field << 3) | VARINT).int64(value);
}
