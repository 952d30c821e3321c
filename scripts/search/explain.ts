/** An index, a query and one resource in, why it matches or not out: for each criterion the values seen and the outcome. */
import type { Entry } from './entry';
import { Evaluation } from './evaluate';
import { ISSUE_KINDS } from './issues';
import { PARAMETER_TYPES, type AtomicType } from './match';
import { isOpen, toTernary, type Outcome } from './outcome';
import { criterionRules } from './query-rules';
import { reasonOf, type RuleId } from './rules';
import type { Criterion, Query, SearchDefinitions, SearchIndex, Ternary } from './types';
import { extract } from './values';

/** A value of the resource that a criterion looked at. */
export interface SeenValue {
  /** Place in the resource, e.g. `series[1].modality`. */
  location: string;
  /** The value as a person reads it, e.g. `http://dicom.nema.org/resources/ontology/DCM|SR`. */
  text: string;
}

export interface CriterionExplanation {
  /** `name=value` as asked. */
  criterion: string;
  outcome: Ternary;
  /** Why it is open. */
  reason?: string;
  seen: readonly SeenValue[];
  rules: readonly RuleId[];
}

export interface Explanation {
  reference: string;
  outcome: Ternary;
  criteria: readonly CriterionExplanation[];
  /** All of it in one or a few sentences for a failure message. */
  text: string;
}

/** Explains the outcome for one resource (`Type/id`); undefined where it is not in the index. */
export function explain(index: SearchIndex, query: Query, reference: string): Explanation | undefined {
  const evaluation = new Evaluation(index, 'predict');
  const entry = evaluation.content.entry(reference);
  if (entry === undefined) return undefined;
  const criteria = query.criteria.map((criterion) => explainCriterion(evaluation, criterion, entry));
  const undecided = query.issues.some((row) => ISSUE_KINDS[row.code].undecides);
  const outcome = toTernary(evaluation.query(query).get(entry) ?? 'no');
  const settled = outcome === 'yes' && undecided ? 'maybe' : outcome;
  return { reference, outcome: settled, criteria, text: sentence(reference, settled, criteria) };
}

function explainCriterion(evaluation: Evaluation, criterion: Criterion, entry: Entry): CriterionExplanation {
  const outcome: Outcome = evaluation.judge(criterion, entry);
  return {
    criterion: criterion.written,
    outcome: toTernary(outcome),
    ...(isOpen(outcome) ? { reason: reasonOf(outcome) } : {}),
    seen: criterion.reverse === undefined ? seenValues(entry, criterion, evaluation.content.definitions) : [],
    rules: criterionRules(criterion),
  };
}

function seenValues(entry: Entry, { definition }: Criterion, definitions: SearchDefinitions): SeenValue[] {
  if (definition.type === 'composite' || definition.type === 'special') return [];
  const type = PARAMETER_TYPES[definition.type as AtomicType];
  return extract(entry.resource, definition, definitions).flatMap((value) =>
    type.read(value, definitions).map((read) => ({ location: value.location, text: type.describe(read) })),
  );
}

/** More values than this are counted instead of listed. */
const SHOWN = 6;

function sentence(reference: string, outcome: Ternary, criteria: readonly CriterionExplanation[]): string {
  const verdict = { yes: 'must match', no: 'must not match', maybe: 'may match or not' }[outcome];
  const telling = outcome === 'yes' ? criteria : criteria.filter((row) => row.outcome === outcome);
  const parts = telling.map(({ criterion, seen, reason }) => {
    const shown = seen.slice(0, SHOWN).map(({ location, text }) => `${location} is ${text}`);
    const more = seen.length > SHOWN ? [`and ${seen.length - SHOWN} more`] : [];
    const values = seen.length === 0 ? 'nothing there' : [...shown, ...more].join(', ');
    return `${criterion}: ${values}${reason === undefined ? '' : ` (${reason})`}`;
  });
  return `${reference} ${verdict}${parts.length === 0 ? '.' : `: ${parts.join('; ')}.`}`;
}
