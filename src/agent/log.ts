/** Tells a person what happens, one line each. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
