/** Long work in, between two of its steps everything else of the process out: timers, sockets, Ctrl-C. */
import { setImmediate } from 'node:timers/promises';

/**
 * Ends the current turn of the event loop: work that never waits for anything would hear of an interruption only when it is done.
 * @throws the signal's reason where the work was interrupted
 */
export async function nextTurn(signal?: AbortSignal): Promise<void> {
  // The first may end before the loop looks at its sources, signals among them; between the first and the second it does.
  await setImmediate();
  await setImmediate();
  signal?.throwIfAborted();
}
