/** What a test needs and what a server declares in; the need that is not met out. */
import { answerInWords } from './answer';
import type { Declared } from './discovery/declared';
import type { Knowledge } from './knowledge';
import type { Judgement, Need } from './test-case';

/** One sentence about the first need that the server does not declare; undefined where all are met. */
export function unmetNeed(needs: readonly Need[], declared: Declared): string | undefined {
  for (const need of needs) {
    const unmet = check(need, declared);
    if (unmet !== undefined) return unmet;
  }
  return undefined;
}

/** What lies behind results that no data can decide, for the declared search that they need is not there. */
export const NO_SEARCH = 'a declared search is not there';

/** A search that is declared and not there is one failure (honesty.searches): what its refusals would seem to show of each parameter is nothing. */
export function noSearch(needs: readonly Need[], known: Pick<Knowledge, 'completeness'>): Judgement | undefined {
  for (const need of needs) {
    if (need.kind !== 'interaction' || need.interaction !== 'search-type') continue;
    const { search } = known.completeness(need.type);
    if (search?.served === false) return { verdict: 'no-data', message: `Nothing shows: the declared search of ${need.type} is not there (${answerInWords(search.answer)}), see honesty.searches.`, cause: NO_SEARCH };
  }
  return undefined;
}

function check(need: Need, declared: Declared): string | undefined {
  switch (need.kind) {
    case 'type':
      return declared.types.has(need.type) ? undefined : `The server does not declare ${need.type}.`;
    case 'interaction':
      if (!declared.types.has(need.type)) return `The server does not declare ${need.type}.`;
      return declared.interaction(need.type, need.interaction) ? undefined : `The server does not declare ${need.interaction} on ${need.type}.`;
    case 'system-interaction':
      return declared.systemInteractions.has(need.interaction) ? undefined : `The server does not declare ${need.interaction} for the whole system.`;
    case 'search-param':
      return declared.searchParam(need.type, need.name) ? undefined : `The server does not declare the search parameter ${need.name} on ${need.type}.`;
  }
}
