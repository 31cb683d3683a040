/** Runs once before all tests: what they share is made here. */
import type { TestProject } from 'vitest/node';
import { compileStandIn, type StandInBuild } from './compile-stand-in.js';

declare module 'vitest' {
  export interface ProvidedContext {
    nvmlStandIn: StandInBuild;
  }
}

export default async function setup({ provide }: TestProject): Promise<void> {
  const build = await compileStandIn();
  if ('missing' in build) process.stderr.write(`no stand-in for NVML: ${build.missing}\n`);
  provide('nvmlStandIn', build);
}
