/** A block of the bot's own work, ended in whatever way it ends. */

/** Runs `work` and then `end`: when it returns, throws, or when its promise is settled. What it gives is passed on. */
export function runIn<S, T>(subject: S, work: (subject: S) => T, end: (subject: S) => void): T {
  let result: T;
  try {
    result = work(subject);
  } catch (error) {
    end(subject);
    throw error;
  }
  if (result instanceof Promise) return result.finally(() => end(subject)) as T;
  end(subject);
  return result;
}
