/** Validation of the data seen, with a validator of the test's own; and which must-support elements the data shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../scripts/core/finding';
import type { Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { convert } from '../../scripts/convert/convert';
import { packageRoot } from '../../scripts/core/package-root';
import { dataValidator, withoutHouseRules } from '../../scripts/commands/validate-data';
import { openConsole } from '../../scripts/commands/console';
import type { ValidateData } from '../../scripts/tester/data-validation';
import { runTests } from '../../scripts/tester/run-tests';
import { judgeFindings } from '../../scripts/tester/tests/data/valid';
import { MUST_SUPPORT } from '../../scripts/tester/tests/data/must-support';
import { embedded, EMBEDDED, exampleResources } from './embedded';
import { noWait } from './fake-server';

const finding = (resource: string, severity: Finding['severity'], message = 'wrong'): Finding => ({ severity, code: 'rule-1', message, source: 'hl7-validator', location: { resource, path: 'Patient.name' } });
const patient = (id: string, more: object = {}): Resource => ({ resourceType: 'Patient', id, ...more });

async function run(validateData: ValidateData | undefined, only: string[], resources?: Resource[]) {
  const { transport } = embedded(resources === undefined ? {} : { resources });
  const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, only, ...(validateData === undefined ? {} : { validateData }) });
  return Object.fromEntries(results.map((result) => [result.id, result]));
}

describe('data.TYPE.valid', () => {
  test('asks the validator once for all types, with the server\'s base, and fails only the type with an error', async () => {
    const asked: { resources: readonly Resource[]; base: string; version: string }[] = [];
    const results = await run((resources, base, { version }) => {
      asked.push({ resources, base, version });
      return Promise.resolve({ findings: [finding('Patient/a', 'error'), finding('Patient/b', 'warning')] });
    }, ['data.*.valid'], [patient('a'), patient('b'), { resourceType: 'Organization', id: 'o' }]);
    expect(asked.map(({ resources, base, version }) => [resources.map(({ id }) => id).sort(), base, version])).toEqual([[['a', 'b', 'o'], EMBEDDED, '4.0.1']]);
    expect(results['data.patient.valid']).toMatchObject({ verdict: 'fail', expectation: 'SHALL', actual: ['Patient/a'], requirement: { id: 'fhir-r4-valid-resource' }, witness: { reference: 'Patient/a' } });
    // No request is the decisive one: the line reads the resource that shows it.
    expect(results['data.patient.valid']?.curl).toMatch(new RegExp(`^curl -H .* ${EMBEDDED}/Patient/a$`));
    expect(results['data.organization.valid']).toMatchObject({ verdict: 'pass' });
    expect(results['data.organization.valid']?.curl).toBeUndefined();
    expect(results['data.endpoint.valid']).toMatchObject({ verdict: 'no-data', message: 'Needed: an Endpoint.' });
  });

  test('says why where there is no validator, and what broke where one fails', async () => {
    const without = await run(() => Promise.resolve({ unavailable: 'there is no Java.' }), ['data.patient.valid'], [patient('a')]);
    expect(without['data.patient.valid']).toMatchObject({ verdict: 'no-data', message: 'Not validated: there is no Java.' });
    const broken = await run(() => Promise.reject(new Error('died')), ['data.patient.valid'], [patient('a')]);
    expect(broken['data.patient.valid']?.verdict).toBe('error');
  });

  test('is not there without --validate', async () => {
    expect(Object.keys(await run(undefined, ['data.patient.*'], [patient('a')]))).not.toContain('data.patient.valid');
    await expect(run(undefined, ['data.patient.valid'], [patient('a')])).rejects.toMatchObject({ code: 'no-such-test' });
  });

  test('a machine without Java is a reason, not an error', async () => {
    const silent = { write: () => true };
    const console = openConsole({ out: 'output', json: false, quiet: true, color: false }, { stdout: silent, stderr: silent });
    const validate = dataValidator({ options: { out: 'output', json: false, quiet: true, color: false }, console, signal: new AbortController().signal }, { PATH: '/nowhere' });
    expect(await validate([patient('a')], EMBEDDED, FHIR_VERSIONS.R4)).toEqual({ unavailable: expect.stringMatching(/needs Java \d+/) as string });
  });
});

describe('data of another version than the server states', () => {
  const study = (id: string) => exampleResources().find((resource) => resource.resourceType === 'ImagingStudy' && resource.id === id) as Resource;
  const inR5 = (resources: Resource[]) => convert(resources, '4.0', '5.0').resources as Resource[];

  test('is not sent to the validator, and named once', async () => {
    const sent: string[] = [];
    const seeAll: ValidateData = (resources) => {
      sent.push(...resources.map(({ id }) => id ?? ''));
      return Promise.resolve({ findings: [] });
    };
    const results = await run(seeAll, ['data.*'], [study('dx-hand-dan'), ...inR5([study('cr-knee-dan-wrong-patient')]), ...inR5(exampleResources().filter(({ resourceType }) => resourceType === 'Endpoint'))]);
    expect(sent).toEqual(['dx-hand-dan']);
    expect(results['data.version']).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/This is R5 data: .*; FHIR R4 is asked for\./) as string });
    expect(results['data.imagingstudy.valid']).toMatchObject({ verdict: 'pass', message: '1 ImagingStudy resource is valid.' });
    for (const id of ['valid', 'mandatory-elements', 'required-codes']) expect(results[`data.endpoint.${id}`]).toMatchObject({ verdict: 'no-data', message: expect.stringMatching(/^All \d+ Endpoint resources seen are of another FHIR version/) as string });
    expect(Object.values(results).filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).toEqual(['data.version']);
  });

  test('a server full of it breaks one data test, not forty', async () => {
    const results = await run(undefined, ['data.*', 'reference.*'], inR5(exampleResources()));
    expect(Object.values(results).filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).toEqual(['data.version']);
  });

  test('a version that no package holds is a reason, not an error', async () => {
    const silent = { write: () => true };
    const options = { out: 'output', json: false, quiet: true, color: false };
    const validate = dataValidator({ options, console: openConsole(options, { stdout: silent, stderr: silent }), signal: new AbortController().signal });
    expect(await validate([patient('a')], EMBEDDED, FHIR_VERSIONS['6.0-draft'])).toEqual({ unavailable: expect.stringMatching(/no package holds FHIR 6\.0-draft/) as string });
  });
});

describe('judgeFindings', () => {
  test('shows the smallest resource with an error, and names the others', () => {
    const resources = [patient('large', { name: [{ family: 'Long'.repeat(50) }] }), patient('small')];
    const judgement = judgeFindings('Patient', resources, [finding('Patient/large', 'error'), finding('Patient/small', 'fatal', 'broken.')]);
    expect(judgement).toMatchObject({ verdict: 'fail', actual: ['Patient/large', 'Patient/small'], witness: { reference: 'Patient/small', excerpt: resources[1] } });
    expect(judgement.message).toBe('Patient/small: broken (Patient.name, rule-1). Not valid either: Patient/large.');
  });

  test('warnings are worth knowing, information is not, and findings about others are not counted', () => {
    expect(judgeFindings('Patient', [patient('a')], [finding('Patient/a', 'warning'), finding('Patient/a', 'information'), finding('Group/a', 'error')])).toEqual({ verdict: 'info', message: '1 Patient resource is valid, with 1 warning, e.g. Patient/a: wrong (Patient.name, rule-1).' });
    expect(judgeFindings('Patient', [patient('a')], [finding('Patient/a', 'information')]).verdict).toBe('pass');
  });
});

test('what only the validator\'s house forbids is no error; all else stays', () => {
  const house = { ...finding('Patient/a', 'error'), code: 'TYPE_SPECIFIC_CHECKS_DT_URL_EXAMPLE' };
  expect(withoutHouseRules([house, finding('Patient/a', 'error')])).toEqual([{ ...house, severity: 'warning' }, finding('Patient/a', 'error')]);
});

describe('must-support', () => {
  const ID = 'data.imagingstudy.must-support';
  const study = (more: object) => ({ resourceType: 'ImagingStudy', id: 's', status: 'available', subject: { reference: 'Patient/a' }, meta: { profile: [`${MUST_SUPPORT.ImagingStudy?.profile}|0.1.0`] }, ...more });
  const identifier = [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }];

  test.each([
    ['is silent without a resource that claims the profile', study({ meta: {} }), 'no-data', /Needed: an ImagingStudy that claims/],
    ['names what is nowhere', study({ identifier: [{ system: 'urn:dicom:uid' }] }), 'info', /has identifier\[studyUID\]\.value or started \(identifier\[studyUID\] in 1 of 1/],
    ['is content where each is somewhere', study({ identifier, started: '2026-01-01' }), 'pass', /started in 1 of 1/],
  ])('%s', async (_, resource, verdict, message) => {
    expect((await run(undefined, [ID], [patient('a'), resource]))[ID]).toMatchObject({ verdict, message: expect.stringMatching(message) as string });
  });

  test('the table has what the profiles flag', () => {
    const flagged = (name: string) => [...readFileSync(join(packageRoot(), 'input', 'fsh', 'profiles', `${name}.fsh`), 'utf8').matchAll(/^\* (.+) (?:\d+\.\.\S+ )?MS\b/gm)].map(([, path = '']) => path.replace(/ \d+\.\.\S+$/, '').replace(/^identifier contains studyUID$/, 'identifier[studyUID]'));
    expect(flagged('scout-imaging-study').sort()).toEqual(MUST_SUPPORT.ImagingStudy?.elements.map(({ path }) => path).sort());
    expect(flagged('scout-imaging-endpoint')).toEqual([]);
  });
});
