/** A resource as it came in JSON and the elements of its FHIR version in, what that form does not allow out. https://hl7.org/fhir/R4/json.html */
import { withArticle } from '../../core/grammar';
import type { Resource } from '../../core/fhir';
import { isObject } from '../../core/json';
import type { ElementTable } from '../../formats/element-table';
import { isPrimitive, structureOf, type ElementRow, type Structure } from '../../formats/structures';
import { dateRange } from '../../search/date-range';
import { primitiveDefect, textFlaw } from './primitive-form';

export interface FormDefect {
  /** FHIRPath-like place: `ImagingStudy.series[0].uid`. */
  readonly path: string;
  /** What is wrong there: follows the path in a sentence. */
  readonly says: string;
  readonly value: unknown;
  /** It should not be so, but may. */
  readonly should?: true;
}

type Found = readonly FormDefect[];
const NONE: Found = [];

/** All places where a resource is not what its definition and the JSON form of FHIR allow; cardinalities of one and bindings are judged elsewhere. */
export function formDefects(resource: Resource, table: ElementTable): Found {
  return [...ofResource(resource, resource.resourceType, table), ...deadLinks(resource)];
}

function ofResource(resource: Record<string, unknown>, path: string, table: ElementTable): Found {
  const type = String(resource['resourceType']);
  const structure = structureOf(table, type);
  if (structure === undefined) return [{ path, says: `is a ${JSON.stringify(resource['resourceType'])}, which FHIR ${table.fhirVersion} does not have`, value: resource['resourceType'] }];
  const elements = Object.entries(resource).filter(([name]) => name !== 'resourceType');
  return [...(elements.length === 0 ? NONE : ofElements(Object.fromEntries(elements), structure, type, path, table)), ...ofContained(resource, path)];
}

function ofElements(object: Record<string, unknown>, structure: Structure, type: string, path: string, table: ElementTable): Found {
  if (Object.keys(object).length === 0) return [{ path, says: 'is an empty object', value: object }];
  const found = Object.entries(object).flatMap(([name, value]) => {
    const at = `${path}.${name}`;
    const isShadow = name.startsWith('_');
    const row = structure.get(isShadow ? name.slice(1) : name);
    if (row === undefined || (isShadow && !isPrimitive(table, row.type))) return [{ path: at, says: `is no element of ${type}`, value }];
    return ofElement(value, isShadow ? { ...row, type: 'Element' } : row, at, table, object[isShadow ? name.slice(1) : `_${name}`]);
  });
  return [...found, ...twiceChosen(object, structure, path), ...ofRules(object, type, path)];
}

/** @param other what stands beside a primitive, `_name`; an array's null has its counterpart there: https://hl7.org/fhir/R4/json.html#primitive */
function ofElement(value: unknown, row: ElementRow, path: string, table: ElementTable, other: unknown): Found {
  if (Array.isArray(value) !== row.repeats) return [{ path, says: row.repeats ? 'repeats, but is no array' : 'does not repeat, but is an array', value }];
  if (!Array.isArray(value)) return ofItem(value, row.type, path, table);
  if (value.length === 0) return [{ path, says: 'is an empty array', value }];
  return value.flatMap((item: unknown, i) => (item === null && Array.isArray(other) && isFilled(other[i]) ? NONE : ofItem(item, row.type, `${path}[${i}]`, table)));
}

function isFilled(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function ofItem(value: unknown, type: string, path: string, table: ElementTable): Found {
  if (value === null) return [{ path, says: 'is null', value }];
  if (isPrimitive(table, type)) {
    const says = primitiveDefect(value, type);
    if (says !== undefined) return [{ path, says, value }];
    const flaw = textFlaw(value, type);
    return flaw === undefined ? NONE : [{ path, says: flaw, value, should: true }];
  }
  const structure = structureOf(table, type);
  if (structure === undefined) return NONE;
  if (!isObject(value)) return [{ path, says: `is ${JSON.stringify(value)} instead of ${withArticle(type)}`, value }];
  return type === 'Resource' ? ofResource(value, path, table) : ofElements(value, structure, type, path, table);
}

/** "value[x]" has one type at a time: https://hl7.org/fhir/R4/formats.html#choice */
function twiceChosen(object: Record<string, unknown>, structure: Structure, path: string): Found {
  const chosen = new Map<string, Set<string>>();
  for (const name of Object.keys(object)) {
    const row = structure.get(name.replace(/^_/, ''));
    if (row?.stem !== undefined) chosen.set(row.stem, (chosen.get(row.stem) ?? new Set()).add(row.name));
  }
  return [...chosen].flatMap(([stem, names]) => (names.size < 2 ? [] : [{ path, says: `has ${[...names].join(' and ')}, though ${stem}[x] may have one type only`, value: [...names] }]));
}

function ofRules(object: Record<string, unknown>, type: string, path: string): Found {
  if (type === 'Extension' && object['extension'] !== undefined && Object.keys(object).some((name) => /^_?value/.test(name))) {
    return [{ path, says: 'has extensions and a value (rule ext-1)', value: object['url'] }];
  }
  if (type !== 'Period') return NONE;
  const [start, end] = [object['start'], object['end']].map((text) => (typeof text === 'string' ? dateRange(text) : undefined));
  // A time with a zone cannot be compared with a day that has none.
  const comparable = start !== undefined && end !== undefined && (start.offset === undefined) === (end.offset === undefined);
  return comparable && start.low >= end.high ? [{ path, says: `ends (${String(object['end'])}) before it starts (${String(object['start'])}) (rule per-1)`, value: object }] : NONE;
}

/** Rules dom-2 to dom-4 and ref-1 about resources that stand in another: https://hl7.org/fhir/R4/references.html#contained */
function ofContained(resource: Record<string, unknown>, path: string): Found {
  const contained = Array.isArray(resource['contained']) ? resource['contained'].filter(isObject) : [];
  if (contained.length === 0) return NONE;
  const outside = linksIn({ ...resource, contained: undefined });
  return contained.flatMap((inner, i) => {
    const at = `${path}.contained[${i}]`;
    const others = contained.filter((other) => other !== inner);
    const id = typeof inner['id'] === 'string' ? inner['id'] : '';
    const isLinked = outside.has(`#${id}`) || others.some((other) => linksIn(other).has(`#${id}`)) || linksIn(inner).has('#');
    const meta = isObject(inner['meta']) ? inner['meta'] : {};
    return [
      ...(inner['contained'] === undefined ? [] : [{ path: at, says: 'contains resources itself (rule dom-2)', value: id }]),
      ...(isLinked ? [] : [{ path: at, says: `("${id}") is referred to by nothing (rule dom-3)`, value: id }]),
      ...(meta['versionId'] === undefined && meta['lastUpdated'] === undefined ? [] : [{ path: at, says: 'has a version of its own (rule dom-4)', value: meta }]),
    ];
  });
}

/** Rule ref-1: a reference into the resource itself has a contained resource to go to, or is the resource (`#`). https://hl7.org/fhir/R4/references.html#contained */
function deadLinks(resource: Resource): Found {
  const contained: readonly unknown[] = Array.isArray(resource['contained']) ? resource['contained'] : [];
  const ids = new Set(contained.filter(isObject).map(({ id }) => id));
  const within = (value: unknown, path: string): Found => {
    if (Array.isArray(value)) return value.flatMap((item: unknown, i) => within(item, `${path}[${i}]`));
    if (!isObject(value)) return NONE;
    return Object.entries(value).flatMap(([name, inner]): Found => {
      const isDead = name === 'reference' && typeof inner === 'string' && inner.length > 1 && inner.startsWith('#') && !ids.has(inner.slice(1));
      return isDead ? [{ path: `${path}.reference`, says: `is "${inner}", but no such resource is contained (rule ref-1)`, value: inner }] : within(inner, `${path}.${name}`);
    });
  };
  return within(resource, resource.resourceType);
}

/** All links into the resource itself, of references, canonicals and uris alike. */
function linksIn(value: unknown, links = new Set<string>()): Set<string> {
  if (typeof value === 'string' && value.startsWith('#')) links.add(value);
  else if (Array.isArray(value)) for (const item of value) linksIn(item, links);
  else if (isObject(value)) for (const item of Object.values(value)) linksIn(item, links);
  return links;
}
