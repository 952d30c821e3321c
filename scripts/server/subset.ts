/** A resource and what is wanted of it (`_summary`, `_elements`) in, the tagged subset out: https://hl7.org/fhir/R4/search.html#summary */
import { withWrittenNumbers } from '../core/exact-json';
import type { Resource } from '../core/fhir';
import type { Query } from '../search/types';
import type { ElementTable, TypeElements } from '../formats/element-table';
import type { Pairs } from './query-string';
import { Refusal } from './refusal';

export interface Subset {
  readonly summary?: Query['summary'];
  /** Names as asked for: `status`, or `ImagingStudy.status`. */
  readonly elements?: readonly string[];
}

const SUMMARIES = ['true', 'text', 'data', 'count', 'false'] as const;

/** "Servers SHOULD define a Resource.meta.tag with the SUBSETTED as a Simple Tag": https://hl7.org/fhir/R4/http.html#read */
export const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED', display: 'subsetted' };

/** `_summary` and `_elements` of a read; a search's are read by the search engine. */
export function subsetOf(pairs: Pairs): Subset {
  const last = (wanted: string) => pairs.findLast(([name, value]) => name === wanted && value !== '')?.[1];
  const summary = last('_summary');
  const elements = pairs.filter(([name]) => name === '_elements').flatMap(([, value]) => value.split(',').map((text) => text.trim()).filter((text) => text !== ''));
  if (summary !== undefined && !(SUMMARIES as readonly string[]).includes(summary)) {
    throw new Refusal(400, 'value', `_summary=${summary} is not one of ${SUMMARIES.join(', ')}.`);
  }
  return { ...(summary === undefined ? {} : { summary: summary as (typeof SUMMARIES)[number] }), ...(elements.length === 0 ? {} : { elements }) };
}

/** The wanted part; the resource itself where all of it is wanted. */
export function applySubset(table: ElementTable, resource: Resource, subset: Subset): Resource {
  const row = table.types[resource.resourceType];
  const keep = row === undefined ? undefined : keeper(row, resource.resourceType, subset);
  if (keep === undefined) return resource;
  const result = filtered(resource, '', keep) as Resource;
  const meta = resource.meta ?? {};
  const ordered: Resource = { resourceType: resource.resourceType };
  if (resource.id !== undefined) ordered.id = resource.id;
  ordered.meta = { ...meta, tag: [...(meta.tag ?? []), SUBSETTED] };
  return withWrittenNumbers({ ...result, ...ordered }, resource);
}

/** 'all' keeps an element with everything in it, 'some' looks at its parts, 'none' drops it. */
type Keeper = (path: string) => 'all' | 'some' | 'none';

function keeper(row: TypeElements, type: string, { summary, elements }: Subset): Keeper | undefined {
  const always = new Set(['resourceType', 'id', 'meta', ...row.kept]);
  const top = (names: ReadonlySet<string>): Keeper => (path) => (names.has(path) ? 'all' : 'none');
  if (summary === 'text') return top(new Set([...always, 'text']));
  if (summary === 'data') return (path) => (path === 'text' ? 'none' : 'all');
  if (summary === 'true') {
    const paths = new Set([...always, ...row.summary]);
    const parents = new Set(row.summary.map((path) => path.split('.').slice(0, -1).join('.')));
    return (path) => (!paths.has(path) ? 'none' : parents.has(path) ? 'some' : 'all');
  }
  const names = elements?.flatMap((name) => (name.includes('.') ? (name.startsWith(`${type}.`) ? [name.split('.')[1] ?? ''] : []) : [name]));
  return names === undefined || names.length === 0 ? undefined : top(new Set([...always, ...names.flatMap((name) => spellings(name, row))]));
}

/** A choice element may be asked for by its stem (`value`): its spellings in JSON carry the type. */
function spellings(name: string, row: TypeElements): string[] {
  const typed = new RegExp(`^${name.replace(/\W/g, '')}[A-Z]`);
  return [name, ...[...row.summary, ...row.kept].filter((path) => typed.test(path) && !path.includes('.'))];
}

function filtered(value: unknown, path: string, keep: Keeper): unknown {
  if (Array.isArray(value)) return value.map((item) => filtered(item, path, keep));
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [name, child] of Object.entries(value)) {
    // _birthDate carries the extensions of birthDate: https://hl7.org/fhir/R4/json.html#primitive
    const plain = name.startsWith('_') ? name.slice(1) : name;
    const childPath = path === '' ? plain : `${path}.${plain}`;
    const decision = path !== '' && plain === 'id' ? 'all' : keep(childPath);
    if (decision === 'none') continue;
    const kept: unknown = decision === 'all' ? child : filtered(child, childPath, keep);
    if (!isEmpty(kept)) result[name] = kept;
  }
  return result;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isEmpty);
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
