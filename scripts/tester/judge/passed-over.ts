/** A search and its answer in, the chained and reverse-chained parameters that the server did not use and says so out. */
import type { Pair } from '../gather/query';
import { linkOf, type SearchAnswer } from '../gather/search-answer';
import { readSelfLink } from './self-link';

/**
 * Servers "SHOULD ignore unknown or unsupported parameters", and the self link tells the client: https://hl7.org/fhir/R4/search.html#errors.
 * What has a modifier is left out, for unsupported modifiers have to be refused; and so is what came by POST, whose link may leave out what was sent,
 * but for a server that takes searches by POST only: it says it there, or nowhere.
 * @param usual how this server is searched
 */
export function passedOver({ pages, first }: SearchAnswer, pairs: readonly Pair[], usual: 'GET' | 'POST'): Pair[] {
  const self = pages[0] === undefined || first.request.method !== usual ? undefined : linkOf(pages[0].bundle, 'self');
  return self === undefined ? [] : readSelfLink(pairs, self).dropped.filter(([name]) => mayBeUnknown(name));
}

function mayBeUnknown(name: string): boolean {
  return name.startsWith('_has:') || (name.includes('.') && !name.includes(':'));
}
