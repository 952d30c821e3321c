/** A server of the DSTU2 ballot's age: it answers with a Conformance, knows JSON by its old name only, and declares what it searches by. */
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Resource } from '../../scripts/core/fhir';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { parseQuery } from '../../scripts/search/parse-query';
import { createSearchIndex } from '../../scripts/search/search-index';
import { select } from '../../scripts/search/select';
import { runTests } from '../../scripts/tester/run-tests';
import { BASE, fakeServer, noWait, searchset, type Heard } from '../tester/fake-server';
import { BALLOT_STUDIES } from './ballot-studies';

const OLD_JSON = 'application/json+fhir';
const definitions = loadSearchDefinitions(FHIR_VERSIONS['0.5']);
const PATIENTS: Resource[] = ['ballot-patient', 'other'].map((id) => ({ resourceType: 'Patient', id, name: [{ family: ['Old'], given: [id] }], birthDate: '1950-01-01' }));
const OTHERS: Resource[] = ['DiagnosticOrder/ballot-order', 'Practitioner/ballot-referrer', 'Practitioner/ballot-reader'].map((reference) => ({ resourceType: reference.split('/')[0] ?? '', id: reference.split('/')[1] ?? '' }));
const STUDIES: Resource[] = [...BALLOT_STUDIES, { ...(BALLOT_STUDIES[1] as Resource), id: 'ballot-mr', uid: 'urn:oid:2.25.99', started: '2014-05-06', patient: { reference: 'Patient/other' }, modalityList: ['MR'], numberOfSeries: 1, series: [{ modality: 'MR', uid: 'urn:oid:2.25.100', numberOfInstances: 0 }] }];
const PARAMETERS = ['_id', 'accession', 'bodysite', 'dicom-class', 'modality', 'order', 'patient', 'series', 'started', 'study', 'uid'];

/**
 * @param ignored a declared parameter that does not filter
 * @param spoil makes a right answer a wrong one
 */
function oldServer(ignored?: string, spoil: (resources: Resource[], asked: string) => Resource[] = (resources) => resources) {
  const index = createSearchIndex(definitions, BASE, [...OTHERS, ...PATIENTS, ...STUDIES]);
  const conformance = {
    resourceType: 'Conformance',
    date: '2015-05-01',
    fhirVersion: '0.5.0',
    acceptUnknown: false,
    format: ['json'],
    software: { name: 'Old PACS' },
    rest: [{ mode: 'server', resource: [{ type: 'ImagingStudy', interaction: [{ code: 'read' }, { code: 'search-type' }], searchParam: PARAMETERS.map((name) => ({ name, type: 'token' })) }, { type: 'Patient', interaction: [{ code: 'read' }, { code: 'search-type' }], searchParam: [{ name: 'name', type: 'string' }] }] }],
  };
  const answer = ({ path, headers }: Heard) => {
    const accept = Object.entries(headers).find(([name]) => name.toLowerCase() === 'accept')?.[1];
    if (accept?.includes(OLD_JSON) !== true && !/_format=(application.)?json/.test(decodeURIComponent(path))) return { status: 406, headers: { 'content-type': 'text/plain' }, body: 'JSON is application/json+fhir' };
    const own = { headers: { 'content-type': OLD_JSON } };
    if (path === 'metadata') return { ...own, json: conformance };
    const [where = '', text = ''] = path.replace(/[?&]_format=[^&]*/, '').split('?');
    const [type = '', id] = where.split('/');
    if (id !== undefined) {
      const [resource] = spoil([index.get(where)].flatMap((known) => known ?? []), where);
      return resource === undefined ? { ...own, status: 404, json: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] } } : { ...own, json: resource };
    }
    const pairs = [...new URLSearchParams(text)].filter(([name]) => name.split(':')[0] !== ignored);
    const query = parseQuery(definitions, type, pairs, { base: BASE });
    if (query.issues.some(({ treatment }) => treatment === 'reject')) return { ...own, status: 400, json: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'invalid' }] } };
    const matches = spoil(select(index, query), text);
    const used = new URLSearchParams(query.used.map(([name, value]): [string, string] => [name, value])).toString();
    return { ...own, json: searchset(matches, { total: matches.length, link: [{ relation: 'self', url: `${BASE}/${type}?${used}` }] }) };
  };
  return fakeServer((request) => (request.method === 'HEAD' ? { ...answer(request), json: undefined } : answer(request)));
}

const runOf = (...faults: Parameters<typeof oldServer>) => runTests({ url: BASE, transport: oldServer(...faults).transport, wait: noWait, concurrency: 1 });
const failed = (run: Awaited<ReturnType<typeof runOf>>) => run.results.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);

test('its version is found out, it is read and searched by what it declares, and nothing legal is called a failure', async () => {
  const run = await runOf();
  expect(run.target).toMatchObject({ fhirVersion: '0.5.0', software: 'Old PACS' });
  expect(run.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error').map(({ id, message }) => `${id}: ${message}`)).toEqual([]);
  const passed = new Set(run.results.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id.split('.').slice(0, 3).join('.')));
  for (const parameter of ['accession', 'modality', 'patient', 'series', 'started', 'study']) expect([parameter, passed.has(`search.imagingstudy.${parameter}`)]).toEqual([parameter, true]);
  expect([...passed].some((id) => id.startsWith('read.'))).toBe(true);
  expect([...new Set(run.results.map(({ group }) => group))].sort()).toEqual(['read', 'reference', 'search']);
});

test.each(PARAMETERS.filter((name) => name !== '_id'))('a parameter that it declares and does not use is a failure: %s', async (parameter) => {
  const run = await runOf(parameter);
  expect(failed(run).map((id) => id.split('.')[2])).toContain(parameter);
});

test('a match that is withheld is a failure, and so is a read that gives another resource', async () => {
  const withholding = await runOf(undefined, (resources, asked) => (/^(series|study)=/.test(asked) ? [] : resources));
  expect(failed(withholding).map((id) => id.split('.').slice(0, 3).join('.'))).toEqual(expect.arrayContaining(['search.imagingstudy.series', 'search.imagingstudy.study']));
  const confusing = await runOf(undefined, (resources, asked) => (asked === 'ImagingStudy/ballot-ct' ? STUDIES.slice(1, 2) : resources));
  expect(failed(confusing).filter((id) => id.startsWith('read.'))).not.toEqual([]);
});

test('what writes is not tested by its rules', async () => {
  await expect(runTests({ url: BASE, transport: oldServer().transport, wait: noWait, only: ['write'], write: true })).rejects.toMatchObject({ code: 'no-such-test' });
});
