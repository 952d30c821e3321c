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

/**
 * An extractor that evaluates `expression` with fhirpath.js. `resolve()` answers from the text of the reference alone:
 * a stub that has the type the text tells, or nothing.
 * @throws Error of fhirpath.js for an expression that it cannot parse
 */
export function fhirPathExtractor(expression: string, types: ElementTypes): Extractor {
  let container: Resource = { resourceType: 'Resource' };
  const resolve = (input: Node[]) =>
    input.flatMap((node) => {
      const type = literalTargetType(node.data ?? node, container);
      return type === undefined ? [] : [{ resourceType: type }];
    });
  const evaluate = fhirpath().compile(expression, types.model, {
    resolveInternalTypes: false,
    userInvocationTable: { resolve: { fn: resolve, arity: { 0: [] } } },
  }) as (resource: unknown, environment?: Record<string, unknown>) => (Node | boolean | string | number)[];
  return (resource, start) => {
    container = resource;
    const context = start === undefined ? resource : start.value;
    return evaluate(context, { resource }).map((node) => toExtracted(node));
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
