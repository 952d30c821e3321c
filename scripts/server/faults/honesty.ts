/** Faults in what a server says of itself: self link, CapabilityStatement, handling of what it does not know. */
import type { Bundle, Resource } from '../../core/fhir';
import { FHIR_VERSIONS } from '../../core/fhir-version';
import { encodePairs, splitUrl, type Pairs } from '../query-string';
import { outcome } from '../refusal';
import type { ServerRequest, ServerResponse } from '../request';
import type { Override } from '../behaviour';
import { isDateParameter } from './date';
import { linkPairs } from './results';
import { clause, rule, type FaultRow } from './row';
import { answering, hearing, isFilter, isSearch, mappingPairs, onResource, pairsOf, responding, searchingFor, withoutHeaders } from './rewriting';

const selfLink = clause('search-self-link', 'search.html#conformance');

/** The self link says something else. */
const saying = (change: (said: Pairs, request: ServerRequest) => Pairs): Override =>
  answering((bundle, request) => {
    const said = linkPairs(bundle, 'self');
    return said === undefined ? undefined : withSelf(bundle, change(said, request));
  });

/** The CapabilityStatement says something else. */
export function stating(change: (statement: Resource) => Resource): Override {
  return responding((response, request) => (/\/metadata(\?|$)/.test(request.url) ? onResource(response, (resource) => (resource.resourceType === 'CapabilityStatement' ? change(resource) : undefined)) : response));
}

interface RestResource {
  type: string;
  interaction?: { code: string }[];
  searchParam?: { name: string; type: string; definition?: string }[];
}

const statingOf = (type: string, change: (row: RestResource) => RestResource | undefined): Override => stating((statement) => mapResources(statement, (row) => (row.type === type ? change(row) : row)));

/** The values that there are: https://hl7.org/fhir/R4/search.html#summary, https://hl7.org/fhir/R4/search.html#total */
const ANSWER_CODES: Readonly<Record<string, readonly string[]>> = { _summary: ['true', 'text', 'data', 'count', 'false'], _total: ['none', 'estimate', 'accurate'] };

/** Names that clients make up to see what becomes of them. */
const UNKNOWN = /^[a-z-]*(unknown|foo|not-a|nonsense|bogus|scout)[a-z-]*$/i;

/** A parameter of which FHIR knows nothing: the statement names it, a search for its definition finds that, and a search by it passes over it, but says in the self link that it does not. */
const OWN = { resourceType: 'SearchParameter', id: 'comment', url: 'https://fhir-scout.org/own/SearchParameter/comment', name: 'comment', status: 'active', description: 'What is said of the study.', code: 'comment', base: ['ImagingStudy'], type: 'string', expression: 'ImagingStudy.description' };
const withOwnParameter: Override = (reference) => {
  const stated = statingOf('ImagingStudy', (row) => ({ ...row, searchParam: [...(row.searchParam ?? []), { name: OWN.code, type: OWN.type, definition: OWN.url }] }))(reference);
  const said = saying((pairs, request) => [...pairs, ...pairsOf(request).filter(([name]) => name === OWN.code)])(reference);
  return {
    response(response, request) {
      if (request.method === 'GET' && /\/SearchParameter\?/.test(request.url) && pairsOf(request).some(([name, value]) => name === 'url' && value === OWN.url)) {
        return onResource(reference.response(response, request), (bundle) => ({ ...bundle, total: 1, entry: [{ fullUrl: OWN.url, resource: OWN, search: { mode: 'match' } }] }));
      }
      return (isSearch(request) ? said : stated).response?.(response, request) ?? reference.response(response, request);
    },
  };
};

export const HONESTY_FAULTS: readonly FaultRow[] = [
  {
    id: 'unknown-parameter-echoed',
    group: 'honesty',
    does: 'The self link claims parameters that were passed over.',
    breaks: selfLink,
    override: saying((said, request) => [...said, ...pairsOf(request).filter(([name]) => isFilter(name) && !said.some(([other]) => other === name))]),
  },
  {
    id: 'unknown-order-echoed',
    group: 'honesty',
    does: 'The self link claims an order, and included resources, by parameters that do not exist.',
    breaks: selfLink,
    override: saying((said, request) => [...said, ...pairsOf(request).filter(([name]) => /^_(sort|include|revinclude)\b/.test(name) && !said.some(([other]) => other === name))]),
  },
  {
    id: 'unknown-summary-echoed',
    group: 'honesty',
    does: 'Values of _summary and _total that do not exist are passed over, and the self link claims them.',
    breaks: selfLink,
    override: mappingPairs(([name, value]) => (name in ANSWER_CODES && !(ANSWER_CODES[name] ?? []).includes(value) ? [] : undefined)),
  },
  {
    id: 'self-link-drops-parameter',
    group: 'honesty',
    does: 'The self link leaves out a parameter that filtered.',
    breaks: selfLink,
    override: saying((said) => said.filter((_, position) => position !== said.findIndex(([name]) => isFilter(name)))),
  },
  {
    id: 'self-link-drops-modifier',
    group: 'honesty',
    does: 'The self link names parameters without their modifiers.',
    breaks: selfLink,
    override: saying((said) => said.map(([name, value]) => [isFilter(name) && !name.startsWith('_has') ? name.replace(/:(not|exact|contains|text|missing|in|not-in)$/, '') : name, value])),
  },
  {
    id: 'self-link-drops-repeat',
    group: 'honesty',
    does: 'The self link shows a repeated parameter once.',
    breaks: selfLink,
    override: saying((said) => said.filter(([name], position) => said.findIndex(([other]) => other === name) === position)),
  },
  {
    id: 'self-link-missing',
    group: 'honesty',
    does: 'There is no self link.',
    breaks: selfLink,
    override: answering((bundle) => ({ ...bundle, link: bundle.link?.filter(({ relation }) => relation !== 'self') })),
  },
  {
    id: 'self-link-first-value-only',
    group: 'honesty',
    does: 'The self link shows only the first of several values.',
    breaks: selfLink,
    override: saying((said) => said.map(([name, value]) => [name, isFilter(name) ? (value.split(',')[0] ?? value) : value])),
  },
  {
    id: 'self-link-drops-system',
    group: 'honesty',
    does: 'The self link shows codes without the systems that were asked for.',
    breaks: selfLink,
    override: saying((said) => said.map(([name, value]) => [name, isFilter(name) ? value.replace(/(^|,)[^,|]+\|(?=[^,])/g, '$1') : value])),
  },
  {
    id: 'strict-ignored',
    group: 'honesty',
    does: 'Prefer: handling=strict is passed over.',
    breaks: clause('search-strict', 'search.html#errors'),
    override: hearing((request) => (/handling/.test(request.headers.prefer ?? '') ? withoutHeaders(request, 'prefer') : request)),
  },
  {
    id: 'strict-ignored-by-post',
    group: 'honesty',
    does: 'Prefer: handling=strict is passed over in searches by POST.',
    breaks: clause('search-strict', 'search.html#errors'),
    override: hearing((request) => (request.method === 'POST' && /handling/.test(request.headers.prefer ?? '') ? withoutHeaders(request, 'prefer') : request)),
  },
  {
    id: 'unknown-parameter-finds-nothing',
    group: 'honesty',
    does: 'A search with an unknown parameter finds nothing.',
    breaks: rule('unknown-parameter'),
    override: searchingFor((pairs) => pairs.map(([name, value]) => (UNKNOWN.test(name) ? ['_id', 'fhir-scout-none'] : [name, value]))),
  },
  {
    id: 'unknown-parameter-drops-others',
    group: 'honesty',
    does: 'Beside an unknown parameter modality does not filter.',
    breaks: rule('and'),
    override: searchingFor((pairs) => (pairs.some(([name]) => UNKNOWN.test(name)) ? pairs.filter(([name]) => name !== 'modality') : pairs)),
  },
  {
    id: 'declared-parameter-does-not-filter',
    group: 'honesty',
    does: 'bodysite is declared and does not filter.',
    breaks: clause('capability-search-param', 'capabilitystatement-definitions.html#CapabilityStatement.rest.resource.searchParam'),
    override: mappingPairs(([name]) => (/^body-?site(:|$)/.test(name) ? [] : undefined)),
  },
  {
    id: 'own-parameter-does-not-filter',
    group: 'honesty',
    does: 'A search parameter of its own (comment, which reads the description) is declared and defined, and does not filter.',
    breaks: clause('capability-search-param', 'capabilitystatement-definitions.html#CapabilityStatement.rest.resource.searchParam'),
    override: withOwnParameter,
  },
  {
    id: 'supported-parameter-undeclared',
    group: 'honesty',
    does: 'modality works and is not declared.',
    breaks: clause('capability-search-param', 'capabilitystatement-definitions.html#CapabilityStatement.rest.resource.searchParam'),
    override: statingOf('ImagingStudy', (row) => ({ ...row, searchParam: row.searchParam?.filter(({ name }) => name !== 'modality') })),
  },
  {
    id: 'supported-interaction-undeclared',
    group: 'honesty',
    does: 'history-instance works and is not declared.',
    breaks: clause('capability-interaction', 'capabilitystatement-definitions.html#CapabilityStatement.rest.resource.interaction'),
    override: statingOf('ImagingStudy', (row) => ({ ...row, interaction: row.interaction?.filter(({ code }) => code !== 'history-instance') })),
  },
  {
    id: 'parameter-type-wrong',
    group: 'honesty',
    does: 'started is declared as a string.',
    breaks: clause('capability-search-param-type', 'capabilitystatement-definitions.html#CapabilityStatement.rest.resource.searchParam.type'),
    override: statingOf('ImagingStudy', (row) => ({ ...row, searchParam: row.searchParam?.map((parameter) => (parameter.name === 'started' ? { ...parameter, type: 'string' } : parameter)) })),
  },
  {
    id: 'declared-interaction-refused',
    group: 'honesty',
    does: 'vread is declared and answers 405.',
    breaks: clause('capability-interaction', 'capabilitystatement-definitions.html#CapabilityStatement.rest.resource.interaction'),
    override: responding((response, request) => (/\/_history\/[^/]+$/.test(splitUrl(request.url).path) ? refusal(405, 'vread is not supported.') : response)),
  },
  {
    id: 'declared-search-absent',
    group: 'honesty',
    does: 'The search of DiagnosticReport is declared and answers 404, as an unknown address does.',
    breaks: clause('capability-interaction', 'capabilitystatement-definitions.html#CapabilityStatement.rest.resource.interaction'),
    override: responding((response, request) => (isSearch(request) && /\/DiagnosticReport(\/_search)?$/.test(splitUrl(request.url).path) ? refusal(404, 'Not found.') : response)),
  },
  {
    id: 'fhir-version-wrong',
    group: 'honesty',
    does: 'The CapabilityStatement states the name of its FHIR version (R4), which is no version code.',
    breaks: clause('capability-version', 'capabilitystatement-definitions.html#CapabilityStatement.fhirVersion'),
    override: stating((statement) => ({ ...statement, fhirVersion: Object.values(FHIR_VERSIONS).find(({ version }) => version === statement.fhirVersion)?.name ?? 'R4' })),
  },
  {
    id: 'statement-without-date',
    group: 'honesty',
    does: 'The CapabilityStatement has no date.',
    breaks: clause('capability-date', 'capabilitystatement-definitions.html#CapabilityStatement.date'),
    override: stating(({ date: _dropped, ...statement }) => statement),
  },
  {
    id: 'statement-without-status',
    group: 'honesty',
    does: 'The CapabilityStatement has no status.',
    breaks: clause('capability-status', 'capabilitystatement-definitions.html#CapabilityStatement.status'),
    override: stating(({ status: _dropped, ...statement }) => statement),
  },
  {
    id: 'type-described-twice',
    group: 'honesty',
    does: 'The CapabilityStatement describes ImagingStudy twice.',
    breaks: clause('capability-resource', 'capabilitystatement-definitions.html#CapabilityStatement.rest.resource.type'),
    override: stating((statement) => ({ ...statement, rest: restOf(statement).map((rest) => ({ ...rest, resource: [...rest.resource, ...rest.resource.filter(({ type }) => type === 'ImagingStudy')] })) })),
  },
  {
    id: 'malformed-date-answers-everything',
    group: 'honesty',
    does: 'A malformed date does not filter.',
    breaks: rule('syntax-error'),
    override: mappingPairs(([name, value]) => (isDateParameter(name) && !/^([a-z]{2})?\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T.*)?)?)?$/.test(value) ? [] : undefined)),
  },
  {
    id: 'malformed-count-accepted',
    group: 'honesty',
    does: 'A negative _count is passed over.',
    breaks: rule('syntax-error'),
    override: mappingPairs(([name, value]) => (name === '_count' && !/^\d+$/.test(value) ? [] : undefined)),
  },
  {
    id: 'logical-miss-is-404',
    group: 'honesty',
    does: 'A search that finds nothing answers 404.',
    breaks: rule('logical-miss'),
    override: responding((response, request) => (isEmptySearch(response) && !/_count=0|_summary=count/.test(request.url) ? refusal(404, 'Nothing was found.') : response)),
  },
  {
    id: 'unknown-type-is-empty',
    group: 'honesty',
    does: 'A search on an unknown type answers an empty Bundle.',
    breaks: clause('unknown-type', 'http.html#search'), override: responding((response, request) => (response.status === 404 && /\/[A-Z][A-Za-z]+(\?|$)/.test(request.url) ? { status: 200, headers: response.headers, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 0, link: [{ relation: 'self',
    url: request.url }] }) } : response)),
  },
];

function withSelf(bundle: Bundle, pairs: Pairs): Bundle {
  return { ...bundle, link: bundle.link?.map((link) => (link.relation === 'self' ? { ...link, url: `${splitUrl(link.url).path}${pairs.length === 0 ? '' : `?${encodePairs(pairs)}`}` } : link)) };
}

function isEmptySearch(response: ServerResponse): boolean {
  if (response.status !== 200 || !response.body.startsWith('{"resourceType":"Bundle"')) return false;
  const bundle = JSON.parse(response.body) as Bundle;
  return bundle.type === 'searchset' && (bundle.entry ?? []).length === 0;
}

/** An error answer with an OperationOutcome. */
export function refusal(status: number, message: string): ServerResponse {
  return { status, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body: JSON.stringify(outcome('error', 'processing', message)) };
}

function restOf(statement: Resource): { resource: RestResource[] }[] {
  return statement.rest as { resource: RestResource[] }[];
}

/** The statement with each type's row changed; undefined leaves the row out. */
export function mapResources(statement: Resource, change: (row: RestResource) => RestResource | undefined): Resource {
  return { ...statement, rest: restOf(statement).map((rest) => ({ ...rest, resource: rest.resource.flatMap((row) => change(row) ?? []) })) };
}
