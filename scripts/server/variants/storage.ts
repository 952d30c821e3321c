/** Legal variants in what a server does with what it is given: it may add to a resource, and be non-committal about a deletion. */
import type { Resource } from '../../core/fhir';
import type { Behaviour, Override } from '../behaviour';
import { responding } from '../faults/rewriting';
import type { VariantRow } from '../faults/row';
import type { ServerRequest, ServerResponse } from '../request';

const HTTP = 'https://hl7.org/fhir/R4/http.html';

/** Whose identifiers the server's own are. */
const INDEX = 'https://server.example/master-patient-index';

export const STORAGE_VARIANTS: readonly VariantRow[] = [
  { id: 'narrative-added', does: 'A resource without a narrative gets one.', url: 'https://hl7.org/fhir/R4/narrative.html', override: storing((resource) => ('text' in resource || !hasNarrative(resource) ? resource : { ...resource, text: NARRATIVE })) },
  { id: 'tag-added', does: 'Every resource gets a tag of the server.', url: 'https://hl7.org/fhir/R4/resource.html#tag-updates', override: storing(tagged) },
  {
    id: 'identifier-added',
    does: 'Every patient gets an identifier of the server beside those it came with, as a master patient index gives one.',
    url: `${HTTP}#transactional-integrity`,
    override: storing(identified),
  },
  {
    id: 'delete-is-202',
    does: 'A deletion is answered with 202.',
    url: `${HTTP}#delete`,
    override: responding(accepted),
  },
  { id: 'deletes-later', does: 'A deletion is answered with 202, and carried out six requests later.', url: `${HTTP}#delete`, override: deletesLater },
];

function accepted(response: ServerResponse, request: ServerRequest): ServerResponse {
  return request.method === 'DELETE' && response.status === 204 ? { ...response, status: 202 } : response;
}

/** Until then reads and searches show what is to go; time is counted in requests, so that no clock is needed. */
function deletesLater(reference: Behaviour): Partial<Behaviour> {
  const queue: { due: number; key: string }[] = [];
  let requests = 0;
  let deleting = false;
  const waits = (key: string) => queue.some((row) => row.key === key && row.due > requests);
  return {
    request(request) {
      requests += 1;
      deleting = request.method === 'DELETE';
      return reference.request(request);
    },
    response: (response, request) => reference.response(accepted(response, request), request),
    unindexed(resource) {
      // What a Bundle deletes is answered by 204, and what a transaction takes back was never there.
      if (!deleting) return reference.unindexed(resource);
      queue.push({ due: requests + 6, key: `${resource.resourceType}/${resource.id}` });
      return false;
    },
    select(index, query) {
      while ((queue[0]?.due ?? Infinity) <= requests) index.remove(queue.shift()?.key ?? '');
      return reference.select(index, query);
    },
    afterlife(versions) {
      const [{ type, id } = { type: '', id: '' }] = versions;
      return waits(`${type}/${id}`) ? versions.findLast(({ resource }) => resource !== undefined)?.resource : reference.afterlife(versions);
    },
  };
}

const NARRATIVE = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Made by the server.</p></div>' };
const TAG = { system: 'https://server.example/tenant', code: 'main' };

/** What is no DomainResource has no narrative: https://hl7.org/fhir/R4/domainresource.html */
function hasNarrative({ resourceType }: Resource): boolean {
  return !['Bundle', 'Binary', 'Parameters'].includes(resourceType);
}

function tagged(resource: Resource): Resource {
  const tags = resource.meta?.tag ?? [];
  return tags.some(({ system }) => system === TAG.system) ? resource : { ...resource, meta: { ...resource.meta, tag: [...tags, TAG] } };
}

/** A server SHOULD keep what it is sent; that it adds nothing is not asked. */
function identified(resource: Resource): Resource {
  if (resource.resourceType !== 'Patient') return resource;
  const identifiers = Array.isArray(resource['identifier']) ? (resource['identifier'] as { system?: string }[]) : [];
  return identifiers.some(({ system }) => system === INDEX) ? resource : { ...resource, identifier: [...identifiers, { system: INDEX, value: `E-${resource.id ?? ''}` }] };
}

function storing(change: (resource: Resource) => Resource): Override {
  return (reference) => ({ stored: (resource) => change(reference.stored(resource)) });
}
