import { parentPort, workerData } from 'node:worker_threads';
import type { WatchRequest } from './messages.js';
import { serveReloads } from './serve.js';

if (parentPort !== null) serveReloads(parentPort, workerData as WatchRequest);
