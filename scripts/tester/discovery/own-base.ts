/** A client in, the base URL that the server itself goes by out: behind a proxy it may be another than the one that was typed. */
import { parseReference } from '../../search/reference-target';
import { bundleOf, succeeded } from '../answer';
import { entriesOf } from '../gather/search-answer';
import { UNCACHED, type FhirClient } from '../http/client';
import type { Declared } from './declared';
import { DISCOVERY_SCOPE } from './discover';

/** Types that most servers with imaging data hold. */
const ASKED = ['ImagingStudy', 'Patient'];

/**
 * The base of the fullUrl of any resource; undefined where none is to be had. Absolute references under it equal relative ones:
 * https://hl7.org/fhir/R4/search.html#reference
 */
export async function findOwnBase(client: FhirClient, declared: Declared): Promise<string | undefined> {
  for (const type of ASKED.filter((name) => declared.interaction(name, 'search-type'))) {
    const exchange = await client.send({ method: 'GET', url: `${type}?_count=1`, headers: UNCACHED }, DISCOVERY_SCOPE);
    const bundle = succeeded(exchange) ? bundleOf(exchange) : undefined;
    for (const { fullUrl, resource } of bundle === undefined ? [] : entriesOf(bundle)) {
      if (typeof fullUrl !== 'string' || resource?.id === undefined) continue;
      const target = parseReference(fullUrl);
      if (target.base !== undefined && target.type === resource.resourceType && target.id === resource.id) return target.base;
    }
  }
  return undefined;
}
