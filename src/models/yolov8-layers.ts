/** The blocks that YOLOv8 repeats, in their fused form: batch normalisation is folded into weights and biases. */
import type { Feature, GraphBuilder } from './graph-builder.js';

/**
 * Weights are drawn with a standard deviation of GAIN / √fan-in. Measured over n, s and m: at 1.9 activations
 * grow from layer to layer (9·10⁶ in m, NaN in half precision) and every anchor becomes a detection; at 1.5
 * their largest stays below 5 and the best score near that of a freshly initialised network.
 */
const GAIN = 1.5;

interface ConvShape {
  channels: number;
  /** Side of the square kernel; the padding keeps the size at stride 1. */
  kernel: number;
  stride?: number;
  /** Initial bias; 0 unless said. */
  bias?: number;
}

/** Convolution without activation. */
export function conv(builder: GraphBuilder, name: string, input: Feature, shape: ConvShape): Feature {
  const { channels, kernel, stride = 1, bias = 0 } = shape;
  const fanIn = input.channels * kernel * kernel;
  // An even distribution on ±b has the standard deviation b/√3.
  const bound = GAIN * Math.sqrt(3 / fanIn);
  const weight = builder.parameter(`${name}.weight`, [channels, input.channels, kernel, kernel], {
    kind: 'random',
    bound,
  });
  const offset = builder.parameter(`${name}.bias`, [channels], { kind: 'fill', value: bias });
  const pad = (kernel - 1) / 2;
  const output = builder.add('Conv', name, [input.name, weight, offset], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    dilations: [1, 1],
    group: 1,
  });
  return { name: output, channels };
}

/** Convolution and SiLU, x · sigmoid(x). */
export function convSilu(builder: GraphBuilder, name: string, input: Feature, shape: ConvShape): Feature {
  const linear = conv(builder, `${name}.conv`, input, shape);
  const gate = builder.add('Sigmoid', `${name}.gate`, [linear.name]);
  return { name: builder.add('Mul', `${name}.silu`, [linear.name, gate]), channels: linear.channels };
}

/** Two 3×3 convolutions, added to their input where `isResidual`. */
function bottleneck(builder: GraphBuilder, name: string, input: Feature, isResidual: boolean): Feature {
  const shape = { channels: input.channels, kernel: 3 };
  const inner = convSilu(builder, `${name}.cv1`, input, shape);
  const outer = convSilu(builder, `${name}.cv2`, inner, shape);
  if (!isResidual) return outer;
  return { name: builder.add('Add', `${name}.add`, [input.name, outer.name]), channels: input.channels };
}

/** Cross-stage block: half of the channels pass `repeats` bottlenecks and every step's result is joined. */
export function c2f(
  builder: GraphBuilder,
  name: string,
  input: Feature,
  shape: { channels: number; repeats: number; isResidual: boolean },
): Feature {
  const half = shape.channels / 2;
  const wide = convSilu(builder, `${name}.cv1`, input, { channels: 2 * half, kernel: 1 });
  const halves = builder.addMany(
    'Split',
    `${name}.split`,
    [wide.name, builder.constant('int64', [half, half])],
    [`${name}.kept`, `${name}.worked`],
    { axis: 1 },
  );
  const parts = [...halves];
  let last: Feature = { name: `${name}.worked`, channels: half };
  for (let index = 0; index < shape.repeats; index += 1) {
    last = bottleneck(builder, `${name}.m.${index}`, last, shape.isResidual);
    parts.push(last.name);
  }
  const joined = builder.add('Concat', `${name}.join`, parts, { axis: 1 });
  return convSilu(
    builder,
    `${name}.cv2`,
    { name: joined, channels: parts.length * half },
    { channels: shape.channels, kernel: 1 },
  );
}

/** Fast spatial pyramid pooling: three 5×5 maximum pools one after the other, all joined. */
export function sppf(builder: GraphBuilder, name: string, input: Feature, channels: number): Feature {
  const half = input.channels / 2;
  const parts = [convSilu(builder, `${name}.cv1`, input, { channels: half, kernel: 1 }).name];
  for (let index = 0; index < 3; index += 1) {
    const pooled = builder.add('MaxPool', `${name}.pool.${index}`, [parts[index] ?? ''], {
      kernel_shape: [5, 5],
      strides: [1, 1],
      pads: [2, 2, 2, 2],
    });
    parts.push(pooled);
  }
  const joined = builder.add('Concat', `${name}.join`, parts, { axis: 1 });
  return convSilu(builder, `${name}.cv2`, { name: joined, channels: 4 * half }, { channels, kernel: 1 });
}

/** Double the size by repeating pixels. */
export function upsample(builder: GraphBuilder, name: string, input: Feature): Feature {
  const scales = builder.constant('float', [1, 1, 2, 2]);
  const output = builder.add('Resize', name, [input.name, '', scales], {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  });
  return { name: output, channels: input.channels };
}

/** Join features of one size along their channels. */
export function concat(builder: GraphBuilder, name: string, inputs: readonly Feature[]): Feature {
  return {
    name: builder.add(
      'Concat',
      name,
      inputs.map((input) => input.name),
      { axis: 1 },
    ),
    channels: inputs.reduce((sum, input) => sum + input.channels, 0),
  };
}
