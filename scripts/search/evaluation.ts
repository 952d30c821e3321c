/** What the parts of one evaluation share: the index, the matching context, how open points are settled, and what was found out so far. */
import type { Entry } from './entry';
import type { MatchContext } from './match/context';
import type { Outcome } from './outcome';
import type { IndexContent } from './search-index';
import type { Criterion, Query } from './types';

/**
 * How open points are treated. `predict`: they stay open. `decide`: each is settled where it arises, as our own server does
 * (rules.ts, `choice`), and the zone is universal time.
 */
export type EvaluationMode = 'predict' | 'decide';

/** Whether indexes are asked: where they save work, for everything, or for nothing (every resource is judged by its values alone). */
export type Indexing = 'when-worth-it' | 'always' | 'never';

/** One evaluation over the state of an index at one moment. */
export interface Evaluation {
  readonly content: IndexContent;
  /** The resources of the query's type whose outcome is not a certain no, in insertion order. */
  query(query: Query): ReadonlyMap<Entry, Outcome>;
  /** The outcome of one criterion for one resource. */
  judge(criterion: Criterion, entry: Entry): Outcome;
}

/** The evaluation as its own parts see it. */
export interface Workings extends Evaluation {
  readonly context: MatchContext;
  readonly indexing: Indexing;
  settle(outcome: Outcome): Outcome;
  /** The resources of a type whose outcome for one criterion is not a certain no; found once. */
  matching(type: string, criterion: Criterion): ReadonlyMap<Entry, Outcome>;
  /** What `matching` has found for a criterion, if it was asked. */
  matched(criterion: Criterion): ReadonlyMap<Entry, Outcome> | undefined;
  /** `Type/id` of what resources that satisfy the criterion's reverse part refer to; found once. */
  referredTo(criterion: Criterion): ReadonlyMap<string, Outcome>;
}
