/** A look at a server in, what is seen once it is settled, or at last, out: servers index what was written, and carry out what they accepted, in their own time. */

/** How long servers get for it, and the first pause, in milliseconds; each pause is twice as long as the one before. */
const LONGEST_WAIT_MS = 10_000;
const FIRST_PAUSE_MS = 200;

/** Looks again, with growing pauses, until what is seen is settled or the time is over. */
export async function lookUntil<T>(look: () => Promise<T>, isSettled: (seen: T) => boolean, pause: (ms: number) => Promise<void>): Promise<T> {
  let seen = await look();
  for (let waited = 0, ms = FIRST_PAUSE_MS; !isSettled(seen) && waited < LONGEST_WAIT_MS; waited += ms, ms *= 2) {
    await pause(ms);
    seen = await look();
  }
  return seen;
}
