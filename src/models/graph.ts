/** A computation graph as plain data: what `onnx-writer.ts` encodes and the tests compare. */

/** A setting of a node, in the three kinds that the networks use. */
export type Attribute =
  | { kind: 'int'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'ints'; value: readonly number[] };

/** One operation; its inputs are outputs of other nodes, tensors, or the graph's input. */
export interface GraphNode {
  name: string;
  /** Operator of ONNX opset 17. */
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

/** What fills a tensor: drawn evenly from −bound to bound, one value throughout, or given. */
export type TensorValues =
  | { kind: 'random'; bound: number }
  | { kind: 'fill'; value: number }
  | { kind: 'float'; values: readonly number[] }
  | { kind: 'int64'; values: readonly number[] };

/** A constant of the graph, described and not held: its bytes are made when they are written. */
export interface TensorSpec {
  name: string;
  dims: readonly number[];
  values: TensorValues;
  /** Whether it counts as one of the model's parameters; shapes and indices do not. */
  isParameter: boolean;
}

/** A float tensor at the graph's edge; a word in its shape is a size known only at run time. */
export interface ValueInfo {
  name: string;
  shape: ReadonlyArray<number | string>;
}

/** A whole network with one input and one output. */
export interface Graph {
  name: string;
  input: ValueInfo;
  output: ValueInfo;
  nodes: GraphNode[];
  tensors: TensorSpec[];
}

/** The number of trained values in a graph. */
export function countParameters(graph: Graph): number {
  return graph.tensors
    .filter((tensor) => tensor.isParameter)
    .reduce((sum, tensor) => sum + elements(tensor), 0);
}

/** The number of values in a tensor. */
export function elements(tensor: TensorSpec): number {
  return tensor.dims.reduce((product, size) => product * size, 1);
}
