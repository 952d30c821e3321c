/** A FHIR version in, the functions that write its resources as XML and Turtle out, as far as its element table is there. */
import { FHIR_VERSIONS } from '../../core/fhir-version';
import { KnownError } from '../../core/known-error';
import { loadElementTable, type ElementTable } from '../../formats/element-table';
import { toTurtle } from '../../formats/turtle';
import { toXml } from '../../formats/to-xml';
import type { RenderOptions, WriteFormat } from '../../site/render-site';

export function elementTableOf(fhirVersion: string): ElementTable | undefined {
  const row = Object.values(FHIR_VERSIONS).find(({ version }) => version === fhirVersion);
  if (row === undefined) return undefined;
  try {
    return loadElementTable(row);
  } catch (error) {
    if (error instanceof KnownError) return undefined;
    throw error;
  }
}

export function siteFormats(fhirVersion: string): NonNullable<RenderOptions['formats']> {
  const table = elementTableOf(fhirVersion);
  if (table === undefined) return {};
  return { xml: orWhy((resource) => toXml(resource, table, { pretty: true })), ttl: orWhy((resource) => toTurtle(resource, table)) };
}

/** What a resource has that the format has no place for is told on its page. */
function orWhy(write: (resource: Parameters<WriteFormat>[0]) => string): WriteFormat {
  return (resource) => {
    try {
      return { text: write(resource).trimEnd() };
    } catch (error) {
      if (error instanceof KnownError) return { why: error.message };
      throw error;
    }
  };
}
