/** Legal variants in how access is denied. */
import { stating, refusal } from '../faults/honesty';
import { responding } from '../faults/rewriting';
import type { VariantRow } from '../faults/row';
import { splitUrl } from '../query-string';

const DENIED = 'https://hl7.org/fhir/R4/security.html#AccessDenied';

export const SECURITY_VARIANTS: readonly VariantRow[] = [
  {
    id: 'others-are-403',
    does: 'What a token may not see is answered with 403, not with 404.',
    url: DENIED,
    guarded: true,
    override: responding((response, request) => (response.status === 404 && /\/[A-Z][A-Za-z]+\/[^/?]+$/.test(splitUrl(request.url).path) && request.headers.authorization === 'Bearer one-patient' ? refusal(403, 'Not allowed.') : response)),
  },
  {
    id: 'unknown-is-403',
    does: 'A read of what does not exist is answered with 403, as one of what may not be seen.',
    url: DENIED,
    guarded: true,
    override: responding((response, request) => (response.status === 404 && request.method !== 'PUT' && /\/[A-Z][A-Za-z]+\/[^/?]+$/.test(splitUrl(request.url).path) ? refusal(403, 'Not allowed.') : response)),
  },
  {
    id: 'searches-of-one-patient-refused',
    does: 'A token bound to one patient must name the patient in each search; other searches are answered with 403.',
    url: DENIED,
    guarded: true,
    override: responding((response, request) => (request.headers.authorization === 'Bearer one-patient' && response.body.includes('"searchset"') && !/[?&](patient|subject)=/.test(request.url) ? refusal(403, 'Name the patient.') : response)),
  },
  {
    id: 'anonymous-is-403',
    does: 'Requests without credentials are answered with 403.',
    url: DENIED,
    guarded: true,
    override: responding((response) => (response.status === 401 ? refusal(403, 'Not allowed.') : response)),
  },
  {
    id: 'login-page',
    does: 'Requests without credentials are sent to a login page.',
    url: 'https://hl7.org/fhir/R4/security.html#authentication',
    guarded: true,
    override: responding((response) => (response.status === 401 ? { status: 302, headers: { location: 'https://login.example/' }, body: '' } : response)),
  },
  {
    id: 'security-declared-served-to-all',
    does: 'A public test server declares the security services that it supports, and answers everybody.',
    url: 'https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.rest.security.service',
    override: stating((statement) => ({ ...statement, rest: (statement.rest as { security?: object }[]).map((rest) => ({ ...rest, security: { ...rest.security, service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }] } })) })),
  },
];
