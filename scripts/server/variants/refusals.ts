/** Legal variants in what a server does not support: parameters, modifiers, chains and result parameters that it refuses or passes over. */
import { mapResources, refusal, stating } from '../faults/honesty';
import { hearing, isSearch, pairsOf, responding, withoutHeaders, withPairs } from '../faults/rewriting';
import type { VariantRow } from '../faults/row';
import type { Behaviour } from '../behaviour';
import { splitUrl, type Pairs } from '../query-string';
import type { ServerRequest } from '../request';
import { refusing } from './refusing';

const SEARCH = 'https://hl7.org/fhir/R4/search.html';
const HTTP = 'https://hl7.org/fhir/R4/http.html';

export const REFUSAL_VARIANTS: readonly VariantRow[] = [
  { id: 'modifiers-refused', does: 'Every modifier is refused with 400.', url: `${SEARCH}#modifiers`, override: refusing(400, hasModifier, 'Modifiers are not supported.') },
  { id: 'modifiers-not-implemented', does: 'Every modifier is answered with 501.', url: `${SEARCH}#modifiers`, override: refusing(501, hasModifier, 'Modifiers are not implemented.') },
  { id: 'chains-refused', does: 'Chained parameters are refused with 400.', url: `${SEARCH}#chaining`, override: refusing(400, (name) => !name.startsWith('_') && name.includes('.'), 'Chains are not supported.') },
  { id: 'includes-refused', does: '_include and _revinclude are refused with 400, and none is declared.', url: `${SEARCH}#include`, override: includesRefused(() => true, 'Includes are not supported.') },
  { id: 'wildcard-include-refused', does: '_include=* is refused with 400, and not declared.', url: `${SEARCH}#include`, override: includesRefused((value) => value.includes('*'), 'Write what is to be included.') },
  { id: 'no-compartments', does: 'Searches within compartments are answered with 404, and none is declared.', url: `${HTTP}#vsearch`, override: withoutCompartments },
  { id: 'sort-refused', does: '_sort is refused with 400.', url: `${SEARCH}#sort`, override: refusing(400, (name) => name === '_sort', 'Sorting is not supported.') },
  { id: 'no-sorting', does: '_sort is passed over, and the self link says so.', url: `${SEARCH}#sort`, override: ignoring((name) => name === '_sort') },
  { id: 'has-ignored', does: '_has is passed over like any parameter that a server does not know, and the self link says so.', url: `${SEARCH}#errors`, override: ignoring((name) => name.startsWith('_has:')) },
  { id: 'chains-ignored', does: 'Chained parameters without types and modifiers are passed over like any parameter that a server does not know, and the self link says so.', url: `${SEARCH}#errors`, override: ignoring((name) => /^[^_:][^:]*\.[^:]+$/.test(name)) },
  {
    id: 'uncommon-parameter-ignored',
    does: 'A search over several types passes over parameters that one of them does not have, and the self link says so.',
    url: `${SEARCH}#errors`,
    override: hearing((request) => {
      if (!isSearch(request)) return request;
      const pairs = pairsOf(request);
      return pairs.some(([name, value]) => name === '_type' && value.includes(',')) ? withPairs(request, pairs.filter(([name]) => name.startsWith('_'))) : request;
    }),
  },
  { id: 'no-accurate-total', does: '_total is passed over, and the self link says so.', url: `${SEARCH}#total`, override: ignoring((name) => name === '_total') },
  {
    id: 'search-errors-are-422',
    does: 'A search that is in error is answered with 422.',
    url: `${SEARCH}#errors`,
    override: responding((response, request) => (response.status === 400 && isSearch(request) ? { ...response, status: 422 } : response)),
  },
  {
    id: 'values-out-of-scope-refused',
    does: 'patient=Group/1, which is no patient, and a status under a system that is not its own are refused with 400.',
    // "The server SHOULD process the search", with an empty set: it need not.
    url: `${SEARCH}#errors`,
    override: refusing(400, (name, value) => (name === 'patient' && /^(?!Patient\/)[A-Z][A-Za-z]+\//.test(value)) || (name === 'status' && /^(?!https?:\/\/(hl7\.org|terminology\.hl7\.org)\/)[^|,]+\|/.test(value)), 'Out of scope.'),
  },
  {
    id: 'one-patient-at-a-time',
    does: 'Studies, and what else is of a patient, are searched for one patient or by _id; any other search of them is answered with 400.',
    // What a server does not carry out fails with 4xx; records of patients are often not shown for all of them at once.
    url: `${SEARCH}#errors`,
    override: responding((response, request) => (response.status < 300 && isSearch(request) && asksForAll(request) ? refusal(400, 'Name a patient or an _id.') : response)),
  },
  {
    id: 'rejections-are-500',
    does: 'A search that is in error, and a body that cannot be read, are answered with 500 and an OperationOutcome.',
    url: `${SEARCH}#errors`,
    override: responding((response, request) => (response.status === 400 && (isSearch(request) || isBroken(request)) ? { ...response, status: 500 } : response)),
  },
  // "Servers may ignore Prefer": RFC 7240 section 2; https://hl7.org/fhir/R4/http.html#ops
  { id: 'prefer-ignored', does: 'Prefer is passed over.', url: `${HTTP}#ops`, override: hearing((request) => withoutHeaders(request, 'prefer')) },
];

/** Types that a patient's record is made of, as far as an imaging study has to do with them. */
const OF_PATIENTS = /\/(?:ImagingStudy|ServiceRequest|DiagnosticReport|Encounter|Procedure|Observation|Specimen|CarePlan|CareTeam|RiskAssessment|RelatedPerson|Appointment)(?:\/_search)?$/;

/** Page links were given for a search that named them; a path through a patient names one. */
function asksForAll(request: ServerRequest): boolean {
  const { path } = splitUrl(request.url);
  return OF_PATIENTS.test(path) && !/\/[A-Z][a-z]\w*\/[^/]+\/[A-Z]\w+(?:\/_search)?$/.test(path) && !pairsOf(request).some(([name]) => /^(?:patient|subject|_id|_cursor)(?:[:.]|$)/.test(name));
}

function withoutCompartments(reference: Behaviour): Partial<Behaviour> {
  const stated = stating((statement) => ({ ...statement, rest: (statement['rest'] as object[]).map((rest) => ({ ...rest, compartment: undefined })) }))(reference);
  return responding((response, request) => (/\/[A-Z][a-z][A-Za-z]*\/[^/_]+\/(\*|[A-Z][A-Za-z]+)(\/_search)?$/.test(splitUrl(request.url).path) ? refusal(404, 'There is nothing here.') : response))({ ...reference, ...stated });
}

function hasModifier(name: string): boolean {
  return name.includes(':') && !/^_(has|include|revinclude)\b/.test(name);
}

/** The server hears nothing of the parameter, so its self link does not show it either. */
function ignoring(ignored: (name: string) => boolean): VariantRow['override'] {
  return hearing((request) => {
    if (!isSearch(request)) return request;
    const pairs: Pairs = pairsOf(request);
    return pairs.some(([name]) => ignored(name)) ? withPairs(request, pairs.filter(([name]) => !ignored(name))) : request;
  });
}

/** What is refused is not declared either. */
function includesRefused(isRefused: (value: string) => boolean, diagnostics: string): VariantRow['override'] {
  const declared = stating((statement) => mapResources(statement, (row: { type: string; searchInclude?: string[]; searchRevInclude?: string[] }) => {
    const { searchInclude = [], searchRevInclude = [], ...rest } = row;
    const left = (named: string[]) => named.filter((value) => !isRefused(value));
    return { ...rest, ...(left(searchInclude).length > 0 && { searchInclude: left(searchInclude) }), ...(left(searchRevInclude).length > 0 && { searchRevInclude: left(searchRevInclude) }) };
  }));
  const refused = refusing(400, (name, value) => /^_(rev)?include\b/.test(name) && isRefused(value), diagnostics);
  return (reference) => refused({ ...reference, ...declared(reference) });
}

/** A body that ends too early. */
function isBroken({ method, url, body = '' }: ServerRequest): boolean {
  return method === 'POST' && !url.includes('/_search') && !/(\}|<\/\w+>)\s*$/.test(body);
}
