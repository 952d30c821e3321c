/** The results of a run that its budget or its time cut short in, what of them stands and what was left out. */
import { counted } from '../core/grammar';
import type { Result } from '../core/result';
import { denied } from './answer';

/** What lies behind tests that the request budget left out. */
export const CUT_BY_BUDGET = 'the request budget is used up';
/** What lies behind tests that the time of the run, or its user, left out. */
export const CUT_BY_STOP = 'the run was stopped';

/**
 * The results where the data was not read to its end: that something is lacking in data of which a part was seen is known of none,
 * and nobody should be told to add it. What an answer denies is denied all the same.
 */
export function withoutUnread(results: readonly Result[]): Result[] {
  return results.map((result) => {
    const isOpen = result.verdict === 'no-data' && result.cause === undefined && !result.exchanges.slice(0, 1).some(denied);
    return isOpen ? { ...result, verdict: 'error', cause: CUT_BY_BUDGET, message: `Not decided: the request budget was used up before the data was read. Of what was seen: ${result.message}` } : result;
  });
}

/**
 * The results where of some types nothing could be read, because the server has no proper answer for a search of them: a page of a gateway, a breakdown, none at all.
 * That it holds no such data is not known, and to add some would not help. Where it refuses the search, it may, and the tests say what they lack.
 * @param unanswered what came instead, for a type of which that is so
 */
export function withoutUnanswered(results: readonly Result[], unanswered: (type: string) => string | undefined): Result[] {
  return results.map((result) => {
    const instead = result.verdict !== 'no-data' || result.cause !== undefined || result.resourceType === undefined ? undefined : unanswered(result.resourceType);
    if (instead === undefined || result.exchanges.slice(0, 1).some(denied)) return result;
    return { ...result, verdict: 'error', cause: `The ${result.resourceType} resources of the server could not be read`, message: `Not decided: no ${result.resourceType} resources could be read; the search for all of them came to this: ${instead}.` };
  });
}

/** One sentence for each cut: how many tests of which groups it left out; none where all were carried out. */
export function leftOut(results: readonly Result[]): string[] {
  return [
    ...sentence(results, CUT_BY_BUDGET, (tests) => `The request budget was used up: ${tests} could not be carried out`, 'All other verdicts stand; raise it with --budget, or choose fewer tests with --only.'),
    ...sentence(results, CUT_BY_STOP, (tests) => `The run was stopped before all tests were done: ${tests} were left out`, 'All other verdicts stand.'),
  ];
}

function sentence(results: readonly Result[], cause: string, say: (tests: string) => string, advice: string): string[] {
  const cut = results.filter((result) => result.verdict === 'error' && result.cause === cause);
  if (cut.length === 0) return [];
  const groups = new Map<string, number>();
  for (const { group } of cut) groups.set(group, (groups.get(group) ?? 0) + 1);
  const listed = [...groups].sort(([, a], [, b]) => b - a).map(([group, count]) => `${group} ${count}`).join(', ');
  return [`${say(`${counted(cut.length, 'test')} of ${results.length}`)} (${listed}). ${advice}`];
}
