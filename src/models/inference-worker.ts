/** Entry of a model's worker thread. */
import { parentPort } from 'node:worker_threads';
import { serveModel } from './serve.js';

if (parentPort !== null) serveModel(parentPort);
