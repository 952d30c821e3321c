/** Runs of one process against servers that answer almost alike in, what one of them has parsed and predicted for the others out. */
import type { Resource } from '../core/fhir';
import type { SearchDefinitions } from '../search/types';
import type { Bodies, ParsedBody } from './answer';

/** How an index came to hold what it holds, and what was predicted over it. */
export interface History {
  put(resource: Resource): void;
  remove(reference: string): void;
  /** What was found before over the same resources, else what `make` finds. */
  recall<T>(question: string, make: () => T): T;
}

/**
 * What runs share. The tester is a function of what it is answered, and the selftest's servers answer most requests to the letter alike: an answer is
 * parsed once for its text, a query predicted once for the resources that it is over. Resources are the same where they are the same objects, put and
 * removed in the same order; what was parsed is never changed.
 */
export interface SharedWork {
  readonly bodies: Bodies;
  /** The history of an index that holds nothing yet. */
  history(definitions: SearchDefinitions, base: string): History;
}

/** Characters of texts: those of two whole runs that write, so that a server that answers otherwise throughout does not drive out what the others have in common. */
const MOST_CHARACTERS = 60_000_000;
/** Some three runs. */
const MOST_PREDICTIONS = 20_000;
/** Some hundred runs that see other resources from the first on. */
const MOST_STATES = 100_000;

export function createSharedWork(mostCharacters = MOST_CHARACTERS, mostPredictions = MOST_PREDICTIONS): SharedWork {
  const bodies = new Map<string, ParsedBody>();
  let characters = 0;
  const numbers = new WeakMap<object, number>();
  let numbered = 0;
  /** Unlike objects have unlike numbers, also when one of them is gone. */
  const numberOf = (object: object): number => {
    let number = numbers.get(object);
    if (number === undefined) numbers.set(object, (number = numbered += 1));
    return number;
  };
  /** States by the state before and what was done to it; a state is its number, which is never given again. */
  const states = new Map<string, number>();
  let stateNumber = 0;
  const stateOf = (way: string): number => {
    let state = states.get(way);
    if (state === undefined) {
      if (states.size >= MOST_STATES) states.clear();
      states.set(way, (state = stateNumber += 1));
    }
    return state;
  };
  const predictions = new Map<string, unknown>();

  return {
    bodies: {
      of(text, parse) {
        const known = bodies.get(text);
        if (known !== undefined) {
          // The longest unused goes first.
          bodies.delete(text);
          bodies.set(text, known);
          return known;
        }
        const body = parse();
        bodies.set(text, body);
        characters += text.length;
        for (const oldest of bodies.keys()) {
          if (characters <= mostCharacters) break;
          bodies.delete(oldest);
          characters -= oldest.length;
        }
        return body;
      },
    },
    history(definitions, base) {
      let state = stateOf(`${numberOf(definitions)} ${base}`);
      return {
        put: (resource) => void (state = stateOf(`${state} + ${numberOf(resource)}`)),
        remove: (reference) => void (state = stateOf(`${state} - ${reference}`)),
        recall<T>(question: string, make: () => T): T {
          const key = `${state} ${question}`;
          if (predictions.has(key)) return predictions.get(key) as T;
          const made = make();
          if (predictions.size >= mostPredictions) predictions.clear();
          predictions.set(key, made);
          return made;
        },
      };
    },
  };
}
