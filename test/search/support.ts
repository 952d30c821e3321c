/** What the search tests share: definitions loaded once, queries written as in a URL, predictions as sorted ids. */
import type { Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { evaluate } from '../../scripts/search/evaluate';
import type { Indexing } from '../../scripts/search/evaluation';
import { toTernary } from '../../scripts/search/outcome';
import { parseQuery } from '../../scripts/search/parse-query';
import { predict } from '../../scripts/search/predict';
import { RULES, type RuleId } from '../../scripts/search/rules';
import { createSearchIndex, type SearchIndexOptions } from '../../scripts/search/search-index';
import { select } from '../../scripts/search/select';
import type { Query, SearchIndex } from '../../scripts/search/types';

export const BASE = 'http://example.org/fhir';
export const DEFINITIONS = loadSearchDefinitions(FHIR_VERSIONS.R4);

/** `a=b&c=d` as a query on a type; nothing is percent-decoded. */
export function queryOf(type: string, text: string): Query {
  const pairs = text === '' ? [] : text.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  return parseQuery(DEFINITIONS, type, pairs, { base: BASE });
}

/** Resources of one type from their elements by id. */
export function resourcesOf(type: string, rows: Readonly<Record<string, object>>): Resource[] {
  return Object.entries(rows).map(([id, elements]) => ({ resourceType: type, id, ...elements }));
}

export function indexOf(resources: readonly Resource[], options: SearchIndexOptions = {}): SearchIndex {
  return createSearchIndex(DEFINITIONS, BASE, resources, options);
}

const idsOf = (references: Iterable<string>) => [...references].map((reference) => reference.split('/')[1]).sort();

/** A row of a table of cases. */
export interface Case {
  /** The rule that decides, or that leaves it open. */
  rule: RuleId;
  query: string;
  /** Ids that must match. */
  must?: readonly string[];
  /** Ids that may match; the others must not. */
  either?: readonly string[];
}

/** One test for each row: exact sets both ways, the rule named, the index equal to a scan, our own answer within what is legal. */
export function checkCases(type: string, index: SearchIndex, cases: readonly Case[]): void {
  test.each(cases.map((row) => [row.rule, row.query, row] as const))('%s: %s', (_rule, _query, row) => {
    const query = queryOf(type, row.query);
    expect(query.issues.filter((issue) => issue.code !== 'ambiguous-chain')).toEqual([]);
    const { must, either, rules } = predict(index, query);
    expect({ must: idsOf(must), either: idsOf(either.keys()) }).toEqual({ must: [...(row.must ?? [])].sort(), either: [...(row.either ?? [])].sort() });
    if (row.rule.startsWith('open-')) expect([...either.values()]).toContain(RULES[row.rule].text);
    else expect(rules).toContain(row.rule);
    expectLawful(index, query);
  });
}

/** What holds for every query: the index finds what a scan finds, and our own server answers within the prediction. */
export function expectLawful(index: SearchIndex, query: Query): void {
  for (const mode of ['predict', 'decide'] as const) {
    const outcomes = (indexing: Indexing) => [...evaluate(index, mode, indexing).query(query)].map(([entry, outcome]) => `${entry.key} ${toTernary(outcome)}`);
    const scanned = outcomes('never');
    expect(outcomes('always')).toEqual(scanned);
    expect(outcomes('when-worth-it')).toEqual(scanned);
  }
  const answered = new Set(select(index, query).map((resource) => `${resource.resourceType}/${resource.id}`));
  const { must, either } = predict(index, query);
  for (const reference of must) expect(answered).toContain(reference);
  for (const reference of answered) expect(must.has(reference) || either.has(reference)).toBe(true);
}
