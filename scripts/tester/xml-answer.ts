/** An answer that should be FHIR XML in, the resource that it says out, or what is wrong with it. */
import type { Resource } from '../core/fhir';
import { FHIR_VERSIONS, type FhirVersionRecord } from '../core/fhir-version';
import { KnownError } from '../core/known-error';
import type { Exchange } from '../core/result';
import { hasElementTable, loadElementTable } from '../formats/element-table';
import { fromXml } from '../formats/from-xml';
import type { Declared } from './discovery/declared';

/** Media type versions whose XML the tester can read. */
export const XML_VERSIONS: readonly string[] = Object.values(FHIR_VERSIONS).filter(hasElementTable).map(({ mimeVersion }) => mimeVersion);

/** True where XML is among the formats that a server declares, by its media type or its short name: https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.format */
export function declaresXml({ formats }: Declared): boolean {
  return formats.some((format) => /^(xml|(text|application)\/(fhir\+)?xml|application\/xml\+fhir)\s*(;|$)/i.test(format));
}

/** True for a Content-Type of FHIR in XML; the general ones are tolerated: https://hl7.org/fhir/R4/http.html#mime-type */
export function isXmlType(contentType: string | undefined): 'fhir' | 'general' | 'other' {
  const name = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (name === 'application/fhir+xml') return 'fhir';
  return name === 'application/xml' || name === 'text/xml' ? 'general' : 'other';
}

/** The resource that the body says, whatever its Content-Type. */
export function readXmlAnswer(exchange: Exchange, version: FhirVersionRecord): { resource: Resource; problem?: undefined } | { resource?: undefined; problem: string } {
  const { response, error } = exchange;
  if (response === undefined) return { problem: error ?? 'there was no answer' };
  if (response.truncatedAt !== undefined) return { problem: 'the answer is longer than the limit, and was cut' };
  if (response.body.trimStart().startsWith('{')) return { problem: 'the answer is JSON' };
  try {
    return { resource: fromXml(response.body, loadElementTable(version)) };
  } catch (problem) {
    if (!(problem instanceof KnownError)) throw problem;
    return { problem: problem.message };
  }
}
