/** YOLOv8's detection head: decoupled branches, distances as distributions, anchors made from the run-time size. */
import type { Feature, GraphBuilder } from './graph-builder.js';
import { concat, conv, convSilu } from './yolov8-layers.js';

/** Classes of COCO, which the published models are trained on. */
export const CLASSES = 80;
/** Bins of the distribution over each of the four distances (distribution focal loss, Li et al. 2020). */
const BINS = 16;
/** Pixels of the input per cell of the three levels. */
const STRIDES = [8, 16, 32] as const;

/** Add the head over the three levels, fine to coarse; the output is `[1, 84, N]`: x, y, width, height, scores. */
export function detect(builder: GraphBuilder, levels: readonly Feature[], output: string): void {
  const finest = levels[0]?.channels ?? 0;
  const boxChannels = Math.max(16, finest / 4, 4 * BINS);
  const classChannels = Math.max(finest, Math.min(CLASSES, 100));
  const outputs: string[] = [];
  const centres: string[] = [];
  const strides: string[] = [];

  levels.forEach((level, index) => {
    const name = `head.${index}`;
    const stride = STRIDES[index] ?? 1;
    const boxes = branch(builder, `${name}.box`, level, boxChannels, { channels: 4 * BINS, bias: 1 });
    // The published start: about 5 objects in a 640 × 640 picture, spread over classes and cells.
    const bias = Math.log(5 / CLASSES / (640 / stride) ** 2);
    const classes = branch(builder, `${name}.class`, level, classChannels, { channels: CLASSES, bias });
    const joined = concat(builder, `${name}.join`, [boxes, classes]);
    outputs.push(
      builder.add('Reshape', `${name}.flat`, [
        joined.name,
        builder.constant('int64', [1, joined.channels, -1]),
      ]),
    );
    const anchors = anchorsOf(builder, name, level, stride);
    centres.push(anchors.centres);
    strides.push(anchors.strides);
  });

  const all = builder.add('Concat', 'head.all', outputs, { axis: 2 });
  builder.addMany(
    'Split',
    'head.split',
    [all, builder.constant('int64', [4 * BINS, CLASSES])],
    ['head.boxes', 'head.classes'],
    { axis: 1 },
  );
  const centre = builder.add('Concat', 'head.centres', centres, { axis: 2 });
  const stride = builder.add('Concat', 'head.strides', strides, { axis: 2 });
  const boxes = builder.add('Mul', 'head.pixels', [toBoxes(builder, centre), stride]);
  const scores = builder.add('Sigmoid', 'head.scores', ['head.classes']);
  builder.add('Concat', output, [boxes, scores], { axis: 1 });
}

function branch(
  builder: GraphBuilder,
  name: string,
  input: Feature,
  width: number,
  last: { channels: number; bias: number },
): Feature {
  const first = convSilu(builder, `${name}.0`, input, { channels: width, kernel: 3 });
  const second = convSilu(builder, `${name}.1`, first, { channels: width, kernel: 3 });
  return conv(builder, `${name}.2`, second, { ...last, kernel: 1 });
}

/** Cell centres `[1, 2, h·w]` in cells and the level's stride `[1, 1, h·w]`, from the feature's own shape. */
function anchorsOf(
  builder: GraphBuilder,
  name: string,
  level: Feature,
  stride: number,
): { centres: string; strides: string } {
  const shape = builder.add('Shape', `${name}.shape`, [level.name]);
  const grid = builder.add('Slice', `${name}.grid`, [
    shape,
    builder.constant('int64', [2]),
    builder.constant('int64', [4]),
  ]);
  const flat = builder.constant('int64', [1, 1, -1]);
  const along = (axis: 'x' | 'y'): string => {
    const index = builder.constant('int64', [axis === 'y' ? 2 : 3], []);
    const size = builder.add('Gather', `${name}.${axis}.size`, [shape, index], { axis: 0 });
    const end = builder.add('Cast', `${name}.${axis}.end`, [size], { to: 1 });
    const zero = builder.constant('float', [0], []);
    const one = builder.constant('float', [1], []);
    const cells = builder.add('Range', `${name}.${axis}.cells`, [zero, end, one]);
    const middles = builder.add('Add', `${name}.${axis}.middles`, [
      cells,
      builder.constant('float', [0.5], []),
    ]);
    const line = builder.constant('int64', axis === 'y' ? [-1, 1] : [1, -1]);
    const laid = builder.add('Reshape', `${name}.${axis}.line`, [middles, line]);
    const spread = builder.add('Expand', `${name}.${axis}.spread`, [laid, grid]);
    return builder.add('Reshape', `${name}.${axis}.flat`, [spread, flat]);
  };
  const centres = builder.add('Concat', `${name}.centres`, [along('x'), along('y')], { axis: 1 });
  const spread = builder.add('Expand', `${name}.stride`, [builder.constant('float', [stride], [1, 1]), grid]);
  return { centres, strides: builder.add('Reshape', `${name}.strides`, [spread, flat]) };
}

/** Expected distances of the distributions, laid around the centres: `[1, 4, N]` as x, y, width, height in cells. */
function toBoxes(builder: GraphBuilder, centre: string): string {
  const shaped = builder.add('Reshape', 'head.bins', [
    'head.boxes',
    builder.constant('int64', [1, 4, BINS, -1]),
  ]);
  const turned = builder.add('Transpose', 'head.turned', [shaped], { perm: [0, 2, 1, 3] });
  const likely = builder.add('Softmax', 'head.likely', [turned], { axis: 1 });
  const bins = builder.parameter('head.dfl.weight', [1, BINS, 1, 1], {
    kind: 'float',
    values: Array.from({ length: BINS }, (_, bin) => bin),
  });
  const expected = builder.add('Conv', 'head.expected', [likely, bins], { kernel_shape: [1, 1] });
  const distances = builder.add('Reshape', 'head.distances', [
    expected,
    builder.constant('int64', [1, 4, -1]),
  ]);
  builder.addMany(
    'Split',
    'head.sides',
    [distances, builder.constant('int64', [2, 2])],
    ['head.leftTop', 'head.rightBottom'],
    { axis: 1 },
  );
  const start = builder.add('Sub', 'head.start', [centre, 'head.leftTop']);
  const end = builder.add('Add', 'head.end', [centre, 'head.rightBottom']);
  const sum = builder.add('Add', 'head.sum', [start, end]);
  const middle = builder.add('Div', 'head.middle', [sum, builder.constant('float', [2], [])]);
  const extent = builder.add('Sub', 'head.extent', [end, start]);
  return builder.add('Concat', 'head.xywh', [middle, extent], { axis: 1 });
}
