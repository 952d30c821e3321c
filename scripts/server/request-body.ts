/** The body of a call in, its content as JSON has it out, whichever format it came in. */
import { KnownError } from '../core/known-error';
import type { Resource } from '../core/fhir';
import { fromXml } from '../formats/from-xml';
import { requireContentType, type MediaType } from './media-type';
import { parseJson, readResource } from './read-resource';
import { Refusal } from './refusal';
import type { Call, Service } from './service';

/** The resource of a call's body; `type` is what the URL says. */
export function bodyOf(service: Service, call: Call, type: string | undefined): Resource {
  const types = new Set(Object.keys(service.elements.types));
  if (call.body.resource !== undefined) return readResource(call.body.resource, type, types);
  if (call.body.text === undefined) throw new Refusal(400, 'required', 'The request has no body; a FHIR resource is needed.');
  return readResource(readText(service, call.body.text, requireContentType(call.headers['content-type'], service.behaviour.formats(), service.version)), type, types);
}

/**
 * @param mediaType as `requireContentType` gives it
 * @throws Refusal 400 with the line at fault
 */
export function readText(service: Service, text: string, { format }: MediaType & { readonly format?: string }): unknown {
  if (format !== 'xml') return parseJson(text);
  try {
    return service.behaviour.readFromXml(fromXml(text, service.elements));
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    throw new Refusal(400, 'structure', `The body is no FHIR XML: ${error.message}`);
  }
}
