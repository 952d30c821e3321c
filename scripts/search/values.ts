/** A resource and a parameter's definition in, the parameter's searchable values out; expressions are compiled once. */
import type { Resource } from '../core/fhir';
import { fhirVersion, type FhirVersionName } from '../core/fhir-version';
import { elementTypes } from './element-types';
import { parseExpression } from './expression';
import { extractor, type ExtractedValue, type Extractor } from './extract';
import { fhirPathExtractor } from './fhirpath-extractor';
import { PARAMETER_TYPES, type AtomicType } from './match';
import type { SearchDefinitions, SearchParameterDefinition } from './types';

/** One repetition of a composite's element: for each component its values. */
export type CompositeRow = readonly (readonly unknown[])[];

const NOTHING: Extractor = () => [];
const compiled = new Map<string, Extractor>();

/** The extractor of an expression, compiled once per FHIR version: by us where the expression is simple, by fhirpath.js otherwise. */
export function extractorOf(expression: string | undefined, definitions: SearchDefinitions): Extractor {
  if (expression === undefined || expression === '') return NOTHING;
  const key = `${definitions.fhirVersion} ${expression}`;
  let found = compiled.get(key);
  if (found === undefined) {
    const types = elementTypes(fhirVersion(definitions.fhirVersion).name as FhirVersionName);
    const branches = parseExpression(expression);
    found = branches === undefined ? fallback(expression, types) : extractor(branches, types);
    compiled.set(key, found);
  }
  return found;
}

/** An expression of a guide that no engine can parse finds nothing, rather than stopping every search. */
function fallback(expression: string, types: ReturnType<typeof elementTypes>): Extractor {
  try {
    return fhirPathExtractor(expression, types);
  } catch {
    return NOTHING;
  }
}

/** The elements that a parameter looks at, with their places. */
export function extract(resource: Resource, definition: SearchParameterDefinition, definitions: SearchDefinitions): ExtractedValue[] {
  return extractorOf(definition.expression, definitions)(resource);
}

/** The searchable values of a parameter that is not a composite. */
export function readValues(resource: Resource, definition: SearchParameterDefinition, definitions: SearchDefinitions): readonly unknown[] {
  if (definition.type === 'special') return [];
  const row = PARAMETER_TYPES[definition.type as AtomicType];
  return extract(resource, definition, definitions).flatMap((value) => row.read(value, definitions));
}

/** The rows of a composite parameter: one for each repetition of its element. */
export function readComposite(resource: Resource, definition: SearchParameterDefinition, definitions: SearchDefinitions): readonly CompositeRow[] {
  const components = componentsOf(definition, definitions);
  return extract(resource, definition, definitions).map((element) =>
    components.map(({ definition: part, expression }) => {
      if (part === undefined || part.type === 'composite' || part.type === 'special') return [];
      const row = PARAMETER_TYPES[part.type];
      return extractorOf(expression, definitions)(resource, element).flatMap((value) => row.read(value, definitions));
    }),
  );
}

/** The components of a composite with the definitions they name. */
export function componentsOf(definition: SearchParameterDefinition, definitions: SearchDefinitions) {
  return (definition.component ?? []).map((row) => ({ definition: definitions.byUrl(row.definition), expression: row.expression }));
}
