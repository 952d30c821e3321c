/** What a test asked once all fixtures were there in, the sets of resources out of each of which it needs one. */
import { localReference, type Resource } from '../../core/fhir';
import type { HttpRequest, Result } from '../../core/result';
import { includes } from '../../search/include';
import { parseQuery } from '../../search/parse-query';
import { predict } from '../../search/predict';
import type { SearchIndex } from '../../search/types';
import { decodePairs, type Pair } from '../gather/query';
import { referencesIn } from '../gather/references';

/** `Type/id` of resources, one of which is needed. */
export type Demand = ReadonlySet<string>;

/** Parameters that shape an answer and choose nothing. */
const SHAPING: readonly string[] = ['_count', '_sort', '_summary', '_elements', '_total', '_format'];

/** The demands of a decided result; those that nothing can meet are left out. */
export function demandsOf(result: Result, index: SearchIndex): Demand[] {
  const search = searchOf(result.exchanges[0]?.request, index.base);
  const found = search === undefined ? [] : [...demandsOfSearch(search.type, search.pairs, index)];
  const any = result.resourceType === undefined ? [] : [everything(result.resourceType, index)];
  const referring = result.resourceType === undefined || result.group !== 'reference' ? [] : [withReference(result.resourceType, result.id, index)];
  return [...found, ...referring, ...any].filter(({ size }) => size > 0);
}

function* demandsOfSearch(type: string, pairs: readonly Pair[], index: SearchIndex): Iterable<Demand> {
  const must = (of: string, by: readonly Pair[]): ReadonlySet<string> => predict(index, parseQuery(index.definitions, of, by, { base: index.base })).must;
  const directives = pairs.filter(([name]) => /^_(rev)?include\b/.test(name));
  if (directives.length > 0) {
    yield bringing(type, directives, index);
    for (const [name, value] of directives) {
      const [source = '', code = ''] = value.split(':');
      // What refers to a match has to be chosen itself: nothing that is chosen leads to it.
      if (name.startsWith('_revinclude')) yield must(source, [[`${code}:missing`, 'false']]);
    }
    return;
  }
  const criteria = pairs.filter(([name]) => !SHAPING.includes(name) && !(name === '_id' && pairs.length > 1));
  if (criteria.length === 0) return;
  for (const [name, value] of criteria) {
    // What a value names has to be there too.
    if (name === '_list') yield new Set([`List/${value}`]);
    if (/:(not-)?in$/.test(name)) yield must('ValueSet', [['url', value]]);
    const [, source, reference = '', end = ''] = /^_has:(\w+):([^:]+):(.+)$/.exec(name) ?? [];
    if (source !== undefined) yield intersection(must(source, [[end, value]]), must(source, [[`${reference}:missing`, 'false']]));
  }
  const prediction = predict(index, parseQuery(index.definitions, type, criteria, { base: index.base }));
  const all = everything(type, index);
  yield prediction.must;
  yield new Set([...all].filter((reference) => !prediction.must.has(reference) && !prediction.either.has(reference)));
  // Values of a list, and parameters side by side: each has to find something that not all find.
  const parts = criteria.flatMap(([name, value]) => value.split(/(?<!\\),/).map((part): Pair => [name, part])).map((part) => must(type, [part]));
  if (parts.length > 1) {
    const common = parts.reduce(intersection);
    for (const part of parts) yield new Set([...part].filter((reference) => !common.has(reference)));
  }
  // A query that must find nothing needs a value that a wrong reading would find.
  if (prediction.must.size === 0) for (const [name] of criteria) yield must(type, [[`${name.split(/[:.]/)[0] ?? ''}:missing`, 'false']]);
}

/** The search that a request is; undefined for any other request. */
function searchOf(request: HttpRequest | undefined, base: string): { type: string; pairs: Pair[] } | undefined {
  const [, type, query = ''] = /^\/([A-Z][A-Za-z]+)(?:\/_search)?(?:\?(.*))?$/.exec(request?.url.startsWith(base) === true ? request.url.slice(base.length) : '') ?? [];
  if (request === undefined || type === undefined) return undefined;
  return { type, pairs: decodePairs([query, request.method === 'POST' ? (request.body ?? '') : ''].filter((part) => part !== '').join('&')) };
}

/** What brings something with it by the directives. */
function bringing(type: string, directives: readonly Pair[], index: SearchIndex): Demand {
  const query = parseQuery(index.definitions, type, directives, { base: index.base });
  return new Set(index.all(type).filter((resource) => includes(index, query, [resource]).length > 0).flatMap((resource) => localReference(resource) ?? []));
}

/** What has a reference in the element that a test of references is about: `reference.imagingstudy.series.specimen`. */
function withReference(type: string, testId: string, index: SearchIndex): Demand {
  const has = (resource: Resource) => referencesIn(resource).some(({ element }) => `reference.${element.toLowerCase()}` === testId);
  return new Set(index.all(type).filter(has).flatMap((resource) => localReference(resource) ?? []));
}

function everything(type: string, index: SearchIndex): Demand {
  return new Set(index.all(type).flatMap((resource) => localReference(resource) ?? []));
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((reference) => b.has(reference)));
}
