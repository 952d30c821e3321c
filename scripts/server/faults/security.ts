/** Faults in who may see what, and in what errors give away. */
import type { OperationOutcome } from '../../core/fhir';
import type { Access } from '../access';
import { wholeIndexOf } from '../access';
import type { Override } from '../behaviour';
import { splitUrl } from '../query-string';
import type { ServerRequest, ServerResponse } from '../request';
import { stating } from './honesty';
import { clause, type FaultRow } from './row';
import { responding } from './rewriting';

const access = (change: (granted: Access, request: ServerRequest) => Access): Override => (reference) => ({
  access: (granted, request) => change(reference.access(granted, request), request),
});

const STACK = '\n\tat org.example.fhir.SearchBuilder.resolve(SearchBuilder.java:214)\n\tat org.example.fhir.Server.handle(Server.java:87)\n\tat java.base/java.lang.Thread.run(Thread.java:1583)';

export const SECURITY_FAULTS: readonly FaultRow[] = [
  {
    id: 'anonymous-read',
    group: 'security',
    does: 'Requests without credentials are answered, though security is declared.',
    breaks: clause('security-anonymous', 'security.html#authentication'),
    guarded: true,
    override: access((granted, request) => (granted === 'none' && request.headers.authorization === undefined ? 'all' : granted)),
  },
  {
    id: 'forged-token-accepted',
    group: 'security',
    does: 'Any bearer token opens the server.',
    breaks: clause('security-forged', 'security.html#authentication'),
    guarded: true,
    override: access((granted, request) => (granted === 'none' && request.headers.authorization !== undefined ? 'all' : granted)),
  },
  {
    id: 'other-patient-read',
    group: 'security',
    does: 'With a token bound to one patient, resources of others can be read by their id.',
    breaks: clause('security-patient-read', 'security.html#binding'),
    guarded: true,
    override: access((granted, request) => (granted !== 'none' && /\/[A-Z][A-Za-z]+\/[^/_?]+$/.test(splitUrl(request.url).path) ? 'all' : granted)),
  },
  {
    id: 'other-patient-searched',
    group: 'security',
    does: 'With a token bound to one patient, searches find the resources of others.',
    breaks: clause('security-patient-search', 'security.html#binding'),
    guarded: true,
    override: (reference) => ({ select: (index, query) => reference.select(wholeIndexOf(index), query) }),
  },
  {
    id: 'other-patient-compartment',
    group: 'security',
    does: 'With a token bound to one patient, the compartments of others can be searched.',
    breaks: clause('security-patient-search', 'security.html#binding'),
    guarded: true,
    override: access((granted, request) => (granted !== 'none' && /\/Patient\/[^/_]+\/[A-Z][A-Za-z]+$/.test(splitUrl(request.url).path) ? 'all' : granted)),
  },
  {
    id: 'other-patient-included',
    group: 'security',
    does: 'With a token bound to one patient, _include and _revinclude bring the resources of others.',
    breaks: clause('security-patient-include', 'security.html#binding'),
    guarded: true,
    override: (reference) => ({ includes: (index, query, matches) => reference.includes(wholeIndexOf(index), query, matches) }),
  },
  {
    id: 'other-patient-included-forward',
    group: 'security',
    does: 'With a token bound to one patient, _include brings what a visible resource refers to, whosever it is.',
    breaks: clause('security-patient-include', 'security.html#binding'),
    guarded: true,
    override: (reference) => ({ includes: (index, query, matches) => [...reference.includes(index, query, matches), ...reference.includes(wholeIndexOf(index), { ...query, revinclude: [] }, matches)] }),
  },
  {
    id: 'other-patient-history',
    group: 'security',
    does: 'With a token bound to one patient, the histories of others\' resources can be read.',
    breaks: clause('security-patient-history', 'security.html#binding'),
    guarded: true,
    override: access((granted, request) => (granted !== 'none' && /\/_history$/.test(splitUrl(request.url).path) ? 'all' : granted)),
  },
  {
    id: 'other-patient-through-chain',
    group: 'security',
    does: 'With a token bound to one patient, chains look at the resources of others.',
    breaks: clause('security-patient-chain', 'security.html#binding'),
    guarded: true,
    override: (reference) => ({
      select(index, query) {
        if (query.criteria.every((criterion) => criterion.chain === undefined)) return reference.select(index, query);
        return reference.select(wholeIndexOf(index), query).filter((resource) => index.get(`${resource.resourceType}/${resource.id}`) !== undefined);
      },
    }),
  },
  {
    id: 'other-patient-counted-by-summary',
    group: 'security',
    does: 'With a token bound to one patient, _summary=count counts the matches of all.',
    breaks: clause('security-patient-total', 'security.html#binding'),
    guarded: true,
    override: (reference) => ({ select: (index, query) => reference.select(query.summary === 'count' ? wholeIndexOf(index) : index, query) }),
  },
  {
    id: 'other-patient-through-has',
    group: 'security',
    does: 'With a token bound to one patient, _has and chains look at the resources of others.',
    breaks: clause('security-patient-has', 'security.html#binding'),
    guarded: true,
    override: (reference) => ({ select: (index, query) => reference.select(wholeIndexOf(index), query).filter((resource) => index.get(`${resource.resourceType}/${resource.id}`) !== undefined) }),
  },
  {
    id: 'other-patient-counted',
    group: 'security',
    does: 'With a token bound to one patient, the total counts the matches of all.',
    breaks: clause('security-patient-total', 'security.html#binding'),
    guarded: true,
    override: (reference) => {
      let unseen = 0;
      return {
        select(index, query) {
          const seen = reference.select(index, query);
          unseen = reference.select(wholeIndexOf(index), query).length - seen.length;
          return seen;
        },
        total: (matches, included, asked) => reference.total(matches + unseen, included, asked),
      };
    },
  },
  {
    id: 'stack-trace-in-error',
    group: 'security',
    does: 'Errors show a stack trace.',
    breaks: { key: 'security-error-internals', url: 'https://cwe.mitre.org/data/definitions/209.html' },
    override: responding((response) => withDiagnostics(response, (said) => `java.lang.IllegalStateException: ${said}${STACK}`)),
  },
  {
    id: 'python-frame-in-error',
    group: 'security',
    does: 'Errors show where in the program they arose, without a heading.',
    breaks: { key: 'security-error-internals', url: 'https://cwe.mitre.org/data/definitions/209.html' },
    override: responding((response) => withDiagnostics(response, (said) => `${said}\n  File "/srv/app/router.py", line 218, in dispatch`)),
  },
  {
    id: 'password-in-error',
    group: 'security',
    does: 'Errors show the address of the database with its password.',
    breaks: { key: 'security-error-internals', url: 'https://cwe.mitre.org/data/definitions/209.html' },
    override: responding((response) => withDiagnostics(response, (said) => `${said} (query on postgres://fhir:hunter2@db.internal:5432/fhir)`)),
  },
  {
    id: 'secret-in-error',
    group: 'security',
    does: 'Errors repeat the Authorization header.',
    breaks: { key: 'security-error-secret', url: 'https://cwe.mitre.org/data/definitions/209.html' },
    override: responding((response, request) => (request.headers.authorization === undefined ? response : withDiagnostics(response, (said) => `${said} [authorization=${request.headers.authorization}]`))),
  },
  {
    id: 'cors-declared-not-sent',
    group: 'security',
    does: 'CORS is declared, and no header of it is sent.',
    breaks: clause('security-cors', 'capabilitystatement-definitions.html#CapabilityStatement.rest.security.cors'),
    override: stating((statement) => ({ ...statement, rest: (statement.rest as { security?: object }[]).map((rest) => ({ ...rest, security: { ...rest.security, cors: true } })) })),
  },
];

function withDiagnostics(response: ServerResponse, change: (said: string) => string): ServerResponse {
  if (response.status < 400 || !response.body.startsWith('{')) return response;
  const outcome = JSON.parse(response.body) as OperationOutcome;
  if (outcome.resourceType !== 'OperationOutcome') return response;
  return { ...response, body: JSON.stringify({ ...outcome, issue: outcome.issue.map((issue) => ({ ...issue, diagnostics: change(issue.diagnostics ?? '') })) }) };
}
