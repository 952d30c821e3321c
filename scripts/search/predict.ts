/** An index and a query in, what the specification demands of the answer out. */
import { evaluate } from './evaluate';
import { ISSUE_KINDS } from './issues';
import { isOpen } from './outcome';
import { rulesOf } from './query-rules';
import { reasonOf } from './rules';
import type { Criterion, Prediction, Query, SearchIndex } from './types';

/**
 * Predicts the matches of a query over the resources of an index, which is taken to hold all there is of the searched type and
 * of those that chains and `_has` lead to. Where a part of the query could not be used and a server may still make something
 * of it (a modifier that must be refused, a malformed value), no match is certain, but what fails the rest is certainly none.
 */
export function predict(index: SearchIndex, query: Query): Prediction {
  const undecided = query.issues.some((row) => ISSUE_KINDS[row.code].undecides);
  const must = new Set<string>();
  const open = new Map<string, string>();
  for (const [entry, outcome] of evaluate(index, 'predict').query(query)) {
    if (isOpen(outcome)) open.set(entry.key, reasonOf(outcome));
    else if (undecided) open.set(entry.key, reasonOf('open-not-evaluated'));
    else must.add(entry.key);
  }
  const supplied = query.criteria.map(suppliedFor).find((why) => why !== undefined);
  return { must, either: open, issues: query.issues, rules: rulesOf(query), ...(supplied === undefined ? {} : { supplied }) };
}

/** Why an expression is ours, in a criterion or in what it is chained to. */
function suppliedFor({ definition, chain, reverse }: Criterion): string | undefined {
  const further = [...(chain?.next ?? []).map(({ criterion }) => criterion), ...(reverse === undefined ? [] : [reverse.criterion])];
  return definition.supplied ?? further.map(suppliedFor).find((why) => why !== undefined);
}
