/** The caller's signal and a time limit in, one signal for the whole run out. */
import { KnownError } from '../core/known-error';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Lets go of timer and caller. */
  clear(): void;
}

/** Aborts when the caller does, or when the time is over. */
export function openDeadline(maxTimeMs: number, caller?: AbortSignal): Deadline {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new KnownError('run-time-out', `the time of ${maxTimeMs / 60_000} minutes for the whole run is over`)), maxTimeMs);
  const stop = () => limit.abort(caller?.reason);
  caller?.addEventListener('abort', stop, { once: true });
  if (caller?.aborted === true) stop();
  return {
    signal: limit.signal,
    clear: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', stop);
    },
  };
}
