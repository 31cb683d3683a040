/** What a command reads and writes besides files: the process, or a test's stand-in. */
export interface Io {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  env: NodeJS.ProcessEnv;
  /** Whether stdout is a terminal. */
  isTerminal: boolean;
  exit(code: number): void;
}
