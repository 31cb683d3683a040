#!/usr/bin/env node
import { existsSync } from 'node:fs';

// Only a checkout has the set-up; the published package comes built.
const setup = new URL('../scripts/setup.mjs', import.meta.url);
if (existsSync(setup)) {
  const { setUp } = await import(setup.href);
  await setUp();
}
await import('../dist/main.js');
