/** An index, a query and one resource in, why it matches or not out: for each criterion the values seen and the outcome. */
import { valuesOf, type Entry } from './entry';
import { evaluate } from './evaluate';
import type { Evaluation } from './evaluation';
import { ISSUE_KINDS } from './issues';
import { PARAMETER_TYPES } from './match';
import type { ReferenceValue } from './match/reference';
import { isOpen, toTernary, type Outcome } from './outcome';
import { criterionRules } from './query-rules';
import { reasonOf, type RuleId } from './rules';
import { localKey } from './reference-target';
import type { IndexContent } from './search-index';
import type { Criterion, Query, SearchIndex, SearchParameterDefinition, Ternary } from './types';
import { extract } from './values';

/** A value of the resource that a criterion looked at. */
export interface SeenValue {
  /** Place in the resource, e.g. `series[1].modality`; for chains and `_has` with the other resource: `Patient/1 birthDate`. */
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
  const evaluation = evaluate(index, 'predict');
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
    seen: seenValues(evaluation, criterion, entry),
    rules: criterionRules(criterion),
  };
}

/** The values at the end of the criterion's path: through references for a chain, the referring resources for `_has`. */
function seenValues(evaluation: Evaluation, criterion: Criterion, entry: Entry): SeenValue[] {
  const { definition, chain, reverse } = criterion;
  const { content } = evaluation;
  if (reverse !== undefined) {
    const posting = content.referencePosting(reverse.type, reverse.reference);
    return [...posting.referrers((key) => key === entry.key, content.base)]
      .filter((source) => localTargets(source, reverse.reference, content).includes(entry.key))
      .flatMap((source) => placed(source.key, seenValues(evaluation, reverse.criterion, source)));
  }
  if (definition.type === 'composite' || definition.type === 'special') return [];
  const type = PARAMETER_TYPES[definition.type];
  const own = extract(entry.resource, definition, content.definitions).flatMap((value) =>
    type.read(value, content.definitions).map((read) => ({ location: value.location, text: type.describe(read) })),
  );
  if (chain === undefined) return own;
  const beyond = localTargets(entry, definition, content).flatMap((key) => {
    const target = content.entry(key);
    const step = chain.next.find((row) => row.type === target?.resource.resourceType);
    return target === undefined || step === undefined ? [] : placed(key, seenValues(evaluation, step.criterion, target));
  });
  return [...own, ...beyond];
}

function placed(key: string, values: readonly SeenValue[]): SeenValue[] {
  return values.length === 0 ? [{ location: key, text: 'without a value' }] : values.map(({ location, text }) => ({ location: location.includes('/') ? location : `${key} ${location}`, text }));
}

function localTargets(entry: Entry, definition: SearchParameterDefinition, content: IndexContent): string[] {
  const values = valuesOf(entry, definition, content.definitions) as readonly ReferenceValue[];
  return values.flatMap(({ target }) => (target === undefined ? [] : (localKey(target, content.base) ?? [])));
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
