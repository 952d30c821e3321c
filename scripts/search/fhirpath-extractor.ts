/** The few expressions beyond the small language of expression.ts in, an extractor over fhirpath.js out; the library is loaded when first needed. */
import { createRequire } from 'node:module';
import type { Resource } from '../core/fhir';
import type { ElementTypes } from './element-types';
import { splitUnion } from './expression';
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
 * other use of `resolve()` finds nothing. The branches of a union are evaluated one by one, for fhirpath.js would compare their values
 * with each other, which it cannot always do; a branch that cannot be evaluated on a resource finds nothing there.
 * @throws Error of fhirpath.js for an expression that it cannot parse
 */
export function fhirPathExtractor(expression: string, types: ElementTypes): Extractor {
  let container: Resource = { resourceType: 'Resource' };
  const pointsAt = (input: unknown[], type: string) => input.map((value) => literalTargetType(value, container) === type);
  const branches = splitUnion(expression).map(
    (branch) =>
      fhirpath().compile(branch.replace(TARGET_TYPE, "pointsAt('$1')"), types.model, {
        resolveInternalTypes: false,
        userInvocationTable: { resolve: { fn: () => [], arity: { 0: [] } }, pointsAt: { fn: pointsAt, arity: { 1: ['String'] } } },
      }) as Compiled,
  );
  return (resource, start) => {
    container = resource;
    return branches.flatMap((branch) => evaluated(branch, start === undefined ? resource : start.value, resource).map(toExtracted));
  };
}

type Compiled = (resource: unknown, environment?: Record<string, unknown>) => (Node | boolean | string | number)[];

function evaluated(branch: Compiled, context: unknown, resource: Resource): ReturnType<Compiled> {
  try {
    return branch(context, { resource });
  } catch {
    return [];
  }
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
