/** The test files that cannot share a process with others. All others of a worker share one, and the modules in it. */
export const OWN_PROCESS: readonly string[] = [
  // The stand-in for NVML, loaded into a process, keeps the machine that the environment named first.
  'tests/agent/nvml-heat.test.ts',
  'tests/gpu/nvml/codes.test.ts',
  'tests/gpu/nvml/library.test.ts',
  'tests/gpu/nvml/processes.test.ts',
  'tests/gpu/nvml/session.test.ts',
  'tests/gpu/nvml/setters.test.ts',
  'tests/gpu/nvml/sleep.test.ts',
  'tests/gpu/nvml/thermal-margin.test.ts',
  // The environment is the process's.
  'tests/sdk/odd-url.test.ts',
];
