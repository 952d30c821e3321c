/** A judgement that stands on a search which was refused for what it did not name in, one that accuses nobody of that out. */
import type { OperationOutcomeIssue } from '../core/fhir';
import { isObject } from '../core/json';
import type { Exchange } from '../core/result';
import { answerInWords, failedWithOutcome, refused, succeeded } from './answer';
import { entriesIn } from './gather/search-answer';
import { decodePairs } from './gather/query';
import type { Knowledge } from './knowledge';
import type { Judgement } from './test-case';

/** What lies behind results of searches that are refused because they name no patient, or no id. */
export const NAMES_TOO_LITTLE = 'searches of everything are refused';

/**
 * A server that refuses to show everything of a type refuses each search that does not name what it wants named, by the same words; which parameters that search had
 * besides, nothing is known of: neither that they are wrong, nor that they would be refused.
 */
export function undemanded(judgement: Judgement, known: Pick<Knowledge, 'completeness'>, base: string): Judgement {
  const { decisive, verdict } = judgement;
  if (decisive === undefined || verdict === 'error' || verdict === 'no-data' || verdict === 'not-declared') return judgement;
  const demanded = forWantOf(decisive, known, base);
  if (demanded === undefined) return judgement;
  const { type, parameter, says } = demanded;
  return {
    verdict: 'not-declared',
    message: `Nothing shows: like every search of ${type} that does not name ${parameter === '_id' ? 'what this server wants named' : `a patient (${parameter}=)`}, this one is refused: ${says}.`,
    cause: NAMES_TOO_LITTLE,
    decisive,
  };
}

/** What a search lacks that is refused as one of everything is; undefined for any other answer. */
export function forWantOf(exchange: Exchange, known: Pick<Knowledge, 'completeness'>, base: string): { type: string; parameter: string; says: string } | undefined {
  const { type, names } = searchedIn(exchange, base);
  const demands = known.completeness(type).demands;
  if (demands === undefined || names.includes(demands.parameter)) return undefined;
  const [refusal, ofEverything] = [refusalOf(exchange), refusalOf(demands.refusal)];
  return refusal === undefined || refusal.text !== ofEverything?.text ? undefined : { type, parameter: demands.parameter, says: refusal.text };
}

/** The type that a request searches, and the names of the parameters without modifiers and chains. */
function searchedIn({ request }: Exchange, base: string): { type: string; names: string[] } {
  const [path = '', query = ''] = request.url.slice(base.length + 1).split('?');
  const pairs = [...decodePairs(query), ...(request.method === 'POST' ? decodePairs(request.body ?? '') : [])];
  return { type: path.replace(/\/_search$/, ''), names: pairs.map(([name]) => name.split(/[:.]/)[0] ?? '') };
}

/**
 * A refusal in its own words: of a 4xx status, or of an outcome with an error in a search set that holds nothing else, as servers of before R4 told it
 * (a search that fails is to be answered by 4xx or 5xx: https://hl7.org/fhir/R4/search.html#errors; R5 lets an outcome tell: https://hl7.org/fhir/R5/search.html#errors).
 */
export function refusalOf(exchange: Exchange): { text: string } | undefined {
  if (refused(exchange) || failedWithOutcome(exchange)) return { text: answerInWords(exchange) };
  const entries = succeeded(exchange) ? entriesIn(exchange) : [];
  if (entries.length === 0 || entries.some(({ resource }) => resource?.resourceType !== 'OperationOutcome')) return undefined;
  const issues = entries.flatMap(({ resource }) => (Array.isArray(resource?.['issue']) ? resource['issue'] : []) as unknown[]).filter(isObject) as Partial<OperationOutcomeIssue>[];
  const issue = issues.find(({ severity }) => severity === 'error' || severity === 'fatal');
  const text: unknown = issue?.details?.text ?? issue?.diagnostics;
  return issue === undefined ? undefined : { text: `${exchange.response?.status} and an empty search set (${typeof text === 'string' ? text : String(issue.code)})` };
}
