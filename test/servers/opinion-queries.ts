/** Resources in, a few hundred searches with values found in them out: always the same for the same seed and data. */
import fc from 'fast-check';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import r5 from 'fhirpath/fhir-context/r5';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Resource } from '../../scripts/core/fhir';
import type { SearchDefinitions, SearchParameterDefinition, SearchType } from '../../scripts/search/types';

/** A search: decoded `name=value` pairs on a type. */
export interface OpinionQuery {
  readonly type: string;
  readonly pairs: readonly (readonly [string, string])[];
}

export interface SampleSize {
  /** Searches by one criterion on the type that the guide is about. */
  readonly focus: number;
  /** The same on other types. */
  readonly others: number;
  /** Searches that join two criteria by AND, or two values by OR. */
  readonly joined: number;
}

/** What FHIRPath has to know of the types of a version. */
const TYPES: Readonly<Record<string, typeof r4>> = { [FHIR_VERSIONS.R4.version]: r4, [FHIR_VERSIONS.R5.version]: r5 };

const FOCUS = 'ImagingStudy';
const OTHER_TYPES = ['Patient', 'Practitioner', 'Endpoint', 'Organization', 'ServiceRequest', 'Encounter'];
/** The servers' own entries in meta differ from ours; text search is what a server makes of it. */
const LEFT_OUT = new Set(['_lastUpdated', '_source', '_content', '_text', '_query']);

const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'];
/** Lengths of a dateTime cut to the year, the month, the day. */
const DATE_LENGTHS = [4, 7, 10];

type Pair = readonly [name: string, value: string];
type Node = string | boolean | { readonly [name: string]: unknown };

/** How values of a type of parameter are asked for: the value found in the data, and the parameter's name in. */
const FORMS: Partial<Record<SearchType, (code: string, value: Node) => Pair[]>> = {
  token: (code, value) => codings(value).flatMap(({ system, code: own, display }) => [
    ...(own === undefined ? [] : [[code, escaped(own)], [code, escaped(own).toUpperCase()], [`${code}:not`, escaped(own)], [code, `|${escaped(own)}`]] as Pair[]),
    ...(own === undefined || system === undefined ? [] : [[code, `${escaped(system)}|${escaped(own)}`], [`${code}:not`, `${escaped(system)}|${escaped(own)}`]] as Pair[]),
    ...(system === undefined ? [] : [[code, `${escaped(system)}|`]] as Pair[]),
    ...(display === undefined ? [] : [[`${code}:text`, escaped(display.slice(0, 5))]] as Pair[]),
  ]),
  date: (code, value) => {
    const text = typeof value === 'string' ? value : undefined;
    if (text === undefined) return [];
    const cut = [...DATE_LENGTHS.map((length) => text.slice(0, length)), text];
    return PREFIXES.flatMap((prefix) => [...new Set(cut)].map((date): Pair => [code, `${prefix}${date}`]));
  },
  reference: (code, value) => {
    const reference = textOf(value, 'reference');
    const [type, id] = reference?.split('/') ?? [];
    if (type === undefined || id === undefined) return [];
    return [[code, `${type}/${id}`], [`${code}:${type}`, id], [code, id], [`${code}:${type}._id`, id], [`${code}.identifier`, 'GH-1001'], [`${code}:${type}._id`, `${id}-not`]];
  },
  string: (code, value) => {
    const text = typeof value === 'string' ? value : (textOf(value, 'family') ?? textOf(value, 'text') ?? textOf(value, 'city'));
    if (text === undefined) return [];
    return [[code, escaped(text.slice(0, 3))], [code, escaped(text.toUpperCase())], [`${code}:exact`, escaped(text)], [`${code}:exact`, escaped(text.toLowerCase())], [`${code}:contains`, escaped(text.slice(1, 5))], [code, escaped(text.slice(1))]];
  },
  uri: (code, value) => (typeof value === 'string' ? [[code, escaped(value)], [code, escaped(value.slice(0, -1))], [`${code}:below`, escaped(value.slice(0, value.lastIndexOf('/')))]] : []),
};

/** Draws the searches. */
export function opinionQueries(definitions: SearchDefinitions, resources: readonly Resource[], size: SampleSize, seed: number): OpinionQuery[] {
  const ofFocus = candidates(definitions, resources, FOCUS);
  const single = [
    ...drawn(ofFocus, size.focus, seed),
    ...drawn(OTHER_TYPES.flatMap((type) => candidates(definitions, resources, type)), size.others, seed),
  ];
  const pool = drawn(ofFocus, size.joined * 4, seed + 1);
  const joined = Array.from({ length: size.joined }, (_, i) => joinedWith(pool, i));
  return [...single, ...joined.flatMap((query) => query ?? [])];
}

/** The i-th of the pool, joined by OR with another value for the same name, or by AND with whatever stands at the pool's other end. */
function joinedWith(pool: readonly OpinionQuery[], i: number): OpinionQuery | undefined {
  const one = pool[i];
  const pair = one?.pairs[0];
  const other = pool[pool.length - 1 - i];
  if (one === undefined || pair === undefined || other === undefined) return undefined;
  const [name, value] = pair;
  const alternative = i % 2 === 0 ? pool.find((query) => query !== one && query.pairs[0]?.[0] === name) : undefined;
  if (alternative?.pairs[0] !== undefined) return { type: FOCUS, pairs: [[name, `${value},${alternative.pairs[0][1]}`]] };
  return { type: FOCUS, pairs: [pair, ...other.pairs] };
}

/** All searches by one criterion, those of a parameter's form together: so each form is as likely as any other, however many values it has. */
function candidates(definitions: SearchDefinitions, resources: readonly Resource[], type: string): OpinionQuery[][] {
  const ofType = resources.filter(({ resourceType }) => resourceType === type);
  return definitions.of(type).flatMap((definition) => {
    if (LEFT_OUT.has(definition.code)) return [];
    const forms = new Map<number, OpinionQuery[]>();
    for (const value of ofType.flatMap((resource) => valuesOf(resource, definition, definitions.fhirVersion))) {
      for (const [i, pair] of (FORMS[definition.type]?.(definition.code, value) ?? []).entries()) forms.set(i, [...(forms.get(i) ?? []), { type, pairs: [pair] }]);
    }
    if (forms.size === 0) return [];
    const missing = ['true', 'false'].map((value): OpinionQuery[] => [{ type, pairs: [[`${definition.code}:missing`, value]] }]);
    return [...forms.values(), ...missing];
  });
}

function drawn(groups: readonly OpinionQuery[][], count: number, seed: number): OpinionQuery[] {
  const usable = groups.filter((group) => group.length > 0);
  const one = fc.constantFrom(...usable).chain((group) => fc.constantFrom(...group));
  const seen = new Set<string>();
  return fc.sample(one, { seed, numRuns: count * 3 }).filter((query) => !seen.has(nameOf(query)) && seen.add(nameOf(query))).slice(0, count);
}

/** The search as a person would write it. */
export function nameOf({ type, pairs }: OpinionQuery): string {
  return `${type}?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

/** By another FHIRPath engine than the one whose predictions are in question. */
function valuesOf(resource: Resource, { expression }: SearchParameterDefinition, fhirVersion: string): Node[] {
  const path = expression?.replaceAll(/\.where\(resolve\(\) is \w+\)/g, '');
  return path === undefined ? [] : (fhirpath.evaluate(resource, path, {}, TYPES[fhirVersion], { async: false }) as Node[]);
}

/** System and code of whatever a token is made of. */
function codings(value: Node): { system?: string; code?: string; display?: string }[] {
  if (typeof value !== 'object') return [{ code: String(value) }];
  if (Array.isArray(value['coding'])) return (value['coding'] as Node[]).flatMap(codings);
  return [{ system: textOf(value, 'system'), code: textOf(value, 'code') ?? textOf(value, 'value'), display: textOf(value, 'display') }];
}

function textOf(value: Node, name: string): string | undefined {
  const text = typeof value === 'object' ? value[name] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** https://hl7.org/fhir/R4/search.html#escaping */
function escaped(text: string): string {
  return text.replaceAll(/[\\,$|]/g, '\\$&');
}
