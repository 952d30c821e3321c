/** Which of several values a resource is sorted by: the data in, the parameter and direction whose order tells it, and a test of that order, out. */
import { BEFORE_R5 } from '../../../core/fhir-version';
import { ordersThatTell } from '../../../search/sort-several';
import type { TestContext } from '../../context';
import { FOCUS } from '../../harvest';
import { noData } from '../../judge/judgements';
import { needsSearch, type TestCase } from '../../test-case';
import { sorted } from './sort';

/** Parameters that read elements which repeat, those whose codes every collation orders alike first. */
const REPEATING = ['modality', 'bodysite', 'series', 'instance', 'dicom-class', 'identifier'] as const;

interface Choice {
  sort: string;
  /** References of the resources whose order tells. */
  bait: readonly string[];
}

/** Descending tells the greatest value from the first and from the least one; ascending the least one from the first. */
function choose({ definitions, declared, known }: TestContext): Choice | undefined {
  const choices = REPEATING.flatMap((code) => {
    const definition = declared.searchParam(FOCUS, code) ? definitions.find(FOCUS, code) : undefined;
    return definition === undefined ? [] : [true, false].map((descending) => ({ sort: `${descending ? '-' : ''}${code}`, told: ordersThatTell(known.index, FOCUS, { definition, descending }) }));
  });
  const best = choices.find(({ told }) => told.first !== undefined && told.otherEnd !== undefined) ?? choices.find(({ told }) => told.first !== undefined) ?? choices.find(({ told }) => told.otherEnd !== undefined);
  return best === undefined ? undefined : { sort: best.sort, bait: [...(best.told.first ?? []), ...(best.told.otherEnd ?? [])] };
}

export const SORT_SEVERAL_TEST: TestCase = {
  id: 'paging.imagingstudy.sort-several-values',
  title: `${FOCUS}: of several values the one that is earliest in the order asked counts for _sort`,
  group: 'paging',
  resourceType: FOCUS,
  requirement: 'rule:sort',
  // "the sort is based on the item in the set of multiple parameters that comes earliest in the specified sort order": https://hl7.org/fhir/R4/search.html#sort; R5 leaves it to the server.
  versions: BEFORE_R5,
  needs: needsSearch(FOCUS),
  tags: ['_sort'],
  run: (context) => {
    const choice = choose(context);
    if (choice === undefined) return Promise.resolve(noData(`Needed: two studies with several values in one of ${REPEATING.join(', ')}, which the first values and the earliest ones put in different orders.`));
    return sorted(context, choice.sort, choice.bait);
  },
};
