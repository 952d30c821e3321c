/** The service in, its CapabilityStatement out: built from the route table and the search definitions, so that it says what is so. */
import type { Resource } from '../core/fhir';
import { toolVersion } from '../core/package-root';
import type { SearchParameterDefinition } from '../search/types';
import { JSON_PATCH, mediaTypeOf } from './media-type';
import type { Route, Service } from './service';

/** https://hl7.org/fhir/R4/capabilitystatement.html; @param normativeOnly the `mode=normative` form */
export function capabilityStatement(service: Service, normativeOnly: boolean): Resource {
  const { version, elements, routes } = service;
  const types = Object.keys(elements.types).filter((type) => !normativeOnly || elements.types[type]?.normative === true);
  const revIncludes = revIncludesByTarget(service);
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: service.startedAt,
    kind: 'instance',
    software: toolVersion(),
    implementation: { description: 'The embedded reference server of fhir-scout', url: service.base },
    fhirVersion: version.version,
    format: service.behaviour.formats().flatMap((format) => [mediaTypeOf(format), format]),
    ...(service.readOnly ? {} : { patchFormat: [JSON_PATCH, ...service.behaviour.formats().map(mediaTypeOf)] }),
    rest: [
      {
        mode: 'server',
        documentation: 'All data is in memory. Writes are checked for the form of FHIR JSON and XML, not against profiles. A transaction is all or nothing.',
        security: securityOf(service),
        resource: types.map((type) => restResource(service, routes, type, revIncludes.get(type) ?? [])),
        interaction: codes(routes, 'system'),
        // _list has no definition of its own: https://hl7.org/fhir/R4/search.html#list
        searchParam: [...systemParameters(service).map(searchParam), { name: '_list', type: 'special' }],
        compartment: Object.keys(elements.compartments).map((code) => `http://hl7.org/fhir/CompartmentDefinition/${code.charAt(0).toLowerCase()}${code.slice(1)}`),
      },
    ],
  };
}

/** https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.rest.security */
function securityOf({ cors, access }: Service): Record<string, unknown> {
  if (access === undefined) return { cors, description: 'None: the server listens on this machine only.' };
  return {
    cors,
    service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'OAuth', display: 'OAuth' }] }],
    description: 'A bearer token is needed. Tokens bound to one patient read the compartment of that patient, and what belongs to no patient.',
  };
}

function restResource(service: Service, routes: readonly Route[], type: string, searchRevInclude: readonly string[]): Record<string, unknown> {
  const parameters = service.definitions.of(type).filter(isSearchable);
  const references = parameters.filter((parameter) => parameter.type === 'reference');
  const writable = !service.readOnly;
  return {
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    interaction: [...codes(routes, 'instance'), ...codes(routes, 'type')],
    // Version-aware updates are supported, not demanded: https://hl7.org/fhir/R4/http.html#versions
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: writable,
    conditionalCreate: writable,
    conditionalRead: 'full-support',
    conditionalUpdate: writable,
    conditionalDelete: writable ? 'single' : 'not-supported',
    referencePolicy: ['literal', 'logical'],
    searchInclude: ['*', ...references.map((parameter) => `${type}:${parameter.code}`)],
    // FHIR's JSON has no empty lists: https://hl7.org/fhir/R4/json.html
    ...(searchRevInclude.length === 0 ? {} : { searchRevInclude }),
    searchParam: parameters.map(searchParam),
  };
}

/** What cannot be computed from a resource (_text, _content, _filter, near) is refused by the search, so it is not declared. */
function isSearchable(parameter: SearchParameterDefinition): boolean {
  return parameter.expression !== undefined && parameter.type !== 'special';
}

/** What every type can be searched by, and so the whole system: https://hl7.org/fhir/R4/http.html#vsearch */
function systemParameters(service: Service): readonly SearchParameterDefinition[] {
  return service.definitions.of('Basic').filter((parameter) => isSearchable(parameter) && parameter.base.includes('Resource'));
}

/** Target type -> `Source:parameter` of every reference parameter that may point at it. */
function revIncludesByTarget(service: Service): Map<string, string[]> {
  const byTarget = new Map<string, string[]>();
  for (const source of Object.keys(service.elements.types)) {
    for (const parameter of service.definitions.of(source)) {
      for (const target of parameter.type === 'reference' ? parameter.target : []) {
        byTarget.set(target, [...(byTarget.get(target) ?? []), `${source}:${parameter.code}`]);
      }
    }
  }
  return byTarget;
}

function searchParam(parameter: SearchParameterDefinition): Record<string, string> {
  return { name: parameter.code, definition: parameter.url, type: parameter.type };
}

function codes(routes: readonly Route[], level: Route['level']): { code: string }[] {
  const names = routes.flatMap((route) => (route.level === level && route.interaction !== undefined ? route.interaction : []));
  return [...new Set(names)].map((code) => ({ code }));
}

/** `mode=terminology`: the server knows no terminology, and says so. https://hl7.org/fhir/R4/terminologycapabilities.html */
export function terminologyCapabilities(service: Service): Resource {
  return {
    resourceType: 'TerminologyCapabilities',
    status: 'active',
    date: service.startedAt,
    kind: 'instance',
    software: toolVersion(),
    implementation: { description: 'The embedded reference server of fhir-scout', url: service.base },
  };
}
