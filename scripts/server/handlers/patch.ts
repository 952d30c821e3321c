/** PATCH on a resource, and on the one that criteria select: https://hl7.org/fhir/R4/http.html#patch */
import { withArticle } from '../../core/grammar';
import { withWrittenNumbers } from '../../core/exact-json';
import type { Resource } from '../../core/fhir';
import { singleMatch } from '../conditional';
import { applyFhirPathPatch } from '../fhirpath-patch';
import { applyJsonPatch } from '../json-patch';
import { JSON_PATCH, requireContentType } from '../media-type';
import { parseJson, readResource } from '../read-resource';
import { Refusal } from '../refusal';
import { readText } from '../request-body';
import type { Call, Handler, Service } from '../service';
import { put, requireCurrent } from './write';

export const patch: Handler = (service, call) => patchOne(service, call, call.id);

/** https://hl7.org/fhir/R4/http.html#cond-patch: no match is 404, several are 412 */
export const conditionalPatch: Handler = (service, call) => {
  const match = singleMatch(service, 'patch', call.type, call.query);
  if (match === undefined) throw new Refusal(404, 'not-found', `No ${call.type} matches the criteria.`);
  return patchOne(service, call, String(match.id));
};

function patchOne(service: Service, call: Call, id: string) {
  const change = changeOf(service, call);
  const latest = service.store.latest(call.type, id);
  if (latest === undefined) throw new Refusal(404, 'not-found', `There is no ${call.type}/${id} to patch.`);
  if (latest.resource === undefined) throw new Refusal(410, 'deleted', `${call.type}/${id} is deleted; it can be brought back by an update, not by a patch.`);
  requireCurrent(service, call, latest);
  const patched = withWrittenNumbers(readPatched(service, change(latest.resource), latest.resource), latest.resource);
  return put(service, call, withSafeNarrative(patched, latest.resource), id);
}

/** The change that a body asks for. */
function changeOf(service: Service, call: Call): (resource: Resource) => unknown {
  const { resource, text } = call.body;
  if (resource === undefined) {
    // "A FHIRPath Patch SHALL be submitted using the media type application/fhir+json or +xml": http.html#patch
    const type = requireContentType(call.headers['content-type'], [JSON_PATCH, ...service.behaviour.formats()], service.version);
    const patch = readText(service, text ?? '', type);
    return (before) => (type.format === undefined ? applyJsonPatch(before, patch) : applyFhirPathPatch(service, before, patch));
  }
  if (resource.resourceType === 'Parameters') return (before) => applyFhirPathPatch(service, before, resource);
  // "servers may support submitting the JSON Patch as a part of a FHIR batch or transaction interaction using a Binary resource"
  if (resource.resourceType !== 'Binary') throw new Refusal(422, 'not-supported', `A PATCH entry holds its ${JSON_PATCH} in a Binary; a FHIRPath Patch is a Parameters resource; ${withArticle(resource.resourceType)} is not supported.`);
  requireContentType(typeof resource.contentType === 'string' ? resource.contentType : undefined, [JSON_PATCH], service.version);
  const patch = parseJson(Buffer.from(typeof resource.data === 'string' ? resource.data : '', 'base64').toString('utf8'));
  return (before) => applyJsonPatch(before, patch);
}

function readPatched(service: Service, patched: unknown, before: Resource): Resource {
  try {
    const after = readResource(patched, before.resourceType, new Set(Object.keys(service.elements.types)));
    if (after.id === before.id) return after;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(422, 'invariant', `The patch would leave what is no resource: ${error.message}`, error.details);
  }
  throw new Refusal(422, 'business-rule', 'A patch must not change the id of a resource.', { expression: `${before.resourceType}.id` });
}

/** "The server SHALL ensure that the narrative in a resource is not clinically unsafe": a generated text that the patch left as it was goes. */
function withSafeNarrative(after: Resource, before: Resource): Resource {
  const text = before.text as { status?: string } | undefined;
  if (text === undefined || after.text === undefined || JSON.stringify(after.text) !== JSON.stringify(text) || text.status === 'empty') return after;
  if (JSON.stringify({ ...after, meta: null }) === JSON.stringify({ ...before, meta: null })) return after;
  if (text.status === 'additional') {
    throw new Refusal(422, 'business-rule', 'The narrative says more than the data (status additional); patch it too, or update the whole resource.', { expression: `${before.resourceType}.text` });
  }
  const rest = { ...after };
  delete rest.text;
  return rest;
}
