/** A resource as a search shows it and as a read does in, what the search shows otherwise out. https://hl7.org/fhir/R4/search.html#currency */
import type { Resource } from '../../core/fhir';
import { firstDifference } from './same-content';

export interface CopyFault {
  readonly verdict: 'fail' | 'warn';
  /** Ends a sentence that begins with the search. */
  readonly says: string;
}

/**
 * Undefined where both agree. A narrative that differs does not count, for a server may write it anew; one that a search leaves out though nobody
 * asked for a part is no failure, as no rule demands a narrative, but who reads it takes it for all there is: what is a part SHOULD be tagged
 * SUBSETTED (https://hl7.org/fhir/R4/search.html#summary).
 * @param base base URL of the server
 */
export function copyFault(found: Resource, current: Resource, base: string): CopyFault | undefined {
  const reference = `${current.resourceType}/${current.id ?? ''}`;
  const [shown, now] = [found.meta?.versionId, current.meta?.versionId];
  // A version id is optional (0..1, https://hl7.org/fhir/R4/resource-definitions.html#Meta.versionId): where one of the two leaves it out, the content tells.
  if (shown !== now && shown !== undefined && now !== undefined) return { verdict: 'fail', says: `returns version ${shown} of ${reference}, a read version ${now}` };
  const difference = firstDifference(found, current, base);
  if (difference !== undefined) return { verdict: 'fail', says: `returns the same version of ${reference} as a read with different content at ${difference}` };
  return found['text'] === undefined && current['text'] !== undefined ? { verdict: 'warn', says: `returns ${reference} without the narrative that a read returns` } : undefined;
}
