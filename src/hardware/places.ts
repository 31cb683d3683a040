/** Where the machine keeps what is borrowed, and where the helper listens: one place for all users of a machine. */
import { posix, win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of journals and locks: `EVENKEEL_HARDWARE_DIR`, else `%ProgramData%\evenkeel` or `/var/lib/evenkeel`. It
 * is the machine's and not a person's: whoever starts next must find what was borrowed before.
 */
export function hardwareFolder(platform: string, env: Environment): string {
  if (env.EVENKEEL_HARDWARE_DIR) return env.EVENKEEL_HARDWARE_DIR;
  if (platform === 'win32') return win32.join(env.ProgramData || 'C:\\ProgramData', 'evenkeel');
  return posix.join('/var/lib', 'evenkeel');
}

/** The helper's address: `EVENKEEL_GPU_HELPER`, else a named pipe on Windows, `/run/evenkeel/gpu-helper.sock` elsewhere. */
export function helperAddress(platform: string, env: Environment): string {
  if (env.EVENKEEL_GPU_HELPER) return env.EVENKEEL_GPU_HELPER;
  return platform === 'win32' ? '\\\\.\\pipe\\evenkeel-gpu-helper' : '/run/evenkeel/gpu-helper.sock';
}
