/** The parameters of a search and the self link of its answer in; what the link leaves out or claims wrongly out. */
import { decodePairs, type Pair } from '../gather/query';

export interface SelfLinkReading {
  /** Asked for, but not in the link: by the link's own words the server did not use them. */
  dropped: Pair[];
  /** In the link, with another value than was asked. */
  changed: Pair[];
  /** In the link though the server cannot know them. */
  claimed: Pair[];
}

/** Names that steer the answer and filter nothing: a server may leave them out or add its own defaults. */
const STEERING = new Set(['_count', '_format', '_pretty', '_sort', '_include', '_revinclude', '_summary', '_elements', '_total', '_contained', '_containedType', '_score']);

/** Prefix of the parameter names that tests invent and that no server knows. */
export const INVENTED = 'scout-unknown';

/**
 * Compares as multisets of decoded pairs: order, encoding, host, added defaults and relative links are the server's own affair.
 * https://hl7.org/fhir/R4/search.html#conformance
 */
export function readSelfLink(asked: readonly Pair[], link: string): SelfLinkReading {
  const at = link.indexOf('?');
  const carried = at < 0 ? [] : decodePairs(link.slice(at + 1).split('#')[0] as string);
  const left = [...carried];
  const dropped: Pair[] = [];
  const changed: Pair[] = [];
  for (const pair of asked) {
    const [name, value] = pair;
    if (STEERING.has(plainName(name)) || value === '' || name.startsWith(INVENTED)) continue;
    const same = left.findIndex((other) => other[0] === name && sameValue(other[1], value));
    if (same >= 0) left.splice(same, 1);
    // Some of several OR-ed values: by the link's own words the others were not used.
    else if (carried.some((other) => other[0] === name && isPart(other[1], value))) dropped.push(pair);
    else if (carried.some((other) => stem(other[0]) === stem(name))) changed.push(pair);
    else dropped.push(pair);
  }
  return { dropped, changed, claimed: carried.filter(([name]) => name.startsWith(INVENTED)) };
}

function plainName(name: string): string {
  return name.split(':')[0] as string;
}

/** `patient` of `patient:Patient.identifier`: a server may spell the same parameter another way. */
function stem(name: string): string {
  return name.split(/[:.]/)[0] as string;
}

function isPart(carried: string, asked: string): boolean {
  const [some, all] = [carried.split(','), asked.split(',')];
  return some.length < all.length && some.every((value) => all.includes(value));
}

/** OR-ed values in any order are the same. */
function sameValue(a: string, b: string): boolean {
  return a === b || a.split(',').sort().join(',') === b.split(',').sort().join(',');
}
