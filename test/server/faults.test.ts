import { FAULTS } from '../../scripts/server/faults';
import { behaviourWith, isHttpOnly } from '../../scripts/server/behaviour';
import { plantedBehaviour, plantedRows } from '../../scripts/server/planted';
import type { Bundle } from '../../scripts/core/fhir';
import { FROM_R5 } from '../../scripts/core/fhir-version';
import { createClient, linkOf, matchIds, resourceOf, BASE } from './client';
import { after, drop, found, imagingParameter, page, patient, self, statement, status, type Probe, type Row } from './fault-probes';
import { DCM } from './fixture';
import { ANSWER_PROBES } from './answer-probes';
import { DEEP_PROBES } from './deep-probes';
import { DATA_PROBES } from './data-probes';
import { DETAIL_PROBES } from './detail-probes';
import { FIDELITY_PROBES } from './fidelity-probes';
import { R5_SERVER } from './r5-fixture';
import { CURRENCY_PROBES } from './currency-probes';
import { FORM_PROBES } from './form-probes';
import { REST_PROBES } from './rest-probes';
import { PAGING_PROBES } from './paging-probes';
import { PATIENT_PROBES } from './patient-probes';
import { VALUE_PROBES } from './value-probes';
import { WRITING_PROBES } from './writing-probes';

/** Pages followed by their next links, three at most. */
const walk = (url: string): Probe => (client) => {
  const pages: string[] = [];
  for (let next: string | undefined = url; next !== undefined && pages.length < 3; ) {
    const answer: Bundle = client.bundle(next);
    pages.push(matchIds(answer).join(' '));
    next = linkOf(answer, 'next');
  }
  return pages.join(' / ');
};

const STARTED = 'ImagingStudy?started=';
const INCLUDE = 'ImagingStudy?_id=s1&_include=ImagingStudy:endpoint';

/** A guarded server: `all` sees everything, `one` sees Patient/p1. */
const RULES = { tokens: ['all'], patientTokens: { one: 'Patient/p1' } };
const as = (token: string) => ({ authorization: `Bearer ${token}` });
const seenAs = (token: string, url: string): Probe => (client) => (client.bundle(url, as(token)).entry ?? []).map((entry) => entry.resource?.id).join(' ');

/** Every fault of the table has a row: with it the answer is wrong, without it right. */
const PROBES: Readonly<Record<string, Row>> = {
  'token-system-ignored': [found(`ImagingStudy?modality=${DCM}|CT`), 's1 s4', 's1 s4 s5'],
  'token-no-system-any': [found('ImagingStudy?modality=|MR'), 's2', 's2 s4'],
  'token-system-only-empty': [found(`ImagingStudy?modality=${DCM}|`), 's1 s4', ''],
  'token-code-ignored': [found(`ImagingStudy?modality=${DCM}|MR`), 's4', 's1 s4'],
  'token-bare-code-needs-no-system': [found('ImagingStudy?modality=MR'), 's2 s4', 's2'],
  'token-first-coding-only': [found('ImagingStudy?reason=R05'), 's1', ''],
  'token-not-per-item': [found('ImagingStudy?modality:not=CT'), 's2 s3', 's1 s2 s3 s4'],
  'token-not-drops-valueless': [found('ImagingStudy?modality:not=CT'), 's2 s3', 's2'],
  'token-not-ignored': [found('ImagingStudy?modality:not=CT'), 's2 s3', 's1 s4 s5'],
  'modifier-ignored': [found('ImagingStudy?status:wrong=registered'), '400', 's3'],
  'known-modifier-passed-over': [found('ImagingStudy?status:not=registered'), 's1 s2 s4 s5', 's1 s2 s3 s4 s5'],
  'modifier-drops-parameter': [found('ImagingStudy?status:wrong=registered'), '400', 's1 s2 s3 s4 s5'],
  'token-text-searches-code': [found('ImagingStudy?reason:text=cough'), 's1', ''],
  'token-of-type-ignores-type': [found('ImagingStudy?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|ACC-1'), '', 's1'],
  'missing-inverted': [found('ImagingStudy?modality:missing=true'), 's3', 's1 s2 s4 s5'],
  'missing-ignored': [found('ImagingStudy?modality:missing=true'), 's3', 's1 s2 s3 s4 s5'],

  'modality-from-study': [found('ImagingStudy?modality=SR'), 's1', ''],
  'first-series-only': [found('ImagingStudy?modality=SR'), 's1', ''],
  'first-instance-only': [found('ImagingStudy?instance=1.2.3.1.1.2'), 's1', ''],
  'endpoint-study-only': [found('ImagingStudy?endpoint=Endpoint/e2'), 's1', ''],
  'endpoint-series-only': [found('ImagingStudy?endpoint=Endpoint/e1'), 's1', ''],
  'identifier-without-accession': [found('ImagingStudy?identifier=ACC-1'), 's1', ''],
  'identifier-first-only': [found('ImagingStudy?identifier=ACC-1'), 's1', ''],
  'reason-not-indexed': [found('ImagingStudy?reason=COUGH'), 's1', ''],
  'basedon-not-indexed': [found('ImagingStudy?basedon=ServiceRequest/r1'), 's1', ''],
  'performer-not-indexed': [found('ImagingStudy?performer=Practitioner/pr1'), 's1', ''],
  'bodysite-not-indexed': [found('ImagingStudy?bodysite=chest'), 's1 s4', ''],
  'body-structure-not-indexed': [found('ImagingStudy?body-structure=BodyStructure/b1'), 'reference both', ''],
  'concept-hides-reference': [found('ImagingStudy?body-structure=BodyStructure/b1'), 'reference both', 'reference'],
  'reference-hides-concept': [found('ImagingStudy?body-site=chest'), 'concept both', 'concept'],
  'dicom-class-not-indexed': [found('ImagingStudy?dicom-class=urn:oid:1.2.840.10008.5.1.4.1.1.2'), 's1', ''],
  'series-uid-as-urn': [found('ImagingStudy?series=1.2.3.1.2'), 's1', ''],
  'started-without-time': [found(`${STARTED}2024-01-01T10:00:00Z`), 's1', ''],
  'modality-bodysite-joined': [found('ImagingStudy?modality=CT&bodysite=chest'), 's1 s4', 's1'],

  'reference-own-base-unmatched': [found(`ImagingStudy?patient=${BASE}/Patient/p1`), 's1', ''],
  'reference-type-ignored': [found('ImagingStudy?subject=Patient/p1'), 's1', 's1 s3'],
  'reference-bare-id-unmatched': [found('ImagingStudy?patient=p1'), 's1', ''],
  'reference-type-modifier-ignored': [found('ImagingStudy?subject:Patient=p1'), 's1', 's1 s3'],
  'reference-identifier-of-target': [found('ImagingStudy?subject:identifier=A1'), 's5', 's1'],
  'patient-finds-any-subject': [found('ImagingStudy?patient=p1'), 's1', 's1 s3'],
  'chain-ignores-filter': [found('ImagingStudy?patient.identifier=A1'), 's1', 's1 s2 s5'],
  'chain-finds-nothing': [found('ImagingStudy?patient.identifier=A1'), 's1', ''],
  'chain-dropped': [found('ImagingStudy?patient.identifier=A1'), 's1', 's1 s2 s3 s4 s5'],
  'has-ignores-filter': [found('Patient?_has:ImagingStudy:patient:modality=CT'), 'p1', 'p1 p2'],
  'has-dropped': [found('Patient?_has:ImagingStudy:patient:modality=CT'), 'p1', 'p1 p2 p3'],
  'has-counts-deleted': [after(drop('ImagingStudy', 's1'), found('Patient?_has:ImagingStudy:patient:modality=CT')), '', 'p1'],

  'date-ge-as-gt': [found(`${STARTED}ge2024-01-02`), 's2 s3 s4', ''],
  'date-le-as-lt': [found(`${STARTED}le2024-01-01`), 's1 s5', 's5'],
  'date-gt-as-ge': [found(`${STARTED}gt2024-01-02`), '', 's2 s3 s4'],
  'date-lt-as-le': [found(`${STARTED}lt2024-01-01`), 's5', 's1 s5'],
  'date-sa-as-ge': [found(`${STARTED}sa2024-01-02`), '', 's2 s3 s4'],
  'date-eb-as-le': [found(`${STARTED}eb2024-01-01`), 's5', 's1 s5'],
  'date-ne-as-eq': [found(`${STARTED}ne2024-01-01`), 's2 s3 s4 s5', 's1'],
  'date-prefix-ignored': [found(`${STARTED}lt2024-01-01`), 's5', 's1'],
  'date-gt-and-lt-swapped': [found(`${STARTED}lt2024-01-01`), 's5', 's2 s3 s4'],
  'date-le-includes-next-midnight': [found(`${STARTED}le2024-01-01`), 's1 s5', 's1 s3 s5'],
  'date-eq-as-overlap': [found(`${STARTED}2023-06-15`), '', 's5'],
  'date-seconds-widened': [found(`${STARTED}2024-01-02T00:00:00Z`), 's3', 's3 s4'],
  'date-month-as-first-day': [found(`${STARTED}2024-01`), 's1 s2 s3 s4', 's1'],
  'date-search-offset-dropped': [found(`${STARTED}2024-01-01T23:30:00-05:00`), 's2', ''],
  'date-offset-dropped': [found(`${STARTED}2024-01-01`), 's1', 's1 s2'],
  'date-negative-offset-lost': [found(`${STARTED}2024-01-02`), 's2 s3 s4', 's3 s4'],
  'last-updated-ignored': [found('ImagingStudy?_lastUpdated=lt2020'), '', 's1 s2 s3 s4 s5'],

  'or-as-and': [found('ImagingStudy?modality=SR,MR'), 's1 s2 s4', ''],
  'or-first-only': [found('ImagingStudy?modality=SR,MR'), 's1 s2 s4', 's1'],
  'and-as-or': [found('ImagingStudy?modality=CT&modality=MR'), 's4', 's1 s2 s4 s5'],
  'last-repeat-wins': [found('ImagingStudy?modality=CT&modality=MR'), 's4', 's2 s4'],
  'first-repeat-wins': [found('ImagingStudy?modality=CT&modality=MR'), 's4', 's1 s4 s5'],
  'first-parameter-only': [found('ImagingStudy?modality=CT&status=cancelled'), 's5', 's1 s4 s5'],
  'escaped-comma-splits': [found('ImagingStudy?_tag=a\\,b'), 's3', ''],
  'escaped-dollar-kept': [after((client) => client.send('PUT', 'Patient/d', patient('d', { identifier: [{ value: 'a$b' }] })), found('Patient?identifier=a\\$b')), 'd', ''],
  'escaped-bar-splits': [found('ImagingStudy?bodysite=a\\|b'), 's5', ''],
  'empty-parameter-finds-nothing': [found('ImagingStudy?modality=CT&status='), 's1 s4 s5', ''],
  'post-body-ignored': [(client) => matchIds(resourceOf(client.post('ImagingStudy/_search', 'modality=SR')) as Bundle).join(' '), 's1', 's1 s2 s3 s4 s5'],
  'post-url-ignored': [(client) => matchIds(resourceOf(client.post('ImagingStudy/_search?status=available', 'modality=CT')) as Bundle).join(' '), 's1 s4', 's1 s4 s5'],

  'next-loses-modifier': [walk('ImagingStudy?modality:not=CT&_count=1'), 's2 / s3', 's2 / s4 / s5'],
  'next-loses-filters': [walk('ImagingStudy?modality=CT&_count=2'), 's1 s4 / s5', 's1 s4 / s3 s4 / s5'],
  'next-repeats-page-one': [walk('ImagingStudy?modality=CT&_count=2'), 's1 s4 / s5', 's1 s4 / s1 s4 / s1 s4'],
  'next-skips-one': [walk('ImagingStudy?_count=2'), 's1 s2 / s3 s4 / s5', 's1 s2 / s4 s5'],
  'next-overlaps': [walk('ImagingStudy?_count=2'), 's1 s2 / s3 s4 / s5', 's1 s2 / s2 s3 / s3 s4'],
  'next-missing-elsewhere': [walk('Patient?_count=2'), 'p1 p2 / p3', 'p1 p2'],
  'next-missing': [walk('ImagingStudy?_count=2'), 's1 s2 / s3 s4 / s5', 's1 s2'],
  'post-next-unusable': [(client) => client.send('GET', String(linkOf(resourceOf(client.post('ImagingStudy/_search', '_count=2')) as Bundle, 'next'))).status, 200, 405],
  'chained-page-two-truncated': [walk('ImagingStudy?subject.identifier=A1,B2&_count=1'), 's1 / s2', 's1 / '],
  'includes-consume-count': [page('ImagingStudy?modality=CT&_count=2&_include=ImagingStudy:endpoint'), 's1 match, s4 match, e1 include, e2 include', 's1 match, e1 include, e2 include'],
  'include-marked-match': [page(INCLUDE), 's1 match, e1 include, e2 include', 's1 match, e1 match, e2 match'],
  'entry-mode-missing': [page(INCLUDE), 's1 match, e1 include, e2 include', 's1 -, e1 -, e2 -'],
  'total-counts-includes': [(client) => client.bundle(INCLUDE).total, 1, 3],
  'total-of-page': [(client) => client.bundle('ImagingStudy?_count=2').total, 5, 2],
  'total-off-by-one': [(client) => client.bundle('ImagingStudy?modality=CT').total, 3, 4],
  'count-exceeded': [page('ImagingStudy?_count=2'), 's1 match, s2 match', 's1 match, s2 match, s3 match'],
  'count-ignored': [page('ImagingStudy?_count=1'), 's1 match', 's1 match, s2 match, s3 match, s4 match, s5 match'],
  'count-zero-with-entries': [(client) => client.bundle('ImagingStudy?_count=0').entry?.length, undefined, 5],
  'summary-count-with-entries': [(client) => client.bundle('ImagingStudy?_summary=count').entry?.length, undefined, 5],
  'sort-ignored': [found('ImagingStudy?_sort=started'), 's5 s1 s3 s4 s2', 's1 s2 s3 s4 s5'],
  'sort-reversed': [found('ImagingStudy?_sort=started'), 's5 s1 s3 s4 s2', 's2 s4 s3 s1 s5'],
  'sort-descending-ignored': [found('ImagingStudy?_sort=-started'), 's2 s4 s3 s1 s5', 's5 s1 s3 s4 s2'],
  'sort-first-key-only': [found('ImagingStudy?_sort=status,-started'), 's2 s4 s1 s5 s3', 's1 s2 s4 s5 s3'],
  'include-ignored': [page(INCLUDE), 's1 match, e1 include, e2 include', 's1 match'],
  'revinclude-ignored': [page('Patient?_id=p1&_revinclude=ImagingStudy:patient'), 'p1 match, s1 include', 'p1 match'],
  'include-first-only': [page(INCLUDE), 's1 match, e1 include, e2 include', 's1 match, e1 include'],
  'include-first-page-only': [(client) => client.bundle(String(linkOf(client.bundle('ImagingStudy?_count=1&_include=ImagingStudy:subject'), 'next'))).entry?.length, 2, 1],
  'include-twice': [page(INCLUDE), 's1 match, e1 include, e2 include', 's1 match, e1 include, e2 include, e1 include'],
  'match-twice': [page('ImagingStudy?modality=SR'), 's1 match', 's1 match, s1 match'],
  'full-url-of-other': [(client) => client.bundle('ImagingStudy?_id=s1').entry?.[0]?.fullUrl, `${BASE}/ImagingStudy/s1`, `${BASE}/ImagingStudy/s10`],
  'full-url-relative': [(client) => client.bundle('ImagingStudy?_id=s1').entry?.[0]?.fullUrl, `${BASE}/ImagingStudy/s1`, 'ImagingStudy/s1'],
  'bundle-type-collection': [(client) => client.bundle('ImagingStudy').type, 'searchset', 'collection'],
  'elements-drop-mandatory': [(client) => Object.keys(client.bundle('ImagingStudy?_id=s1&_elements=started').entry?.[0]?.resource ?? {}).sort().join(' '), 'id meta resourceType started status subject', 'id meta resourceType started'],
  'subset-untagged': [(client) => client.bundle('ImagingStudy?_id=s1&_summary=true').entry?.[0]?.resource?.meta?.tag?.[0]?.code, 'SUBSETTED', undefined],

  'unknown-parameter-echoed': [self('ImagingStudy?modality=CT&nonsense=1'), 'ImagingStudy?modality=CT', 'ImagingStudy?modality=CT&nonsense=1'],
  'unknown-order-echoed': [self('ImagingStudy?_id=s1&_sort=nonsense'), 'ImagingStudy?_id=s1', 'ImagingStudy?_id=s1&_sort=nonsense'],
  'unknown-summary-echoed': [(client) => (client.send('GET', 'ImagingStudy?_summary=nonsense').status === 200 ? self('ImagingStudy?_summary=nonsense')(client) : 'refused'), 'refused', 'ImagingStudy?_summary=nonsense'],
  'self-link-drops-parameter': [self('ImagingStudy?modality=CT'), 'ImagingStudy?modality=CT', 'ImagingStudy'],
  'self-link-missing': [self('ImagingStudy?modality=CT'), 'ImagingStudy?modality=CT', undefined],
  'self-link-first-value-only': [self('ImagingStudy?modality=CT,MR'), 'ImagingStudy?modality=CT,MR', 'ImagingStudy?modality=CT'],
  'strict-ignored': [status('GET', 'ImagingStudy?nonsense=1', undefined, { prefer: 'handling=strict' }), 400, 200],
  'unknown-parameter-drops-others': [found('ImagingStudy?modality=SR&nonsense=1'), 's1', 's1 s2 s3 s4 s5'],
  'unknown-parameter-finds-nothing': [found('ImagingStudy?modality=SR&nonsense=1'), 's1', ''],
  'declared-parameter-does-not-filter': [found('ImagingStudy?bodysite=head'), 's2 s4', 's1 s2 s3 s4 s5'],
  'own-parameter-does-not-filter': [self('ImagingStudy?comment=nothing'), 'ImagingStudy', 'ImagingStudy?comment=nothing'],
  'supported-parameter-undeclared': [imagingParameter('modality'), 'token', undefined],
  'supported-interaction-undeclared': [statement((said) => (said.rest[0]?.resource.find(({ type }) => type === 'ImagingStudy') as { interaction?: { code: string }[] } | undefined)?.interaction?.some(({ code }) => code === 'history-instance')), true, false],
  'parameter-type-wrong': [imagingParameter('started'), 'date', 'string'],
  'declared-interaction-refused': [status('GET', 'Patient/p1/_history/1'), 200, 405],
  'declared-search-absent': [status('GET', 'DiagnosticReport?_count=1'), 200, 404],
  'fhir-version-wrong': [statement((said) => said.fhirVersion), '4.0.1', 'R4'],
  'statement-without-date': [statement((said) => typeof said.date), 'string', 'undefined'],
  'statement-without-status': [statement((said) => said.status), 'active', undefined],
  'type-described-twice': [statement((said) => said.rest[0]?.resource.filter(({ type }) => type === 'ImagingStudy').length), 1, 2],
  'malformed-date-answers-everything': [found(`${STARTED}yesterday`), '400', 's1 s2 s3 s4 s5'],
  'malformed-count-accepted': [status('GET', 'ImagingStudy?_count=-1'), 400, 200],
  'logical-miss-is-404': [found('ImagingStudy?patient=nobody'), '', '404'],
  'unknown-type-is-empty': [status('GET', 'Nonsense?_id=1'), 404, 200],

  ...VALUE_PROBES,
  ...WRITING_PROBES,
  ...PATIENT_PROBES,
  ...REST_PROBES,
  ...FIDELITY_PROBES,
  ...FORM_PROBES,
  ...DATA_PROBES,
  ...DEEP_PROBES,
  ...DETAIL_PROBES,
  ...PAGING_PROBES,
  ...ANSWER_PROBES,
  ...CURRENCY_PROBES,

  'endpoint-payload-type-missing': [(client) => resourceOf(client.send('GET', 'Endpoint/e1')).payloadType, [{ text: 'x' }], undefined],
  'anonymous-read': [status('GET', 'Patient/p1'), 401, 200],
  'forged-token-accepted': [status('GET', 'Patient/p1', undefined, as('forged')), 401, 200],
  'other-patient-read': [status('GET', 'ImagingStudy/s2', undefined, as('one')), 404, 200],
  'other-patient-searched': [seenAs('one', 'ImagingStudy?modality=MR'), 's4', 's2 s4'],
  'other-patient-included': [(client) => {
    client.send('PUT', 'ImagingStudy/s2', { resourceType: 'ImagingStudy', id: 's2', status: 'available', subject: { reference: 'Patient/p2' }, endpoint: [{ reference: 'Endpoint/e1' }] }, as('all'));
    return seenAs('one', 'Endpoint?_id=e1&_revinclude=ImagingStudy:endpoint')(client);
  }, 'e1 s1', 'e1 s1 s2'],
  'other-patient-through-has': [(client) => {
    client.send('PUT', 'ImagingStudy/s2', { resourceType: 'ImagingStudy', id: 's2', status: 'available', subject: { reference: 'Patient/p2' }, endpoint: [{ reference: 'Endpoint/e1' }] }, as('all'));
    return seenAs('one', 'Endpoint?_has:ImagingStudy:endpoint:_id=s2')(client);
  }, '', 'e1'],
  'other-patient-counted': [(client) => client.bundle('ImagingStudy', as('one')).total, 4, 5],
  'stack-trace-in-error': [(client) => client.send('GET', 'Patient/none').body.includes('SearchBuilder.java:214'), false, true],
  'secret-in-error': [(client) => client.send('GET', 'Patient/none', undefined, as('all')).body.includes('Bearer all'), false, true],
  'cors-declared-not-sent': [statement((said) => (said.rest[0] as { security?: { cors?: boolean } } | undefined)?.security?.cors), false, true],
};

test('the table has the size it promises, each id once, and every fault has a probe', () => {
  const ids = FAULTS.map((fault) => fault.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(Object.keys(PROBES).toSorted());
  expect(ids.length).toBeGreaterThanOrEqual(120);
});

test.each(FAULTS)('$id: $does', ({ id, override, guarded, versions }) => {
  const [probe, right, wrong] = PROBES[id] as Row;
  const options = { ...(versions === FROM_R5 ? R5_SERVER : {}), ...(guarded === true ? { access: RULES } : {}) };
  expect(probe(createClient(options))).toEqual(right);
  expect(probe(createClient({ ...options, behaviour: behaviourWith([override]) }))).toEqual(wrong);
});

test('a fault in the matches leaves the self link as it was asked for', () => {
  const client = createClient({ behaviour: plantedBehaviour(['token-system-ignored'], []) });
  expect(self(`ImagingStudy?modality=${DCM}|CT&nonsense=1&_count=2`)(client)).toBe(self(`ImagingStudy?modality=${DCM}|CT&nonsense=1&_count=2`)(createClient()));
});

test('faults add up, and those of HTTP alone are marked as fit for a proxy', () => {
  const client = createClient({ behaviour: plantedBehaviour(['token-system-ignored', 'date-ge-as-gt', 'read-without-etag'], ['pretty']) });
  expect(client.ids(`ImagingStudy?modality=${DCM}|CT`)).toEqual(['s1', 's4', 's5']);
  expect(client.ids(`${STARTED}ge2024-01-02`)).toEqual([]);
  const read = client.send('GET', 'Patient/p1');
  expect(read.headers.etag).toBeUndefined();
  expect(read.body).toContain('\n  "id"');
  const rows = plantedRows();
  expect(rows.find((row) => row.id === 'token-system-ignored')?.http).toBe(true);
  expect(rows.find((row) => row.id === 'stale-index-after-update')?.http).toBe(false);
  expect(FAULTS.filter((fault) => isHttpOnly(fault.override)).length).toBeGreaterThan(100);
});

test('a planted fault that cannot read a request leaves the refusal to the server', () => {
  const client = createClient({ behaviour: plantedBehaviour(['token-system-ignored'], []) });
  expect(client.send('GET', 'ImagingStudy?modality=%zz').status).toBe(400);
});

test('an unknown id is a known error that names what is near', () => {
  expect(() => plantedBehaviour(['token-nothing'], [])).toThrow(/There is no fault "token-nothing"/);
  expect(() => plantedBehaviour(['no-total'], [])).toThrow(/no-total is a variant, not a fault/);
  expect(() => plantedBehaviour(['cross-study-unknown'], [])).toThrow(/planted by scout selftest only/);
  expect(() => plantedBehaviour([], ['nothing'])).toThrow(expect.objectContaining({ code: 'no-such-variant' }) as Error);
});
