/** Answers of a server that asks to come back later in; when it is asked again, or that it has been waited for long enough, out. */
import { KnownError } from '../../core/known-error';

/** So long a run waits for a server that answers nothing but that it should be asked later: longer than the minute over which servers mostly count requests. */
export const LONGEST_WAIT_IN_VAIN_MS = 120_000;
/** A server that asks for no wait, or a short one, is asked so often in vain. */
export const MOST_ASKED_IN_VAIN = 200;

/** So many requests to other places are served while one place refuses all, before that is taken for its own doing. */
const SERVED_ELSEWHERE = 5;

/** Code of the KnownError that ends a run whose server takes no more requests. */
export const TOO_MANY_REQUESTS = 'too-many-requests';

/** Code of the KnownError of a request that is not sent, because its place takes none at present. */
export const PLACE_CLOSED = 'place-closed';

/** One request that goes out. */
export interface Asking {
  /** What of the server it asks: a resource type, or what else follows the base. */
  readonly place: string;
  /** How many had gone out before it. */
  readonly turn: number;
}

export interface Patience {
  /** Milliseconds until the next request may go out. */
  pause(): number;
  /** @throws KnownError `place-closed` where a place has asked to be left alone, and that time is not over */
  assertOpen(place: string): void;
  /** A request goes out. */
  asks(place: string): Asking;
  /** The server has answered a request otherwise: it takes requests. */
  served(asking: Asking): void;
  /**
   * The server asks to come back later.
   * @returns `all` where all requests have to wait, `place` where those to other places are served meanwhile, `enough` where such a place need not be asked again for this request
   * @throws KnownError `too-many-requests` where that is all that it has said for too long
   */
  refused(asking: Asking, status: number): 'all' | 'place' | 'enough';
  /** No request goes out for so many milliseconds. */
  rest(ms: number): void;
  /** A request has been refused to the last: where others are served, its place is asked no more for so many milliseconds, and then once a request. True the first time. */
  close(place: string, status: number, ms: number): boolean;
}

/** A place that has answered nothing but that it should be asked later, since a certain request. */
interface Refusing {
  readonly since: number;
  refusals: number;
  /** Requests to other places that went out later and were served: the server does not limit them all together. */
  servedElsewhere: number;
  closed?: { readonly until: number; readonly status: number };
}

/**
 * One patience for all requests of a client, since a server that limits requests mostly counts them together; a place that alone
 * asks to be left alone does not hold up the others.
 */
export function createPatience(now: () => number): Patience {
  let pausedUntil = 0;
  let waitedInVain = 0;
  let askedInVain = 0;
  let turns = 0;
  const refusing = new Map<string, Refusing>();
  return {
    pause: () => pausedUntil - now(),
    assertOpen(place) {
      const { closed, refusals = 0 } = refusing.get(place) ?? {};
      if (closed !== undefined && now() < closed.until) throw new KnownError(PLACE_CLOSED, `no answer is waited for: the last ${refusals} requests to ${place} were answered by ${closed.status}, each time asking to come back later, while others were served`);
    },
    asks(place) {
      turns += 1;
      return { place, turn: turns };
    },
    served({ place, turn }) {
      waitedInVain = 0;
      askedInVain = 0;
      refusing.delete(place);
      for (const other of refusing.values()) if (turn > other.since) other.servedElsewhere += 1;
    },
    refused({ place }, status) {
      const row = refusing.get(place) ?? { since: turns, refusals: 0, servedElsewhere: 0 };
      refusing.set(place, row);
      row.refusals += 1;
      if (row.closed !== undefined) return 'enough';
      if (row.servedElsewhere > 0) return 'place';
      if (waitedInVain >= LONGEST_WAIT_IN_VAIN_MS || askedInVain >= MOST_ASKED_IN_VAIN) {
        const long = waitedInVain >= LONGEST_WAIT_IN_VAIN_MS ? `for ${Math.round(waitedInVain / 1000)} s` : `to ${askedInVain} requests in a row`;
        throw new KnownError(TOO_MANY_REQUESTS, `the server has answered ${long} nothing but ${status}, each time asking to come back later: it was asked no more.`, 'Try again later, or ask it less: --rate 1, --concurrency 1.');
      }
      askedInVain += 1;
      return 'all';
    },
    rest(ms) {
      const until = now() + ms;
      // Requests that wait at the same time wait once.
      waitedInVain += Math.max(0, until - Math.max(pausedUntil, now()));
      pausedUntil = Math.max(pausedUntil, until);
    },
    close(place, status, ms) {
      const row = refusing.get(place);
      if (row === undefined || row.servedElsewhere < SERVED_ELSEWHERE) return false;
      const isFirst = row.closed === undefined;
      row.closed = { until: now() + ms, status };
      return isFirst;
    },
  };
}
