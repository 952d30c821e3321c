/** The table of shapes laid over the table of search parameters: one test for each pair that makes sense. */
import type { SearchDefinitions, SearchParameterDefinition } from '../../search/types';
import { elementKinds } from '../choose/element-kinds';
import type { TestCase } from '../test-case';
import { ANY_SHAPES } from './search-any';
import { DATE_SHAPES } from './search-date';
import { REFERENCE_SHAPES } from './search-reference';
import { TEXT_SHAPES } from './search-text';
import { TOKEN_SHAPES } from './search-token';
import { SPECIAL_SHAPES } from './search-special';
import { shapeTest, type Shape } from './shape';

const SHAPES: readonly Shape[] = [...TOKEN_SHAPES, ...REFERENCE_SHAPES, ...DATE_SHAPES, ...TEXT_SHAPES, ...ANY_SHAPES];

/** Types of parameters that the shapes cover. */
const COVERED = new Set(['token', 'reference', 'date', 'string', 'uri']);
/** Searched in other ways, or by the server's own choice: text search has no expected set. */
const LEFT_OUT = new Set(['_text', '_content', '_list', '_has', '_type', '_query', '_filter']);
/** The companions are searched in the ways that a client of imaging data uses; the focus in all. */
const COMPANION_SHAPES = new Set(['code', 'system-code', 'type-id', 'chain', 'ge-day', 'lt-day', 'start', 'whole', 'or', 'unknown-modifier']);
/** Every test of these is about the resource's own metadata; some ways to search by them are enough. */
const COMMON_SHAPES: Readonly<Record<string, ReadonlySet<string>>> = {
  _id: new Set(['code', 'or', 'and', 'unknown-modifier']),
  _lastUpdated: new Set(['ge-day', 'lt-day', 'ge-boundary', 'gt-beyond', 'lt-boundary', 'eb-beyond', 'sa-boundary', 'malformed']),
  _profile: new Set(['whole', 'part', 'missing-true', 'missing-false']),
  _tag: new Set(['code', 'system-code', 'other-system', 'missing-true']),
  _security: new Set(['code', 'system-code', 'other-system', 'missing-true']),
};

/** All tests of single search parameters of a type. */
export function searchTests(definitions: SearchDefinitions, type: string, focus: boolean): TestCase[] {
  return definitions
    .of(type)
    .filter(({ code, type: parameterType }) => COVERED.has(parameterType) && !LEFT_OUT.has(code))
    .filter(({ code }) => focus || !(code in COMMON_SHAPES))
    .flatMap((definition) => parameterTests(definitions, type, definition, focus));
}

function parameterTests(definitions: SearchDefinitions, type: string, definition: SearchParameterDefinition, focus: boolean): TestCase[] {
  const statics = { type, definition, kinds: elementKinds(type, definition, definitions) };
  const wanted = COMMON_SHAPES[definition.code] ?? (focus ? undefined : COMPANION_SHAPES);
  const general = SHAPES.filter(({ id, applies }) => (wanted === undefined || wanted.has(id)) && applies?.(statics) !== false);
  const special = SPECIAL_SHAPES.filter((shape) => shape.type === type && shape.code === definition.code);
  return [...general, ...special].map((shape) => shapeTest(shape, statics));
}
