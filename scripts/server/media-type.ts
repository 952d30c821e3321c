/** Content negotiation: Accept, _format and Content-Type in, the media type of the answer or a refusal out. */
import type { FhirVersionRecord } from '../core/fhir-version';
import { Refusal } from './refusal';

export interface MediaType {
  /** `type/subtype` in lower case. */
  name: string;
  parameters: Readonly<Record<string, string>>;
}

/** The media types that mean each format, the one of FHIR first: https://hl7.org/fhir/R4/http.html#mime-type; the last of each are of before STU3. */
const FORMATS = {
  json: ['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir'],
  xml: ['application/fhir+xml', 'application/xml', 'text/xml', 'application/xml+fhir'],
} as const;
export type Format = keyof typeof FORMATS;

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

export interface Negotiated {
  readonly format: Format;
  /** The Content-Type of the answer. */
  readonly contentType: string;
}

/**
 * The format of the answer.
 * @param format the `_format` parameter, which overrides the Accept header: https://hl7.org/fhir/R4/http.html#parameters
 * @param spoken the formats of this server; the first is for a client that wants none in particular
 * @throws Refusal 406 where no format of this server or another FHIR version is acceptable: https://hl7.org/fhir/R4/http.html#mime-type
 */
export function negotiate(accept: string | undefined, format: string | undefined, version: FhirVersionRecord, spoken: readonly Format[]): Negotiated {
  const wanted = format ?? (accept?.trim() || '*/*');
  const ranges = wanted.split(',').map(parseMediaType).map((range) => ({ ...range, q: quality(range), format: formatOf(range.name, format !== undefined, spoken) }));
  const usable = ranges.filter((range) => range.q > 0 && range.format !== undefined && speaks(range, version));
  const best = usable.sort((a, b) => b.q - a.q)[0];
  if (best?.format === undefined) {
    const known = spoken.map((one) => mediaTypeOf(one)).join(' and ');
    throw new Refusal(406, 'not-supported', `${format === undefined ? 'Accept' : '_format'}: ${wanted} cannot be served; this server speaks ${known}; fhirVersion=${version.mimeVersion}.`);
  }
  // "the server SHOULD respond with the requested mime type" where it is a generic one: http.html#mime-type
  const name = /^(application|text)\/(json|xml)$/.test(best.name) ? best.name : mediaTypeOf(best.format);
  const stated = best.parameters.fhirversion === undefined ? '' : `; fhirVersion=${version.mimeVersion}`;
  return { format: best.format, contentType: `${name}; charset=utf-8${stated}` };
}

/** The media type that FHIR gives a format. */
export function mediaTypeOf(format: Format): string {
  return FORMATS[format][0];
}

function formatOf(name: string, isParameter: boolean, spoken: readonly Format[]): Format | undefined {
  // A "+" in an unencoded _format arrives as a space.
  const spelled = isParameter ? name.replace(' ', '+') : name;
  if (WILDCARDS.includes(spelled)) return spoken[0];
  return spoken.find((format) => (FORMATS[format] as readonly string[]).includes(spelled) || (isParameter && spelled === format));
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
 * @param takes formats of FHIR and other media types
 * @throws Refusal 415
 */
export function requireContentType(header: string | undefined, takes: readonly string[], version: FhirVersionRecord): MediaType & { readonly format?: Format } {
  const type = parseMediaType(header ?? '');
  const format = takes.filter(isFormat).find((one) => (FORMATS[one] as readonly string[]).includes(type.name));
  const shown = takes.map((name) => (isFormat(name) ? mediaTypeOf(name) : name)).join(' or ');
  const refuse = (what: string) => {
    throw new Refusal(415, 'not-supported', `${what}; this interaction takes ${shown}.`, takes.includes(JSON_PATCH) ? { headers: { 'accept-patch': shown.replaceAll(' or ', ', ') } } : {});
  };
  if (header === undefined) refuse('The request has a body but no Content-Type');
  if (format === undefined && !takes.includes(type.name)) refuse(`Content-Type ${type.name} is not supported here`);
  // "UTF-8 encoding SHALL be used for FHIR instances": http.html#mime-type
  if (type.parameters.charset !== undefined && !/^utf-?8$/i.test(type.parameters.charset)) refuse(`Charset ${type.parameters.charset} is not supported: FHIR is UTF-8`);
  if (!speaks(type, version)) refuse(`FHIR version ${type.parameters.fhirversion} is not supported, this server speaks ${version.mimeVersion}`);
  return format === undefined ? type : { ...type, format };
}

function isFormat(name: string): name is Format {
  return Object.hasOwn(FORMATS, name);
}
