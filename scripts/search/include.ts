/** Matches and the include directives of a query in, the resources to add out: https://hl7.org/fhir/R4/search.html#include */
import { localReference, type Resource } from '../core/fhir';
import { valuesOf, type Entry } from './entry';
import type { ReferenceValue } from './match/reference';
import { localKey } from './reference-target';
import { contentOf, type IndexContent } from './search-index';
import type { IncludeDirective, Query, SearchIndex, SearchParameterDefinition } from './types';

/** How often `:iterate` is followed at most: "at the server's discretion how deep". */
const MAXIMUM_ROUNDS = 20;

/**
 * What `_include` and `_revinclude` add to these matches, each resource once and never a match, in the order found. Directives
 * apply to the matches; those with `:iterate` also to what was included, until nothing new comes. Targets that are not in the
 * index are left out without an error.
 */
export function includes(index: SearchIndex, query: Query, matches: readonly Resource[]): Resource[] {
  const content = contentOf(index);
  const matched = new Set(matches.map(localReference));
  const found = new Map<string, Entry>();
  let fresh = matches.flatMap((resource) => content.entry(localReference(resource) ?? '') ?? []);
  for (let round = 0; fresh.length > 0 && round < MAXIMUM_ROUNDS; round += 1) {
    const added: Entry[] = [];
    const add = (entry: Entry | undefined) => {
      if (entry === undefined || matched.has(entry.key) || found.has(entry.key)) return;
      found.set(entry.key, entry);
      added.push(entry);
    };
    const applies = (directive: IncludeDirective) => round === 0 || directive.iterate;
    for (const directive of query.include.filter(applies)) for (const entry of fresh) pointedAt(content, directive, entry).forEach(add);
    for (const directive of query.revinclude.filter(applies)) pointingAt(content, directive, fresh).forEach(add);
    fresh = added;
  }
  return [...found.values()].map((entry) => entry.resource);
}

/** `_include`: what one resource refers to. */
function pointedAt(content: IndexContent, directive: IncludeDirective, entry: Entry): (Entry | undefined)[] {
  const type = entry.resource.resourceType;
  if (directive.source !== '*' && directive.source !== type) return [];
  return parametersOf(content, directive, type).flatMap((definition) =>
    targets(content, entry, definition, directive.targetType).flatMap((key) => content.entry(key)),
  );
}

/** `_revinclude`: the resources of the source type that refer to any of these. */
function pointingAt(content: IndexContent, directive: IncludeDirective, to: readonly Entry[]): Entry[] {
  const keys = new Set(to.map((entry) => entry.key));
  const sources = directive.source === '*' ? [...content.definitions.resourceTypes] : [directive.source];
  const found = new Set<Entry>();
  for (const type of sources) {
    if (content.entries(type).size === 0) continue;
    for (const definition of parametersOf(content, directive, type)) {
      const posting = content.referencePosting(type, definition);
      for (const entry of posting.referrers((key) => keys.has(key), content.base)) {
        if (targets(content, entry, definition, directive.targetType).some((key) => keys.has(key))) found.add(entry);
      }
    }
  }
  return [...found].sort((a, b) => a.ordinal - b.ordinal);
}

function parametersOf(content: IndexContent, directive: IncludeDirective, type: string): SearchParameterDefinition[] {
  if (directive.parameter === '*') return content.definitions.of(type).filter((row) => row.type === 'reference');
  const definition = content.definitions.find(type, directive.parameter);
  return definition === undefined ? [] : [definition];
}

/** `Type/id` of the local resources that a reference parameter of a resource points at. */
function targets(content: IndexContent, entry: Entry, definition: SearchParameterDefinition, type: string | undefined): string[] {
  const values = valuesOf(entry, definition, content.definitions) as readonly ReferenceValue[];
  return values.flatMap(({ target, nested }) => {
    if (target === undefined || nested !== undefined || (type !== undefined && target.type !== type)) return [];
    return localKey(target, content.base) ?? [];
  });
}
