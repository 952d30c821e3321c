/** The caller's signal and a time limit in, one signal for the whole run out. */
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Lets go of timer and caller. */
  clear(): void;
}

/** Code of the KnownError by which a run ends whose time is over. */
export const RUN_TIME_OUT = 'run-time-out';

/** Aborts when the caller does, or when the time is over. */
export function openDeadline(maxTimeMs: number, caller?: AbortSignal): Deadline {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new KnownError(RUN_TIME_OUT, `the time of ${inWords(maxTimeMs)} for the whole run is over`)), maxTimeMs);
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

function inWords(ms: number): string {
  return ms % 60_000 === 0 ? counted(ms / 60_000, 'minute') : counted(ms / 1000, 'second');
}
