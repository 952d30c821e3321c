/** Answers of a server that asks to come back later in; when it is asked again, or that it has been waited for long enough, out. */
import { KnownError } from '../../core/known-error';

/** So long a run waits for a server that answers nothing but that it should be asked later: longer than the minute over which servers mostly count requests. */
export const LONGEST_WAIT_IN_VAIN_MS = 120_000;
/** A server that asks for no wait, or a short one, is asked so often in vain. */
export const MOST_ASKED_IN_VAIN = 200;

/** Code of the KnownError that ends a run whose server takes no more requests. */
export const TOO_MANY_REQUESTS = 'too-many-requests';

export interface Patience {
  /** Milliseconds until the next request may go out. */
  pause(): number;
  /** The server has answered a request otherwise: it takes requests. */
  served(): void;
  /** The server asks to come back later. @throws KnownError `too-many-requests` where that is all that it has said for too long */
  refused(status: number): void;
  /** No request goes out for so many milliseconds. */
  rest(ms: number): void;
}

/** One patience for all requests of a client, since a server that limits requests counts them together. */
export function createPatience(now: () => number): Patience {
  let pausedUntil = 0;
  let waitedInVain = 0;
  let askedInVain = 0;
  return {
    pause: () => pausedUntil - now(),
    served() {
      waitedInVain = 0;
      askedInVain = 0;
    },
    refused(status) {
      if (waitedInVain >= LONGEST_WAIT_IN_VAIN_MS || askedInVain >= MOST_ASKED_IN_VAIN) {
        const long = waitedInVain >= LONGEST_WAIT_IN_VAIN_MS ? `for ${Math.round(waitedInVain / 1000)} s` : `to ${askedInVain} requests in a row`;
        throw new KnownError(TOO_MANY_REQUESTS, `the server has answered ${long} nothing but ${status}, each time asking to come back later: it was asked no more.`, 'Try again later, or ask it less: --rate 1, --concurrency 1.');
      }
      askedInVain += 1;
    },
    rest(ms) {
      const until = now() + ms;
      // Requests that wait at the same time wait once.
      waitedInVain += Math.max(0, until - Math.max(pausedUntil, now()));
      pausedUntil = Math.max(pausedUntil, until);
    },
  };
}
