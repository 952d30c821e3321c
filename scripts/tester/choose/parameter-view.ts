/** A search parameter and the known resources in, every value that the parameter can find out, each with its place. */
import { localReference, type Resource } from '../../core/fhir';
import { isObject } from '../../core/json';
import { dateRange, isLeapSecond } from '../../search/date-range';
import type { ExtractedValue } from '../../search/extract';
import { textOf } from '../../search/json';
import { readToken, type TokenValue } from '../../search/match/token';
import { parseReference, type ReferenceTarget } from '../../search/reference-target';
import type { SearchDefinitions, SearchParameterDefinition } from '../../search/types';
import { componentsOf, extract, extractorOf } from '../../search/values';
import type { Knowledge } from '../knowledge';
import { writtenValues } from './written-value';

interface Seen {
  /** `Type/id` of the resource that has the value. */
  holder: string;
  /** Place in the resource, e.g. `series[1].modality`. */
  location: string;
  /** Position of the element among all that the parameter reads in this resource. */
  element: number;
}

export interface SeenToken extends Seen {
  token: TokenValue;
  /** Position of the coding within its concept. */
  coding: number;
}

export interface SeenReference extends Seen {
  target?: ReferenceTarget;
  identifiers: readonly TokenValue[];
}

export interface SeenText extends Seen {
  text: string;
}

/** A number, or a quantity's number with its unit. */
export interface SeenAmount extends Seen {
  /** The number as the data writes it. */
  number: string;
  system?: string;
  code?: string;
  unit?: string;
}

/** One repetition of a composite's element: for each part the search values that find it. */
export interface SeenComposite extends Seen {
  parts: readonly (readonly string[])[];
}

/** All that is known of one parameter's values. */
export interface ParameterView {
  readonly type: string;
  readonly definition: SearchParameterDefinition;
  /** Known resources of the type. */
  readonly resources: readonly Resource[];
  readonly tokens: readonly SeenToken[];
  readonly references: readonly SeenReference[];
  /** Dates, strings and URIs as they are written. */
  readonly texts: readonly SeenText[];
  /** Numbers and quantities; those with a comparator and ranges are left out, for little is said of them. */
  readonly amounts: readonly SeenAmount[];
  readonly composites: readonly SeenComposite[];
}

/** More values than this are not needed to find good ones; the rest of a large server's data is left aside. */
const ENOUGH_RESOURCES = 400;
/** Studies may have thousands of instances each, and each of these a value: so many that differ are taken of one resource, the last ones among them. */
const ENOUGH_OF_ONE = 50;
const LAST_OF_ONE = 10;

export function parameterView(known: Knowledge, definitions: SearchDefinitions, type: string, definition: SearchParameterDefinition): ParameterView {
  const resources = ownFirst(known, type);
  const tokens: SeenToken[] = [];
  const references: SeenReference[] = [];
  const texts: SeenText[] = [];
  const amounts: SeenAmount[] = [];
  const composites: SeenComposite[] = [];
  for (const resource of resources.slice(0, ENOUGH_RESOURCES)) {
    const holder = localReference(resource);
    if (holder === undefined) continue;
    const own: SeenToken[] = [];
    extract(resource, definition, definitions).forEach((value, element) => {
      const seen = { holder, location: value.location, element };
      if (definition.type === 'token') own.push(...readToken(value, definitions).map((token, coding) => ({ ...seen, token, coding })));
      else if (definition.type === 'reference') references.push({ ...seen, ...readReference(value, definitions) });
      else if (definition.type === 'number' || definition.type === 'quantity') amounts.push(...readAmount(value.value).map((amount) => ({ ...seen, ...amount })));
      else if (definition.type === 'composite') composites.push({ ...seen, parts: readParts(resource, value, definition, definitions) });
      else texts.push(...textsOf(value.value).filter((text) => isSearchable(text, definition)).map((text) => ({ ...seen, text })));
    });
    tokens.push(...enoughOf(own));
  }
  return { type, definition, resources, tokens, references, texts, amounts, composites };
}

/** What this program has added was made to show much: it must not be overlooked behind much other data. */
function ownFirst({ index, own }: Knowledge, type: string): readonly Resource[] {
  const all = index.all(type);
  const isOwn = (resource: Resource) => own.has(localReference(resource) ?? '');
  const added = own.size === 0 ? [] : all.filter(isOwn);
  return added.length === 0 ? all : [...added, ...all.filter((resource) => !isOwn(resource))];
}

/** What is said again at a later place is left out: whether a value comes first or later is all that a place tells. */
function enoughOf(tokens: readonly SeenToken[]): SeenToken[] {
  if (tokens.length <= ENOUGH_OF_ONE) return [...tokens];
  const said = new Set<string>();
  const differing = tokens.filter(({ token, element, coding }) => said.size < said.add(JSON.stringify([token, element > 0, coding > 0])).size);
  return differing.length <= ENOUGH_OF_ONE ? differing : [...differing.slice(0, ENOUGH_OF_ONE - LAST_OF_ONE), ...differing.slice(-LAST_OF_ONE)];
}

function readAmount(value: unknown): Pick<SeenAmount, 'number' | 'system' | 'code' | 'unit'>[] {
  if (typeof value === 'number') return [{ number: String(value) }];
  if (!isObject(value) || typeof value.value !== 'number' || value.comparator !== undefined) return [];
  const [system, code, unit] = [textOf(value.system), textOf(value.code), textOf(value.unit)];
  return [{ number: String(value.value), ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }), ...(unit === undefined ? {} : { unit }) }];
}

function readParts(resource: Resource, element: ExtractedValue, definition: SearchParameterDefinition, definitions: SearchDefinitions): string[][] {
  return componentsOf(definition, definitions).map((part) =>
    part.definition === undefined ? [] : extractorOf(part.expression, definitions)(resource, element).flatMap((value) => writtenValues(value, part.definition as SearchParameterDefinition, definitions)),
  );
}

function readReference({ value, type }: ExtractedValue, definitions: SearchDefinitions): Pick<SeenReference, 'target' | 'identifiers'> {
  if (typeof value === 'string') return { target: parseReference(value), identifiers: [] };
  if (typeof value !== 'object' || value === null || type !== 'Reference') return { identifiers: [] };
  const { reference, identifier } = value as { reference?: unknown; identifier?: unknown };
  const place = { value: identifier, type: 'Identifier', typePath: 'Identifier', path: 'Reference.identifier', location: '' };
  return {
    ...(typeof reference === 'string' ? { target: parseReference(reference) } : {}),
    identifiers: typeof identifier === 'object' && identifier !== null ? readToken(place, definitions) : [],
  };
}

/** Wrong data is data too: what is blank, or no date, cannot be searched by; nor, by every server, a leap second. */
function isSearchable(text: string, { type }: SearchParameterDefinition): boolean {
  return type === 'date' ? dateRange(text) !== undefined && !isLeapSecond(text) : text.trim() !== '';
}

/** The strings of a value that search by string, date or uri can find: itself, or the text parts of a complex one. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { start, end, text, family, given, city, line } = value as Record<string, unknown>;
  return [start, end, text, family, given, city, line].flatMap(textsOf);
}
