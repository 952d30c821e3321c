/** The table of shapes laid over the table of search parameters: one test for each pair that makes sense. */
import type { SearchDefinitions, SearchParameterDefinition } from '../../../search/types';
import { elementKinds } from '../../choose/element-kinds';
import type { TestCase } from '../../test-case';
import { ANY_SHAPES } from './any-parameter';
import { COMPOSITE_SHAPES } from './composite';
import { DATE_SHAPES } from './date';
import { DETAIL_SHAPES } from './details';
import { NUMBER_SHAPES } from './number';
import { REFERENCE_SHAPES } from './reference';
import { TEXT_SHAPES } from './text';
import { TOKEN_SHAPES } from './token';
import { SPECIAL_SHAPES } from './special';
import { shapeTest, type Shape } from './shape';

const SHAPES: readonly Shape[] = [...TOKEN_SHAPES, ...REFERENCE_SHAPES, ...DATE_SHAPES, ...TEXT_SHAPES, ...NUMBER_SHAPES, ...COMPOSITE_SHAPES, ...ANY_SHAPES, ...DETAIL_SHAPES];

/** Types of parameters that the shapes cover. */
export const COVERED: ReadonlySet<string> = new Set(['token', 'reference', 'date', 'string', 'uri', 'number', 'quantity', 'composite']);
/** Searched in other ways, or by the server's own choice: text search has no expected set. */
const LEFT_OUT = new Set(['_text', '_content', '_list', '_in', '_has', '_type', '_query', '_filter']);
/** The companions are searched in the ways and by the parameters that a client of imaging data uses; the focus in all. */
const COMPANION_SHAPES = new Set([
  'code', 'system-code', 'not', 'id-case', 'implicit-system', 'type-id', 'chain', 'canonical', 'canonical-below', 'part-below', 'part-above', 'ge-day', 'lt-day', 'start', 'case', 'accent', 'inside', 'exact', 'exact-case', 'contains', 'later-text',
  'whole', 'uri-case', 'uri-spelling', 'url-below', 'url-above', 'or', 'or-range', 'or-systems', 'wildcard', 'contains-case', 'last-day', 'period-end', ...NUMBER_SHAPES.map(({ id }) => id), ...COMPOSITE_SHAPES.map(({ id }) => id),
]);
export const COMPANION_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  Patient: ['_id', 'identifier', 'family', 'given', 'name', 'birthdate', 'gender'],
  Endpoint: ['_id', 'identifier', 'status', 'connection-type', 'organization', 'name'],
  Practitioner: ['_id', 'identifier', 'name', 'family'],
  PractitionerRole: ['_id', 'practitioner', 'organization'],
  Organization: ['_id', 'identifier', 'name', 'partof'],
  ServiceRequest: ['_id', 'identifier', 'status', 'code', 'patient', 'authored', 'requester', 'instantiates-canonical', 'instantiates-uri'],
  Task: ['_id', 'status', 'based-on', 'focus', 'patient'],
  DiagnosticReport: ['_id', 'identifier', 'status', 'code', 'patient', 'date', 'based-on'],
  Device: ['_id', 'identifier', 'type'],
  Group: ['_id', 'identifier', 'type', 'member'],
  Observation: ['_id', 'code', 'patient', 'date', 'value-quantity', 'code-value-quantity', 'component-code-value-quantity'],
  RiskAssessment: ['_id', 'patient', 'probability'],
  List: ['_id', 'item', 'title'],
  ValueSet: ['_id', 'url', 'name'],
};
/** Elements that cannot repeat: there is no later value to look for. */
const SINGLE: Readonly<Record<string, readonly string[]>> = {
  ImagingStudy: ['status', 'patient', 'subject', 'encounter', 'referrer', 'started'],
  Endpoint: ['name'],
  List: ['title'],
  ValueSet: ['name'],
};
/** Few data have absolute references, on their own server or on others; few parameters are enough to see whether they are found. */
const ABSOLUTE: Readonly<Record<string, readonly string[]>> = { 'stored-absolute': ['patient', 'endpoint'], 'other-server': ['patient', 'subject', 'endpoint'] };

/** Every test of these is about the resource's own metadata; some ways to search by them are enough. */
const COMMON_SHAPES: Readonly<Record<string, ReadonlySet<string>>> = {
  _id: new Set(['code', 'or', 'and', 'id-case', 'unknown-modifier']),
  _source: new Set(['whole', 'uri-case', 'uri-spelling', 'url-below']),
  _lastUpdated: new Set(['ge-day', 'lt-day', 'ge-boundary', 'gt-beyond', 'lt-boundary', 'eb-beyond', 'sa-beyond', 'malformed']),
  _profile: new Set(['whole', 'part', 'missing-true', 'missing-false']),
  _tag: new Set(['code', 'system-code', 'other-system', 'missing-true']),
  _security: new Set(['code', 'system-code', 'other-system', 'missing-true']),
};

/** All tests of single search parameters of a type. */
export function searchTests(definitions: SearchDefinitions, type: string, focus: boolean): TestCase[] {
  return definitions
    .of(type)
    .filter(({ code, type: parameterType }) => COVERED.has(parameterType) && !LEFT_OUT.has(code))
    .filter(({ code }) => focus || COMPANION_PARAMETERS[type]?.includes(code) === true)
    .flatMap((definition) => parameterTests(definitions, type, definition, focus));
}

function parameterTests(definitions: SearchDefinitions, type: string, definition: SearchParameterDefinition, focus: boolean): TestCase[] {
  const statics = { type, definition, kinds: elementKinds(type, definition, definitions) };
  const { code } = definition;
  const wanted = focus ? COMMON_SHAPES[code] : COMPANION_SHAPES;
  const sensible = (id: string) =>
    (wanted === undefined || wanted.has(id)) &&
    !((id === 'later-element' || id === 'later-text') && SINGLE[type]?.includes(code) === true) &&
    ABSOLUTE[id]?.includes(code) !== false;
  const general = SHAPES.filter(({ id, applies }) => sensible(id) && applies?.(statics) !== false);
  const special = SPECIAL_SHAPES.filter((shape) => shape.type === type && shape.code === code);
  return [...general, ...special].map((shape) => shapeTest(shape, statics));
}
