/** Runs for the tests of reports: one with every verdict and content that tries to break a report, one that is large. */
import { VERDICTS, summarize, type Exchange, type HonestyRow, type Result, type Run, type Step, type Verdict } from '../../scripts/core/result';

export const BASE = 'https://pacs.example.org/fhir';
const SPEC = 'https://hl7.org/fhir/R4/';

/** Sets `window.attacked` where it runs: in a script, an event handler or a link. */
export const ATTACKS = [
  '</script><script>window.attacked=1</script>',
  '<img src=x onerror="window.attacked=1">',
  '"><svg onload=window.attacked=1>',
  "' onmouseover='window.attacked=1",
  '<!--<script>window.attacked=1</script>-->',
  '{{constructor.constructor("window.attacked=1")()}}',
  '\u001b[2J\u001b]0;attacked\u0007 \u2028 \u2029 \u0000 \ud800 \u202egnp.exe ]]>',
] as const;

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `ImagingStudy/study-${String(from + index).padStart(4, '0')}`);

export function exchange(path: string, body: unknown, status = 200, headers: Record<string, string> = {}): Exchange {
  return {
    request: { method: 'GET', url: `${BASE}${path}`, headers: { accept: 'application/fhir+json', authorization: 'Bearer ***' } },
    response: {
      status,
      headers: { 'content-type': 'application/fhir+json;charset=UTF-8', 'x-request-id': 'aY7RkPq3', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    },
    durationMs: 34.6,
  };
}

const searchset = (references: readonly string[]) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  total: references.length,
  link: [{ relation: 'self', url: `${BASE}/ImagingStudy` }],
  entry: references.map((reference) => ({
    fullUrl: `${BASE}/${reference}`,
    resource: { resourceType: 'ImagingStudy', id: reference.split('/')[1], status: 'available', numberOfSeries: 2, series: [{ uid: '1.2.826.0.1.3680043.9.1', modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' } }] },
    search: { mode: 'match' },
  })),
});

const MODALITY = { id: 'fhir-r4-search-token-code', url: `${SPEC}search.html#token`, text: 'A token search for a code alone matches that code in any system, and nothing else.' };
const DATE = { id: 'fhir-r4-search-date-prefix', url: `${SPEC}search.html#prefix`, text: 'A date prefix compares the whole range that the search value implies with the whole range of the element.' };

function result(id: string, verdict: Verdict, title: string, message: string, more: Partial<Result> = {}): Result {
  return {
    id, title, message, verdict, group: id.split('.')[0]!, expectation: 'SHALL', requirement: MODALITY,
    exchanges: [exchange(`/ImagingStudy?${id.split('.').at(-1)}=CT`, searchset(ids(0, 3)))],
    ...more,
  };
}

const study = { resourceType: 'ImagingStudy' };

export function sampleResults(): Result[] {
  return [
    result('capability.statement', 'pass', 'The server states what it can do', 'The CapabilityStatement is there and states FHIR 4.0.1.', {
      requirement: { id: 'fhir-r4-http-capabilities', url: `${SPEC}http.html#capabilities`, text: 'A server answers GET [base]/metadata with its CapabilityStatement.' },
      exchanges: [exchange('/metadata', { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', description: ATTACKS[0] })],
    }),
    result('search.imagingstudy.modality.code', 'fail', 'modality=CT finds the studies with a CT series', '2 studies are missing and 1 should not be there: the server searches only the first series.', {
      resourceType: 'ImagingStudy',
      cause: 'Only the first series of a study is searched.',
      expected: [...ids(1, 40), 'ImagingStudy/ct-behind-pet', 'ImagingStudy/ct-second'].sort(),
      actual: [...ids(1, 40), 'ImagingStudy/mr-only'].sort(),
      witness: {
        reference: 'ImagingStudy/ct-second',
        why: 'Its second series has the modality CT, and it was not returned.',
        excerpt: { ...study, id: 'ct-second', series: [{ uid: '1.2.840.1', modality: { code: 'MR' } }, { uid: '1.2.840.2', modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' } }], numberOfSeries: 2, description: 'Thorax\nund "Abdomen"' },
      },
      exchanges: [exchange('/ImagingStudy?modality=CT&_count=50', searchset([...ids(1, 40), 'ImagingStudy/mr-only'])), exchange('/ImagingStudy/ct-second', { ...study, id: 'ct-second' })],
    }),
    result('search.imagingstudy.bodysite.code', 'fail', 'bodysite=51185008 finds the studies with a chest series', '1 study is missing: the server searches only the first series.', {
      resourceType: 'ImagingStudy',
      cause: 'Only the first series of a study is searched.',
      expected: ['ImagingStudy/ct-second', 'ImagingStudy/study-0001'],
      actual: ['ImagingStudy/study-0001'],
    }),
    result('search.imagingstudy.started.ge', 'fail', 'started=ge2026-01-01 finds the studies from 2026 on', '4,991 of 5,000 studies are missing, and 9 studies of other years came back.', {
      resourceType: 'ImagingStudy',
      requirement: DATE,
      expected: ids(0, 5000),
      actual: [...ids(0, 9), ...ids(7000, 7009)],
      curl: `curl -H 'accept: application/fhir+json' -H 'authorization: Bearer ***' '${BASE}/ImagingStudy?started=ge2026-01-01'`,
      exchanges: [{ ...exchange('/ImagingStudy?started=ge2026-01-01', searchset(ids(0, 400))), response: { status: 200, headers: { 'content-type': 'application/fhir+json' }, body: `${JSON.stringify(searchset(ids(0, 400))).slice(0, 65_536)}`, truncatedAt: 65_536 } }],
    }),
    result('search.imagingstudy.sort.started', 'fail', '_sort=started puts the earliest study first', 'The order is wrong from the second study on.', {
      resourceType: 'ImagingStudy',
      requirement: { id: 'fhir-r4-search-sort', url: `${SPEC}search.html#sort`, text: 'Results come in the order that _sort asks for.' },
      expected: ids(0, 6),
      actual: [...ids(0, 1), ...ids(1, 6).reverse()],
    }),
    result('read.patient.unknown', 'fail', 'Reading an unknown Patient is answered 404', `The server answered 200 with a page: ${ATTACKS[1]} ${ATTACKS[6]}`, {
      resourceType: 'Patient',
      requirement: { id: 'fhir-r4-http-read', url: `${SPEC}http.html#read`, text: `An unknown id is answered 404 ${ATTACKS[2]}` },
      expected: ['404'],
      actual: ['200'],
      witness: { reference: `Patient/${ATTACKS[3]}`, why: `שלום עולם (hello) ${ATTACKS[4]}`, excerpt: { text: ATTACKS.join(' '), name: '山田太郎 🩻' } },
      exchanges: [
        exchange('/Patient/no-such-id', `<!doctype html><html><body>${ATTACKS.join('\n')}</body></html>`, 200, { 'content-type': 'text/html', 'x-evil': ATTACKS[0] }),
        { ...exchange('/Patient/_search', '{"broken": ', 418), request: { method: 'POST', url: `${BASE}/Patient/_search`, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `name=O'Brien&x=${ATTACKS[5]}` } },
      ],
    }),
    result('data.imagingstudy.link', 'fail', 'Requirement links are never scripts', 'The guide of this rule names a script as its address.', {
      requirement: { id: `guide-rule-${ATTACKS[2]}`, url: 'javascript:window.attacked=1', text: 'A rule of a foreign guide.' },
      exchanges: [],
    }),
    result('search.patient.identifier', 'error', 'identifier=s|v finds the patient', 'The server did not answer within 30 s.', {
      resourceType: 'Patient',
      exchanges: [{ request: { method: 'GET', url: `${BASE}/Patient?identifier=urn:oid:1.2.3|7`, headers: {} }, error: 'time-out after 30 s', durationMs: 30_000 }],
    }),
    result('search.patient.name', 'error', 'name=ann finds Ann', 'The server did not answer within 30 s.', { resourceType: 'Patient', exchanges: [] }),
    result('search.imagingstudy.self-link', 'warn', 'The self link repeats the criteria that were used', 'The self link of a POST search drops the criteria.', {
      resourceType: 'ImagingStudy', expectation: 'SHOULD',
      requirement: { id: 'fhir-r4-search-self-link', url: `${SPEC}search.html#conformance`, text: 'The self link carries the parameters that the server really used.' },
    }),
    result('search.imagingstudy.ap', 'info', 'started=ap2026 is answered', 'The server refuses the prefix ap with 400; it may.', { resourceType: 'ImagingStudy', expectation: 'MAY', requirement: DATE }),
    result('search.imagingstudy.basedon.chain', 'no-data', 'basedon:ServiceRequest.identifier equals the join', 'No study with a basedOn reference was seen; a study with basedOn = ServiceRequest/x is needed.', { resourceType: 'ImagingStudy', exchanges: [] }),
    result('search.imagingstudy.reason', 'not-declared', 'reason finds the studies with a reason', 'The CapabilityStatement does not list the search parameter reason for ImagingStudy.', { resourceType: 'ImagingStudy', exchanges: [] }),
    result('read.imagingstudy.read', 'pass', 'Every study found can be read', '43 studies were read.', { resourceType: 'ImagingStudy', expected: ids(0, 43), actual: ids(0, 43) }),
    ...['status', 'patient', 'subject', 'identifier', 'series', 'instance', 'dicom-class', 'endpoint', 'performer', 'interpreter', 'referrer', 'encounter'].map((code) =>
      result(`search.imagingstudy.${code}.basic`, 'pass', `${code} finds exactly the expected studies`, 'The set is exact.', {
        resourceType: 'ImagingStudy', expected: ids(3, 9), actual: ids(3, 9),
        requirement: { id: `fhir-r4-imagingstudy-${code}`, url: `${SPEC}imagingstudy.html#search`, text: `The search parameter ${code} finds the studies whose element has the value.` },
      }),
    ),
    ...['Patient', 'Endpoint', 'ServiceRequest'].map((type) => result(`read.${type.toLowerCase()}.vread`, 'pass', `A version of ${type} can be read`, 'It can.', { resourceType: type })),
  ];
}

export const SAMPLE_STEPS: readonly Step[] = [
  { id: 'build', title: 'Guide compiled', status: 'done', message: '2 profiles, 0 errors, 1 warning', durationMs: 6240, findings: [{ severity: 'warning', code: 'sushi', message: 'Failed to load automatically-provided hl7.fhir.uv.tools.r4', source: 'sushi' }] },
  { id: 'generate', title: 'Examples generated', status: 'done', message: '109 examples, 0 errors', durationMs: 310 },
  { id: 'validate', title: 'HL7 validator', status: 'skipped', message: 'no Java on this machine; scout doctor tells how to mend it', durationMs: 0 },
  {
    id: 'load', title: 'Examples loaded', status: 'failed', message: '1 of 109 was refused', durationMs: 1234,
    findings: [{ severity: 'error', code: 'ist-3', message: `A UID has a leading zero ${ATTACKS[1]}`, location: { file: 'input/scenarios/ct.yaml', line: 12, column: 3, resource: 'ImagingStudy/ct-1', path: 'ImagingStudy.series[0].uid' }, source: 'invariants' }],
  },
];

export function runOf(results: readonly Result[], more: Partial<Run> = {}): Run {
  return {
    tool: { name: 'fhir-scout', version: '0.1.0' },
    target: { url: BASE, fhirVersion: '4.0.1', software: 'Example PACS 8.8.0' },
    mode: 'read-only',
    startedAt: '2026-11-22T07:41:09.123Z',
    durationMs: 83_400,
    requests: 241,
    summary: summarize(results),
    results,
    notes: [],
    ...more,
  };
}

/** Every verdict, every kind of evidence, steps, notes, and attacks wherever a server's text can get to. */
/** One row of each kind, the name of one made to break out of the page. */
export const SAMPLE_HONESTY: readonly HonestyRow[] = [
  { kind: 'parameter', type: 'ImagingStudy', name: 'modality', declared: true, echoed: 'yes', filters: 'yes', right: 'yes', results: ['capability.statement'] },
  { kind: 'parameter', type: 'ImagingStudy', name: 'bodysite', declared: true, echoed: 'yes', filters: 'no', right: 'no', results: ['capability.statement'] },
  { kind: 'parameter', type: 'ImagingStudy', name: 'started', declared: true, echoed: 'no', filters: 'yes', right: 'yes', results: [] },
  { kind: 'parameter', type: 'ImagingStudy', name: 'reason', declared: true, echoed: 'yes', filters: 'yes', right: 'no', results: [] },
  { kind: 'parameter', type: 'Patient', name: 'email', declared: true, echoed: 'not known', filters: 'not known', right: 'not known', results: [] },
  { kind: 'parameter', type: 'ImagingStudy', name: `x-${ATTACKS[1]}`, declared: false, echoed: 'yes', filters: 'yes', right: 'yes', results: [] },
  { kind: 'interaction', type: 'ImagingStudy', name: 'read', declared: true, right: 'yes', results: [] },
  { kind: 'interaction', type: 'system', name: 'history-system', declared: true, right: 'no', results: [] },
];

export function sampleRun(): Run {
  return runOf(sampleResults(), { steps: SAMPLE_STEPS, honesty: SAMPLE_HONESTY, notes: ['The request budget of 500 was not reached.', `Harvest: 5,009 ImagingStudy, 12 Patient ${ATTACKS[1]}`] });
}

/** 500 results with 5 exchanges of 40 kB each. */
export function largeRun(): Run {
  const body = JSON.stringify(searchset(ids(0, 110)));
  const verdicts = Object.keys(VERDICTS) as Verdict[];
  return runOf(
    Array.from({ length: 500 }, (_, index) =>
      result(`search.imagingstudy.large-${index}`, index % 5 === 0 ? verdicts[(index / 5) % verdicts.length]! : 'pass', `Test ${index}`, `Message ${index}`, {
        resourceType: ['ImagingStudy', 'Patient', 'Endpoint'][index % 3],
        requirement: { ...MODALITY, id: `rule-${index % 90}`, text: `Rule ${index % 90}.` },
        expected: ids(0, 200),
        actual: ids(index % 7, 200),
        exchanges: Array.from({ length: 5 }, (_, page) => exchange(`/ImagingStudy?page=${page}`, body)),
      }),
    ),
  );
}
