/** The pages of a search with _include or _revinclude in, a judgement over what was included out. https://hl7.org/fhir/R4/search.html#include */
import { counted } from '../../core/grammar';
import { localReference, type Resource } from '../../core/fhir';
import { RULES } from '../../search/rules';
import { readableQuery, type Pair } from '../gather/query';
import { entriesOf, modeOf, type SearchAnswer } from '../gather/search-answer';
import type { Judgement } from '../test-case';
import { few } from './search-set';

export interface IncludesQuestion {
  type: string;
  pairs: readonly Pair[];
  answer: SearchAnswer;
  /** What the matches of one page bring with them, as far as known. */
  expected: (matches: readonly Resource[]) => readonly Resource[];
  /** Whether the server declares the include: then it has to work. */
  declared: boolean;
  /** Whether the references of a resource are written as absolute URLs on the server's own base. */
  isAbsolute?: (reference: string) => boolean;
}

/** Each page stands alone: what its matches refer to is on it. More than asked for is legal. */
export function judgeIncludes({ type, pairs, answer, expected, declared, isAbsolute = () => false }: IncludesQuestion): Judgement {
  const query = readableQuery(type, pairs);
  const { trouble } = answer;
  const decisive = trouble?.exchange ?? answer.first;
  if (trouble !== undefined) {
    if (trouble.kind === 'unanswered') return { verdict: 'error', message: `${query}: ${trouble.says}.`, decisive };
    const verdict = trouble.kind === 'refused' && !declared ? 'not-declared' : 'fail';
    return { verdict, message: `${query} is ${trouble.kind === 'refused' ? 'refused' : 'not answered'}: ${trouble.says}.`, decisive };
  }
  const wanted = new Set<string>();
  const came = new Set<string>();
  const missing: { reference: string; page: number; before: boolean }[] = [];
  /** Whether all that is missing, and nothing that came, is brought by absolute references alone: then it is how they refer. */
  let absoluteAlone = true;
  const before = new Set<string>();
  const wronglyMarked: string[] = [];
  answer.pages.forEach(({ bundle }, page) => {
    const entries = entriesOf(bundle).flatMap((entry) => (entry.resource === undefined ? [] : [{ resource: entry.resource, mode: modeOf(entry, type) }]));
    const here = new Map(entries.flatMap(({ resource, mode }) => { const reference = localReference(resource); return reference === undefined ? [] : [[reference, mode] as const]; }));
    for (const [reference, mode] of here) if (mode === 'include') came.add(reference);
    const matches = entries.filter(({ mode }) => mode === 'match').map((entry) => entry.resource);
    // Backwards, what is missing refers itself; forwards, the matches do.
    const relative = new Set(expected(matches.filter((resource) => !isAbsolute(localReference(resource) ?? ''))).map(localReference).filter((reference) => !isAbsolute(reference ?? '')));
    for (const resource of expected(matches)) {
      const reference = localReference(resource);
      if (reference === undefined) continue;
      wanted.add(reference);
      const mode = here.get(reference);
      if (mode !== 'match' && relative.has(reference) !== (mode === 'include')) absoluteAlone = false;
      if (mode === undefined) missing.push({ reference, page: page + 1, before: before.has(reference) });
      else if (mode === 'match' && resource.resourceType !== type) wronglyMarked.push(reference);
    }
    for (const reference of here.keys()) before.add(reference);
  });
  const sets = { expected: [...wanted].sort(), actual: [...came].sort(), decisive };
  if (wronglyMarked.length > 0) return { verdict: 'fail', message: `${query} marks ${few(wronglyMarked)} as a match, though it is included.`, ...sets };
  if (wanted.size === 0) return { verdict: 'no-data', message: `${query} has nothing to include; needed: matches with such references.`, ...sets };
  if (missing.length > 0) {
    if (!declared && came.size === 0) return { verdict: 'not-declared', message: `${query} includes nothing; a server need not support it.`, ...sets };
    // "SHOULD also be returned as part of that same page, even if some of those resource instances have previously been returned": https://hl7.org/fhir/R4/search.html#Paging
    const absent = missing.filter((one) => !one.before);
    const told = absent.length > 0 ? absent : missing;
    const first = told[0] as (typeof told)[number];
    const where = answer.pages.length > 1 ? ` (page ${first.page})` : '';
    const references = few(told.map(({ reference }) => reference));
    return {
      verdict: absent.length > 0 ? 'fail' : 'warn',
      message: absent.length > 0 ? `${query} does not include ${references}${where}.` : `${query} does not include ${references} again${where}, which stood on a page before; each page should stand alone.`,
      ...sets,
      ...(came.size > 0 && absoluteAlone ? { cause: RULES['reference-url'].text } : {}),
      witness: { reference: first.reference, excerpt: null, why: 'A match on the page refers to it, or it refers to a match; it is not on the page.' },
    };
  }
  return { verdict: 'pass', message: `${query} includes what its matches bring with them: ${counted(wanted.size, 'resource')}.`, ...sets };
}
