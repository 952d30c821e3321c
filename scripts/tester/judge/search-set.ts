/** The matches of a search and what the oracle demands in, a judgement out: what is wrongly there, what is wrongly absent. */
import { withArticle } from '../../core/grammar';
import { localReference, type Resource } from '../../core/fhir';
import { RULES } from '../../search/rules';
import type { Prediction } from '../../search/types';
import { shorten } from '../answer';
import { readableQuery, type Pair } from '../gather/query';
import type { SearchAnswer } from '../gather/search-answer';
import type { Judgement } from '../test-case';

export interface SetQuestion {
  type: string;
  pairs: readonly Pair[];
  answer: SearchAnswer;
  /** Made after the answer's resources were learnt, so that each of them is judged too. */
  prediction: Prediction;
  /** Number of known resources of the type that must not match. */
  mustNot: number;
  /** True where the query is chosen so that a known fault would show although nothing, or everything, must match. */
  trap?: boolean;
  /** What a pass would need of the data, where this query cannot give it. */
  wanting?: string;
  /** What a 4xx answer means, where it is not a failure. */
  refusal?: 'warn' | 'info';
  /** Several values are joined by a comma for a parameter whose definition does not state that it takes several. */
  unstatedOr?: boolean;
  /** The part of a resource that decides, for the witness. */
  excerpt(reference: string): unknown;
  /** Why a resource must or must not match, if the oracle can say it. */
  why?(reference: string): string | undefined;
}

/** What came back wrong; empty sets where nothing did. */
export interface SetDifference {
  /** Must not match, but came as a match. */
  extra: string[];
  /** Must match, but did not come though all pages were read. */
  absent: string[];
}

/** Compares both ways. Resources of another type among the matches count as wrongly there. */
export function setDifference(question: Pick<SetQuestion, 'answer' | 'prediction' | 'type'>): SetDifference {
  const { answer, prediction } = question;
  const came = new Set(answer.matches.flatMap((resource) => localReference(resource) ?? []));
  const extra = [...came].filter((reference) => !prediction.must.has(reference) && !prediction.either.has(reference));
  const ended = answer.unfinished === undefined && answer.trouble === undefined;
  const absent = ended ? [...prediction.must].filter((reference) => !came.has(reference)) : [];
  return { extra: extra.sort(), absent: absent.sort() };
}

/** The judgement over one search whose expected set is known. */
export function judgeSet(question: SetQuestion): Judgement {
  const { answer, prediction, type, pairs } = question;
  const query = `${answer.first.request.method === 'POST' ? 'POST ' : ''}${readableQuery(type, pairs)}`;
  const { trouble } = answer;
  const decisive = trouble?.exchange ?? answer.first;
  if (trouble !== undefined) return judgeTrouble(trouble, query, question);
  const { extra, absent } = setDifference(question);
  const expected = [...prediction.must].sort();
  const actual = [...new Set(answer.matches.flatMap((resource) => localReference(resource) ?? []))].sort();
  const sets = { expected, actual, decisive };
  if (extra.length > 0 || absent.length > 0) return { ...judgeDifference(question, query, extra, absent), ...sets };
  if (answer.unfinished !== undefined && expected.some((reference) => !actual.includes(reference))) {
    return { verdict: 'no-data', message: `Not all pages of ${query} were read (${answer.unfinished}); what was read is right.`, ...sets };
  }
  const counts = `${actual.length} of ${actual.length + question.mustNot} known ${type} resources`;
  if (question.trap === true) return { verdict: 'pass', message: `${query} finds ${actual.length === 0 ? 'nothing, as it must' : `exactly ${counts}`}.`, ...sets };
  if (expected.length === 0 || question.mustNot === 0) {
    const lack = question.wanting ?? (expected.length === 0 ? `${withArticle(type)} that ${query} must find` : `${withArticle(type)} that ${query} must not find`);
    return { verdict: 'no-data', message: `${query} is answered as it must be, but the data cannot show otherwise; needed: ${lack}.`, ...sets };
  }
  const open = prediction.either.size === 0 ? '' : ` (${prediction.either.size} more are left open by the specification)`;
  return { verdict: 'pass', message: `${query} finds exactly ${counts}${open}.`, ...sets };
}

function judgeTrouble(trouble: NonNullable<SearchAnswer['trouble']>, query: string, { prediction, refusal, pairs, trap, unstatedOr }: SetQuestion): Judgement {
  const decisive = trouble.exchange;
  const expected = [...prediction.must].sort();
  if (trouble.kind === 'unanswered') return { verdict: 'error', message: `${query}: ${trouble.says}.`, decisive };
  if (trouble.kind === 'refused') {
    if (refusal !== undefined) return { verdict: refusal, message: `${query} is refused: ${trouble.says}.`, decisive };
    const optional = prediction.rules.find((rule) => RULES[rule].optional === true);
    if (optional !== undefined) {
      return { verdict: 'not-declared', message: `${query} is refused: ${trouble.says}. A server need not support this.`, decisive };
    }
    // None of the standard parameters states multipleAnd: that a parameter may be repeated is promised by nobody.
    if (new Set(pairs.map(([name]) => name)).size < pairs.length) {
      return { verdict: 'not-declared', message: `${query} repeats a parameter and is refused: ${trouble.says}. Whether that is supported is for SearchParameter.multipleAnd to say.`, decisive };
    }
    // Nor does any in R4 state multipleOr: what is refused plainly misleads nobody.
    if (unstatedOr === true) {
      return { verdict: 'not-declared', message: `${query} joins several values and is refused: ${trouble.says}. Whether that is supported is for SearchParameter.multipleOr to say.`, decisive };
    }
    // "Where the issue is a logical condition (e.g. unknown subject or code), the server SHOULD process the search": https://hl7.org/fhir/R4/search.html#errors
    if (trap === true && expected.length === 0) return { verdict: 'warn', message: `${query} is refused: ${trouble.says}. Nothing meets it; a server should then answer with an empty set.`, expected, decisive };
    return { verdict: 'fail', message: `${query} is refused, though the server declares the parameter: ${trouble.says}.`, expected, decisive };
  }
  return { verdict: 'fail', message: `${query} is not answered by a search set: ${trouble.says}.`, expected, decisive };
}

function judgeDifference(question: SetQuestion, query: string, extra: readonly string[], absent: readonly string[]): Judgement {
  const parts: string[] = [];
  if (absent.length > 0) parts.push(`leaves out ${few(absent)}`);
  if (extra.length > 0) parts.push(`returns ${few(extra)}, which must not match`);
  const reference = (absent[0] ?? extra[0]) as string;
  const stated = question.why?.(reference);
  const why = stated ?? (absent.length > 0 ? 'It matches, but is missing.' : 'It does not match, but was returned.');
  const { rules, supplied } = question.prediction;
  return {
    verdict: supplied !== undefined || rules.some((rule) => RULES[rule].should === true) ? 'warn' : 'fail',
    message: [`${query} ${parts.join(' and ')}.`, stated === undefined ? [] : shorten(stated, 300), supplied ?? []].flat().join(' '),
    witness: { reference, excerpt: question.excerpt(reference), why },
  };
}

/** `a, b and 3 more`. */
export function few(references: readonly string[], limit = 3): string {
  const shown = references.slice(0, limit).join(', ');
  return references.length > limit ? `${shown} and ${references.length - limit} more` : shown;
}

/** The elements of a resource that a parameter reads, cut to what a report can show. */
export function excerptOf(resource: Resource | undefined, values: readonly { location: string; value: unknown }[]): unknown {
  if (resource === undefined) return null;
  const shown = values.slice(0, 12).map(({ location, value }) => [location, value] as const);
  return { resourceType: resource.resourceType, id: resource.id, ...Object.fromEntries(shown) };
}
