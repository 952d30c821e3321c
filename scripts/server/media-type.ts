/** Content negotiation: Accept, _format and Content-Type in, the media type of the answer or a refusal out. */
import type { FhirVersionRecord } from '../core/fhir-version';
import { Refusal } from './refusal';

export interface MediaType {
  /** `type/subtype` in lower case. */
  name: string;
  parameters: Readonly<Record<string, string>>;
}

/** Media types that mean FHIR JSON: https://hl7.org/fhir/R4/http.html#mime-type; the last two are of before STU3. */
const JSON_TYPES = ['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir'] as const;
/** What a client may name without meaning a format. */
const WILDCARDS = ['*/*', 'application/*'];

export const FORM = 'application/x-www-form-urlencoded';
export const JSON_PATCH = 'application/json-patch+json';

/** Parses one media type with its parameters; names of parameters in lower case, values unquoted. */
export function parseMediaType(text: string): MediaType {
  const [name = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = rest.map((part) => {
    const [key = '', value = ''] = part.split('=');
    return [key.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')];
  });
  return { name: name.toLowerCase(), parameters: Object.fromEntries(parameters) as Record<string, string> };
}

/**
 * The Content-Type of the answer.
 * @param format the `_format` parameter, which overrides the Accept header: https://hl7.org/fhir/R4/http.html#parameters
 * @throws Refusal 406 where neither JSON nor this FHIR version is acceptable: https://hl7.org/fhir/R4/http.html#mime-type
 */
export function negotiate(accept: string | undefined, format: string | undefined, version: FhirVersionRecord): string {
  const wanted = format ?? (accept?.trim() || '*/*');
  const ranges = wanted.split(',').map(parseMediaType).map((range) => ({ ...range, q: quality(range) }));
  const usable = ranges.filter((range) => range.q > 0 && isJson(range.name, format !== undefined) && speaks(range, version));
  const best = usable.sort((a, b) => b.q - a.q)[0];
  if (best === undefined) {
    throw new Refusal(406, 'not-supported', `${format === undefined ? 'Accept' : '_format'}: ${wanted} cannot be served; this server speaks application/fhir+json; fhirVersion=${version.mimeVersion}.`);
  }
  // "the server SHOULD respond with the requested mime type" where it is a generic one: http.html#mime-type
  const name = best.name === 'application/json' || best.name === 'text/json' ? best.name : 'application/fhir+json';
  const stated = best.parameters.fhirversion === undefined ? '' : `; fhirVersion=${version.mimeVersion}`;
  return `${name}; charset=utf-8${stated}`;
}

function isJson(name: string, isFormat: boolean): boolean {
  // A "+" in an unencoded _format arrives as a space.
  const spelled = isFormat ? name.replace(' ', '+') : name;
  return (JSON_TYPES as readonly string[]).includes(spelled) || WILDCARDS.includes(spelled) || (isFormat && spelled === 'json');
}

function quality(range: MediaType): number {
  const q = Number(range.parameters.q ?? '1');
  return Number.isFinite(q) ? q : 0;
}

/** https://hl7.org/fhir/R4/http.html#version-parameter */
function speaks(type: MediaType, version: FhirVersionRecord): boolean {
  const asked = type.parameters.fhirversion;
  return asked === undefined || asked === version.mimeVersion || asked === version.version;
}

/**
 * Checks the Content-Type of a request body against what the interaction takes.
 * @throws Refusal 415
 */
export function requireContentType(header: string | undefined, takes: readonly string[], version: FhirVersionRecord): MediaType {
  const type = parseMediaType(header ?? '');
  const names = takes.flatMap((name) => (name === 'json' ? JSON_TYPES : [name]));
  const shown = takes.map((name) => (name === 'json' ? 'application/fhir+json' : name)).join(' or ');
  const refuse = (what: string) => {
    throw new Refusal(415, 'not-supported', `${what}; this interaction takes ${shown}.`, takes.includes(JSON_PATCH) ? { headers: { 'accept-patch': JSON_PATCH } } : {});
  };
  if (header === undefined) refuse('The request has a body but no Content-Type');
  if (!names.includes(type.name)) refuse(`Content-Type ${type.name} is not supported here`);
  // "UTF-8 encoding SHALL be used for FHIR instances": http.html#mime-type
  if (type.parameters.charset !== undefined && !/^utf-?8$/i.test(type.parameters.charset)) refuse(`Charset ${type.parameters.charset} is not supported: FHIR is UTF-8`);
  if (!speaks(type, version)) refuse(`FHIR version ${type.parameters.fhirversion} is not supported, this server speaks ${version.mimeVersion}`);
  return type;
}
