/** A value set and the code systems at hand in, its codes out, or why they cannot be listed: https://hl7.org/fhir/R4/valueset.html#compose */
import type { CodeSystem, Concept, ConceptSet, ExpansionEntry, ValueSet } from '../structure';

export interface ExpandedCode {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
  readonly definition?: string;
}

export interface Expansion {
  readonly codes: readonly ExpandedCode[];
  /** Why the list is not the whole value set, a sentence each; empty where it is. */
  readonly gaps: readonly string[];
  /** True where the codes are those that the value set itself carries as its expansion. */
  readonly carried: boolean;
}

export interface Terminology {
  codeSystem(url: string): CodeSystem | undefined;
  valueSet(url: string): ValueSet | undefined;
}

type Codes = Map<string, ExpandedCode>;

const keyOf = ({ system, code }: { system: string; code: string }): string => `${system}|${code}`;

export function expand(valueSet: ValueSet, terminology: Terminology): Expansion {
  const gaps = new Set<string>();
  const codes = composed(valueSet, terminology, gaps, []);
  if ((gaps.size > 0 || codes.size === 0) && valueSet.expansion?.contains !== undefined) {
    return { codes: carriedCodes(valueSet.expansion.contains), gaps: [], carried: true };
  }
  return { codes: [...codes.values()], gaps: [...gaps], carried: false };
}

function carriedCodes(entries: readonly ExpansionEntry[]): ExpandedCode[] {
  return entries.flatMap(({ system, code, display, abstract, contains }) => [
    ...(system !== undefined && code !== undefined && abstract !== true ? [{ system, code, ...(display === undefined ? {} : { display }) }] : []),
    ...carriedCodes(contains ?? []),
  ]);
}

function composed(valueSet: ValueSet, terminology: Terminology, gaps: Set<string>, above: readonly string[]): Codes {
  if (above.includes(valueSet.url)) {
    gaps.add(`${valueSet.url} includes itself.`);
    return new Map();
  }
  const path = [...above, valueSet.url];
  const codes: Codes = new Map();
  for (const set of valueSet.compose?.include ?? []) for (const [key, code] of selected(set, terminology, gaps, path)) if (!codes.has(key)) codes.set(key, code);
  for (const set of valueSet.compose?.exclude ?? []) for (const key of selected(set, terminology, gaps, path).keys()) codes.delete(key);
  return codes;
}

/** What one include or exclude selects: the codes of the system that are in all of its value sets. */
function selected(set: ConceptSet, terminology: Terminology, gaps: Set<string>, path: readonly string[]): Codes {
  const sets = (set.valueSet ?? []).map((url) => imported(url, terminology, gaps, path));
  const first = set.system === undefined ? sets.shift() ?? new Map<string, ExpandedCode>() : ofSystem(set.system, set, terminology, gaps);
  return new Map([...first].filter(([key]) => sets.every((codes) => codes.has(key))));
}

function imported(url: string, terminology: Terminology, gaps: Set<string>, path: readonly string[]): Codes {
  const valueSet = terminology.valueSet(url);
  if (valueSet === undefined) {
    gaps.add(`The value set ${url} is in none of the packages at hand.`);
    return new Map();
  }
  const inner = new Set<string>();
  const codes = composed(valueSet, terminology, inner, path);
  if (inner.size > 0 && valueSet.expansion?.contains !== undefined) return new Map(carriedCodes(valueSet.expansion.contains).map((code) => [keyOf(code), code]));
  inner.forEach((gap) => gaps.add(gap));
  return codes;
}

function ofSystem(system: string, { concept, filter }: ConceptSet, terminology: Terminology, gaps: Set<string>): Codes {
  const codeSystem = terminology.codeSystem(system);
  const all = codeSystem === undefined ? undefined : flat(codeSystem);
  if (concept !== undefined) {
    return new Map(concept.map(({ code, display }) => {
      const known = all?.get(code)?.concept;
      const name = display ?? known?.display;
      return [keyOf({ system, code }), { system, code, ...(name === undefined ? {} : { display: name }), ...(known?.definition === undefined ? {} : { definition: known.definition }) }];
    }));
  }
  if (codeSystem === undefined || all === undefined) {
    gaps.add(`The code system ${system} is in none of the packages at hand; a terminology server knows its codes.`);
    return new Map();
  }
  if (codeSystem.content !== undefined && codeSystem.content !== 'complete') gaps.add(`The code system ${system} is at hand only in part (${codeSystem.content}).`);
  const passes = (filter ?? []).map((row) => filterOf(row, all, system, gaps));
  return new Map([...all.values()].filter((entry) => passes.every((pass) => pass(entry))).filter((entry) => !isAbstract(entry.concept)).map(({ concept: { code, display, definition } }) => [keyOf({ system, code }), { system, code, ...(display === undefined ? {} : { display }), ...(definition === undefined ? {} : { definition }) }]));
}

interface Placed {
  readonly concept: Concept;
  /** Codes above it. */
  readonly ancestors: ReadonlySet<string>;
}

/** All concepts by code; what stands above is known from nesting and from the property `parent` or `subsumedBy`. */
function flat(codeSystem: CodeSystem): Map<string, Placed> {
  const nested = new Map<string, { concept: Concept; parents: string[] }>();
  const walk = (concepts: readonly Concept[], parent: string | undefined) => {
    for (const concept of concepts) {
      const stated = (concept.property ?? []).filter(({ code }) => code === 'parent' || code === 'subsumedBy').map(({ valueCode }) => String(valueCode));
      nested.set(concept.code, { concept, parents: [...(parent === undefined ? [] : [parent]), ...stated] });
      walk(concept.concept ?? [], concept.code);
    }
  };
  walk(codeSystem.concept ?? [], undefined);
  const known = new Map<string, Set<string>>();
  const above = (code: string): Set<string> => {
    const found = known.get(code);
    if (found !== undefined) return found;
    const all = new Set<string>();
    known.set(code, all);
    for (const parent of nested.get(code)?.parents ?? []) {
      all.add(parent);
      above(parent).forEach((ancestor) => all.add(ancestor));
    }
    return all;
  };
  return new Map([...nested].map(([code, { concept }]) => [code, { concept, ancestors: above(code) }]));
}

const isAbstract = (concept: Concept): boolean => (concept.property ?? []).some(({ code, valueBoolean }) => (code === 'notSelectable' || code === 'abstract') && valueBoolean === true);

/** https://hl7.org/fhir/R4/valueset-filter-operator.html */
function filterOf({ property, op, value }: { property: string; op: string; value: string }, all: ReadonlyMap<string, Placed>, system: string, gaps: Set<string>): (entry: Placed) => boolean {
  const values = ({ concept }: Placed): string[] => {
    if (property === 'code') return [concept.code];
    if (property === 'display') return concept.display === undefined ? [] : [concept.display];
    return (concept.property ?? []).filter(({ code }) => code === property).flatMap((row) => Object.entries(row).filter(([name]) => name.startsWith('value')).map(([, found]) => (typeof found === 'object' && found !== null ? ((found as { code?: string }).code ?? '') : String(found))));
  };
  switch (op) {
    case 'is-a': return ({ concept, ancestors }) => concept.code === value || ancestors.has(value);
    case 'descendent-of': return ({ ancestors }) => ancestors.has(value);
    case 'is-not-a': return ({ concept, ancestors }) => concept.code !== value && !ancestors.has(value);
    case 'generalizes': return ({ concept }) => concept.code === value || all.get(value)?.ancestors.has(concept.code) === true;
    case '=': return (entry) => values(entry).includes(value);
    case 'in': return (entry) => values(entry).some((found) => value.split(',').includes(found));
    case 'not-in': return (entry) => !values(entry).some((found) => value.split(',').includes(found));
    case 'exists': return (entry) => (values(entry).length > 0) === (value === 'true');
    default:
      gaps.add(`A filter of ${system} (${property} ${op} ${value}) needs a terminology server.`);
      return () => false;
  }
}
