/** Model files are generated on first use and kept in a folder that the caller names. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EvenkeelError, reasonOf } from '../errors.js';
import { isSealed, sealModel } from './model-seal.js';
import { encodeModel } from './onnx-writer.js';
import { fillTensor } from './weights.js';
import { buildYolov8, isModelName, MODELS, type ModelName } from './yolov8-graph.js';

/** Part of the file's name: raised when the generator's output changes, so that old files are not taken. */
const GENERATION = 1;

/** Where model files are kept and which weights they hold. */
export interface CacheOptions {
  /** Folder of the model files; made when it is not there. */
  cacheDir: string;
  /** Seed of the weights, an integer; 1 unless said. */
  seed?: number;
  /** Told one sentence when something takes a noticeable time. */
  onProgress?: (text: string) => void;
}

/** Where a model's file lies, whether it is there or not. */
export function modelPath(model: ModelName, options: CacheOptions): string {
  return join(options.cacheDir, `${model}-${GENERATION}-${options.seed ?? 1}.onnx`);
}

/** The bytes of a model, from its file where that is whole, else generated and written there. */
export async function ensureModel(model: ModelName, options: CacheOptions): Promise<Uint8Array> {
  const path = modelPath(model, options);
  const kept = await readIfThere(path);
  if (kept !== null && isSealed(kept)) return kept;
  const why = kept === null ? 'once' : 'again, its file was damaged';
  const megabytes = Math.round((MODELS[model].parameters * 4) / 1e6);
  options.onProgress?.(`generating ${model} (${megabytes} MB, random weights), ${why}`);
  const bytes = generateModel(model, options.seed);
  await writeWhole(path, bytes, options);
  options.onProgress?.(`generated ${model}`);
  return bytes;
}

/** A model as ONNX bytes; the same seed gives the same bytes. Takes 0.1 s for n to 4 s for x. */
export function generateModel(model: ModelName, seed = 1): Uint8Array {
  let index = 0;
  return sealModel(
    encodeModel(buildYolov8(model), (tensor) => {
      index += 1;
      return fillTensor(tensor, seed, index);
    }),
  );
}

/** The name as a model's, or an error that lists what there is. */
export function checkModelName(name: string): ModelName {
  if (isModelName(name)) return name;
  throw new EvenkeelError(
    'modelUnavailable',
    `expected a model among ${Object.keys(MODELS).join(', ')}, got ${JSON.stringify(name)}`,
    { details: { model: name, models: Object.keys(MODELS) } },
  );
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unusable(path, error);
  }
}

/** Readers see the old file or the whole new one, never a part. */
async function writeWhole(path: string, bytes: Uint8Array, { cacheDir }: CacheOptions): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(cacheDir, { recursive: true });
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): EvenkeelError {
  const reason = reasonOf(cause);
  return new EvenkeelError(
    'modelUnavailable',
    `expected a folder for model files that can be read and written, but ${path} cannot: ${reason}; name another folder`,
    { cause, details: { path } },
  );
}
