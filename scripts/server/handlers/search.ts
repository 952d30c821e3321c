/** Searches: on a type, on the whole system, within a compartment; by GET and by POST. */
import { membersOf } from '../compartment';
import { FORM, requireContentType } from '../media-type';
import { decodePairs, type Pairs } from '../query-string';
import { Refusal } from '../refusal';
import { answerSearch } from '../search-answer';
import type { Answer, Call, Handler, Service } from '../service';

/** https://hl7.org/fhir/R4/http.html#search */
export const searchType: Handler = (service, call) =>
  answerSearch(service, call, { path: call.type, types: [call.type], mixed: false, leading: [] }, call.query);

/** "parameters may appear in both the URL and the body", with the same meaning */
export const searchTypeByPost: Handler = (service, call) => searchType(service, { ...call, query: [...call.query, ...formOf(service, call)] });

/** https://hl7.org/fhir/R4/http.html#vsearch */
export const searchSystem: Handler = (service, call) => searchTypes(service, call, call.query);

export const searchSystemByPost: Handler = (service, call) => searchTypes(service, call, [...call.query, ...formOf(service, call)]);

function searchTypes(service: Service, call: Call, pairs: Pairs): Answer {
  const asked = pairs.filter(([name]) => name === '_type');
  const named = [...new Set(asked.flatMap(([, text]) => text.split(',').map((type) => type.trim()).filter((type) => type !== '')))];
  const unknown = named.filter((type) => service.elements.types[type] === undefined);
  if (unknown.length > 0) throw new Refusal(400, 'value', `_type names no resource type: ${unknown.join(', ')}.`);
  const types = named.length > 0 ? named : Object.keys(service.elements.types);
  const leading: Pairs = named.length > 0 ? [['_type', named.join(',')]] : [];
  return answerSearch(service, call, { path: '', types, mixed: true, leading }, pairs.filter(([name]) => name !== '_type'));
}

export const searchCompartment: Handler = (service, call) => searchWithin(service, call, call.query);

export const searchCompartmentByPost: Handler = (service, call) => searchWithin(service, call, [...call.query, ...formOf(service, call)]);

function searchWithin(service: Service, call: Call, pairs: Pairs): Answer {
  const compartment = service.elements.compartments[call.type];
  if (compartment === undefined) throw new Refusal(404, 'not-supported', `${call.type} has no compartment; ${Object.keys(service.elements.compartments).join(', ')} have.`);
  if (call.target !== '*' && compartment[call.target] === undefined) throw new Refusal(404, 'not-supported', `${call.target} is never in a ${call.type} compartment.`);
  const types = call.target === '*' ? Object.keys(compartment) : [call.target];
  const members = membersOf(service, call.type, call.id, types);
  const path = `${call.type}/${call.id}/${call.target}`;
  return answerSearch(service, call, { path, types, mixed: call.target === '*', leading: [], member: (resource) => members.has(`${resource.resourceType}/${resource.id}`) }, pairs);
}

function formOf(service: Service, call: Call): Pairs {
  if (call.body.text === undefined || call.body.text === '') return [];
  requireContentType(call.headers['content-type'], [FORM], service.version);
  return decodePairs(call.body.text.trim());
}
