/**
 * The YOLOv8 detection networks, written anew from their published architecture for measuring cost: weights are
 * random, so what the models detect means nothing.
 */
import { countParameters, type Graph } from './graph.js';
import { type Feature, GraphBuilder } from './graph-builder.js';
import { CLASSES, detect } from './yolov8-head.js';
import { c2f, concat, convSilu, sppf, upsample } from './yolov8-layers.js';

/**
 * Depth and width multiples and the widest layer of each published size. `parameters` is the published count of
 * the fused network, which the tests hold the generator to.
 */
export const MODELS = {
  yolov8n: { depth: 0.33, width: 0.25, maxChannels: 1024, parameters: 3_151_904 },
  yolov8s: { depth: 0.33, width: 0.5, maxChannels: 1024, parameters: 11_156_544 },
  yolov8m: { depth: 0.67, width: 0.75, maxChannels: 768, parameters: 25_886_080 },
  yolov8l: { depth: 1, width: 1, maxChannels: 512, parameters: 43_668_288 },
  yolov8x: { depth: 1, width: 1.25, maxChannels: 512, parameters: 68_200_608 },
} as const;

/** The five sizes, n the smallest and x the largest. */
export type ModelName = keyof typeof MODELS;

/** The largest feature map covers this many input pixels a cell: width and height are multiples of it. */
export const SIZE_STEP = 32;

/** For names from outside; exact, in lower case. */
export function isModelName(name: unknown): name is ModelName {
  return typeof name === 'string' && Object.hasOwn(MODELS, name);
}

/** The graph of one model: input `images [1, 3, height, width]` of 0 to 1, output `output0 [1, 84, N]`. */
export function buildYolov8(model: ModelName): Graph {
  const { depth, width, maxChannels } = MODELS[model];
  const builder = new GraphBuilder();
  // Widths are whole multiples of 8, as the published configuration rounds them.
  const channels = (full: number): number => Math.ceil((Math.min(full, maxChannels) * width) / 8) * 8;
  const down = (name: string, input: Feature, full: number): Feature =>
    convSilu(builder, name, input, { channels: channels(full), kernel: 3, stride: 2 });
  const stage = (name: string, input: Feature, full: number, repeats: number, isResidual: boolean): Feature =>
    c2f(builder, name, input, {
      channels: channels(full),
      repeats: Math.max(1, Math.round(repeats * depth)),
      isResidual,
    });

  const stem = down('backbone.0', { name: 'images', channels: 3 }, 64);
  const quarter = stage('backbone.2', down('backbone.1', stem, 128), 128, 3, true);
  const fine = stage('backbone.4', down('backbone.3', quarter, 256), 256, 6, true);
  const middle = stage('backbone.6', down('backbone.5', fine, 512), 512, 6, true);
  const coarse = stage('backbone.8', down('backbone.7', middle, 1024), 1024, 3, true);
  const pooled = sppf(builder, 'backbone.9', coarse, channels(1024));

  // From coarse to fine and back (a path aggregation network, Liu et al. 2018).
  const meet = (name: string, first: Feature, second: Feature): Feature =>
    concat(builder, name, [first, second]);
  const up1 = meet('neck.11', upsample(builder, 'neck.10', pooled), middle);
  const mixed = stage('neck.12', up1, 512, 3, false);
  const up2 = meet('neck.14', upsample(builder, 'neck.13', mixed), fine);
  const fineOut = stage('neck.15', up2, 256, 3, false);
  const middleOut = stage('neck.18', meet('neck.17', down('neck.16', fineOut, 256), mixed), 512, 3, false);
  const coarseOut = stage(
    'neck.21',
    meet('neck.20', down('neck.19', middleOut, 512), pooled),
    1024,
    3,
    false,
  );

  detect(builder, [fineOut, middleOut, coarseOut], 'output0');
  return builder.finish({
    name: model,
    input: { name: 'images', shape: [1, 3, 'height', 'width'] },
    output: { name: 'output0', shape: [1, 4 + CLASSES, 'anchors'] },
  });
}

/** The number of trained values of a model. */
export function parameterCount(model: ModelName): number {
  return countParameters(buildYolov8(model));
}
