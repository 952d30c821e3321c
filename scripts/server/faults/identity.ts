/** Faults in which resource an address names, in what a client may ask for, and in the statement as a resource. */
import type { Resource } from '../../core/fhir';
import type { Override } from '../behaviour';
import { splitUrl } from '../query-string';
import type { ServerRequest } from '../request';
import { refusal, stating } from './honesty';
import { hearing, responding } from './rewriting';
import { clause, type FaultRow } from './row';

const identity = clause('identity', 'http.html#root');
const vread = clause('vread', 'http.html#vread');
const INSTANCE = /\/([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]+)$/;

interface RestResource {
  interaction?: { code: string }[];
  versioning?: string;
}
const eachType = (change: (row: RestResource) => RestResource) => stating((statement) => ({ ...statement, rest: (statement['rest'] as { resource?: RestResource[] }[]).map((rest) => ({ ...rest, resource: rest.resource?.map(change) })) }));

export const IDENTITY_FAULTS: readonly FaultRow[] = [
  { id: 'ids-ignore-case', group: 'rest', does: 'A read takes ids that differ in upper and lower case for the same.', breaks: identity, override: findingOther((asked, known) => asked.type === known.type && asked.id.toLowerCase() === known.id.toLowerCase()) },
  { id: 'ids-of-any-type', group: 'rest', does: 'A read finds a resource by its id below any type.', breaks: identity, override: findingOther((asked, known) => asked.id === known.id) },
  { id: 'accept-with-version-refused', group: 'rest', does: 'An Accept header with fhirVersion is answered by 406.', breaks: clause('content-type-parameters', 'http.html#version-parameter'), override: refusingAccept((accept) => /fhirVersion/i.test(accept)) },
  { id: 'accept-any-refused', group: 'rest', does: 'An Accept header of */* is answered by 406.', breaks: clause('content-negotiation', 'http.html#mime-type'), override: refusingAccept((accept) => accept === '*/*') },
  {
    id: 'head-of-unknown-is-200',
    group: 'rest',
    does: 'HEAD of what does not exist answers 200.',
    breaks: clause('head', 'http.html#head'),
    override: responding((response, request) => (request.method === 'HEAD' && response.status === 404 ? { ...response, status: 200 } : response)),
  },
  {
    id: 'vread-of-later-is-current',
    group: 'rest',
    does: 'A vread of a version that does not exist yet returns the current one.',
    breaks: vread,
    override: hearing((request) => (request.method === 'GET' ? { ...request, url: request.url.replace(/\/_history\/\d{4,}$/, '') } : request)),
  },
  {
    id: 'vread-etag-of-current',
    group: 'rest',
    does: 'A vread has the current version in its ETag.',
    breaks: vread,
    override: (reference) => {
      const current = new Map<string, string | undefined>();
      return {
        indexed(resource, previous) {
          current.set(`${resource.resourceType}/${resource.id ?? ''}`, resource.meta?.versionId);
          return reference.indexed(resource, previous);
        },
        response(response, request) {
          const answer = reference.response(response, request);
          const [, key = ''] = /\/([A-Z][A-Za-z]+\/[^/]+)\/_history\/[^/]+$/.exec(splitUrl(request.url).path) ?? [];
          const version = current.get(key);
          return version === undefined || answer.headers.etag === undefined ? answer : { ...answer, headers: { ...answer.headers, etag: `W/"${version}"` } };
        },
      };
    },
  },
  {
    id: 'outcome-of-own-code',
    group: 'rest',
    does: 'The issues of errors have the HTTP status for their code.',
    breaks: clause('error-outcome', 'http.html#return'),
    override: responding((response) => (response.status >= 400 ? { ...response, body: response.body.replace(/"code":"[a-z-]+"/, `"code":"${String(response.status)}"`) } : response)),
  },
  { id: 'statement-code-unknown', group: 'honesty', does: 'The statement calls the search of a type search.', breaks: clause('required-binding', 'terminologies.html#required'), override: eachType((row) => ({ ...row, ...(row.interaction === undefined ? {} : { interaction: [...row.interaction, { code: 'search' }] }) })) },
  { id: 'statement-mandatory-missing', group: 'honesty', does: 'The software in the statement has no name.', breaks: clause('mandatory-element', 'conformance-rules.html#cardinality'), override: stating((statement) => ({ ...statement, software: { version: '1.0' } })) },
  { id: 'statement-element-unknown', group: 'honesty', does: 'The statement has an element that FHIR does not define.', breaks: clause('json-form', 'json.html'), override: stating((statement) => ({ ...statement, supportedFormats: ['json'] })) },
  { id: 'versions-denied', group: 'honesty', does: 'The statement says that there are no versions, and resources have them.', breaks: clause('capability-versioning', 'http.html#versions'), override: eachType((row) => ({ ...row, versioning: 'no-version' })) },
];

interface Place {
  type: string;
  id: string;
}

/** A read of what is not there is taken for one of something else that is. */
function findingOther(isTaken: (asked: Place, known: Place) => boolean): Override {
  return (reference) => {
    const there = new Map<string, Place>();
    const keyOf = ({ resourceType, id = '' }: Resource) => `${resourceType}/${id}`;
    return {
      indexed(resource, previous) {
        there.set(keyOf(resource), { type: resource.resourceType, id: resource.id ?? '' });
        return reference.indexed(resource, previous);
      },
      unindexed(resource) {
        there.delete(keyOf(resource));
        return reference.unindexed(resource);
      },
      request(request) {
        const heard = reference.request(request);
        const asked = placeOf(heard);
        if (asked === undefined || there.has(`${asked.type}/${asked.id}`)) return heard;
        const other = [...there.values()].find((known) => isTaken(asked, known));
        return other === undefined ? heard : { ...heard, url: heard.url.replace(`/${asked.type}/${asked.id}`, `/${other.type}/${other.id}`) };
      },
    };
  };
}

function placeOf({ method, url }: ServerRequest): Place | undefined {
  const [, type, id] = (method === 'GET' ? INSTANCE.exec(splitUrl(url).path) : null) ?? [];
  return type === undefined || id === undefined ? undefined : { type, id };
}

function refusingAccept(isRefused: (accept: string) => boolean): Override {
  return responding((response, request) => (isRefused(request.headers.accept ?? '') ? refusal(406, 'This cannot be served.') : response));
}
