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
  const others: Pair[] = [];
  for (const pair of asked) {
    const [name, value] = pair;
    if (STEERING.has(plainName(name)) || value === '' || name.startsWith(INVENTED)) continue;
    const same = left.findIndex((other) => other[0] === name && sameValue(other[1], value));
    if (same >= 0) left.splice(same, 1);
    else others.push(pair);
  }
  for (const pair of others) {
    const [name, value] = pair;
    // Each pair of the link stands for one that was asked for: of a parameter that was repeated, none may be missing.
    const at = [left.findIndex((other) => other[0] === name), left.findIndex((other) => stem(other[0]) === stem(name))].find((index) => index >= 0);
    const [other] = at === undefined ? [] : left.splice(at, 1);
    // Some of several OR-ed values, or another way of matching: by the link's own words that is what was searched.
    if (other === undefined || isPart(other[1], value) || losesModifier(other[0], name)) dropped.push(pair);
    else changed.push(pair);
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

/** Modifiers that change what matches; a type may be written or left out where there is only one. */
const MATCHING = /:(not|exact|contains|text|missing|in|not-in|above|below|of-type|ofType|identifier)$/;

function losesModifier(carried: string, asked: string): boolean {
  const modifier = MATCHING.exec(asked)?.[0];
  return modifier !== undefined && !carried.endsWith(modifier);
}

/** OR-ed values in any order are the same. */
function sameValue(a: string, b: string): boolean {
  return a === b || a.split(',').sort().join(',') === b.split(',').sort().join(',');
}
