/** Collects nodes and tensors and hands out the names that join them. */
import type { Attribute, Graph, GraphNode, TensorSpec, TensorValues } from './graph.js';

/** A value in the graph: its name and, where layers need to know, how many channels it has. */
export interface Feature {
  name: string;
  channels: number;
}

/** What may be written as an attribute: integers, text and lists of integers. */
type AttributeValue = number | string | readonly number[];

/** Nodes stand in the order in which they were added. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly tensors: TensorSpec[] = [];
  readonly #constants = new Map<string, string>();

  /** Add a node with one output, which bears the node's name, and return that name. */
  add(
    op: string,
    name: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeValue> = {},
  ): string {
    return this.addMany(op, name, inputs, [name], attributes)[0] ?? name;
  }

  /** Add a node with several named outputs and return their names. */
  addMany(
    op: string,
    name: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Record<string, AttributeValue> = {},
  ): readonly string[] {
    const written = Object.entries(attributes).map(([key, value]) => [key, toAttribute(value)] as const);
    this.nodes.push({ name, op, inputs, outputs, attributes: Object.fromEntries(written) });
    return outputs;
  }

  /** Add a trained tensor and return its name. */
  parameter(name: string, dims: readonly number[], values: TensorValues): string {
    this.tensors.push({ name, dims, values, isParameter: true });
    return name;
  }

  /** Name of a constant; equal ones are stored once. No `dims` makes it a scalar. */
  constant(
    kind: 'float' | 'int64',
    values: readonly number[],
    dims: readonly number[] = [values.length],
  ): string {
    const name = `${kind}:${values.join(',')}:${dims.join('x')}`;
    if (!this.#constants.has(name)) {
      this.tensors.push({ name, dims, values: { kind, values }, isParameter: false });
      this.#constants.set(name, name);
    }
    return name;
  }

  finish(edges: Pick<Graph, 'name' | 'input' | 'output'>): Graph {
    return { ...edges, nodes: this.nodes, tensors: this.tensors };
  }
}

function toAttribute(value: AttributeValue): Attribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  return { kind: 'ints', value };
}
