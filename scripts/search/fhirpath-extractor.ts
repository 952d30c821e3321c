/** The few expressions beyond the small language of expression.ts in, an extractor over fhirpath.js out; the library is loaded when first needed. */
import { createRequire } from 'node:module';
import type { Resource } from '../core/fhir';
import type { ElementTypes } from './element-types';
import type { ExtractedValue, Extractor } from './extract';
import { literalTargetType } from './reference-target';

type FhirPath = typeof import('fhirpath');

/** What fhirpath.js answers when internal types are kept. */
interface Node {
  data?: unknown;
  fhirNodeDataType?: string | null;
  path?: string | null;
  fullPropertyName?: () => string | undefined;
}

let library: FhirPath | undefined;

function fhirpath(): FhirPath {
  library ??= createRequire(__filename)('fhirpath') as FhirPath;
  return library;
}

/** `resolve() is T`: the one use of `resolve()` that needs no network, as the reference's text tells the type. */
const TARGET_TYPE = /resolve\(\)\s+is\s+(?:FHIR\.)?(\w+)/g;

/**
 * An extractor that evaluates `expression` with fhirpath.js. `resolve() is T` is answered from the text of the reference; any
 * other use of `resolve()` finds nothing.
 * @throws Error of fhirpath.js for an expression that it cannot parse
 */
export function fhirPathExtractor(expression: string, types: ElementTypes): Extractor {
  let container: Resource = { resourceType: 'Resource' };
  const pointsAt = (input: unknown[], type: string) => input.map((value) => literalTargetType(value, container) === type);
  const evaluate = fhirpath().compile(expression.replace(TARGET_TYPE, "pointsAt('$1')"), types.model, {
    resolveInternalTypes: false,
    userInvocationTable: { resolve: { fn: () => [], arity: { 0: [] } }, pointsAt: { fn: pointsAt, arity: { 1: ['String'] } } },
  }) as (resource: unknown, environment?: Record<string, unknown>) => (Node | boolean | string | number)[];
  return (resource, start) => {
    container = resource;
    return evaluate(start === undefined ? resource : start.value, { resource }).map(toExtracted);
  };
}

function toExtracted(node: Node | boolean | string | number): ExtractedValue {
  if (typeof node !== 'object') {
    const type = typeof node === 'boolean' ? 'boolean' : typeof node === 'number' ? 'decimal' : 'string';
    return { value: node, type, typePath: type, path: '', location: '' };
  }
  const name = (node.fhirNodeDataType ?? '').replace(/^(FHIR|System)\./, '');
  const type = name === 'String' ? 'string' : name === 'Boolean' ? 'boolean' : name;
  const location = (node.fullPropertyName?.() ?? '').replace(/^[A-Z]\w*\.?/, '');
  return { value: node.data, type, typePath: type, path: node.path ?? '', location };
}
