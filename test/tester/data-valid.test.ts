/** Validation of the data seen, with a validator of the test's own; and which must-support elements the data shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../scripts/core/finding';
import type { Resource } from '../../scripts/core/fhir';
import { packageRoot } from '../../scripts/core/package-root';
import { dataValidator, withoutHouseRules } from '../../scripts/commands/validate-data';
import { openConsole } from '../../scripts/commands/console';
import type { ValidateData } from '../../scripts/tester/data-validation';
import { runTests } from '../../scripts/tester/run-tests';
import { judgeFindings } from '../../scripts/tester/tests/data-valid';
import { MUST_SUPPORT } from '../../scripts/tester/tests/data-must-support';
import { embedded, EMBEDDED } from './embedded';
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
    const asked: { resources: readonly Resource[]; base: string }[] = [];
    const results = await run((resources, base) => {
      asked.push({ resources, base });
      return Promise.resolve({ findings: [finding('Patient/a', 'error'), finding('Patient/b', 'warning')] });
    }, ['data.*.valid'], [patient('a'), patient('b'), { resourceType: 'Organization', id: 'o' }]);
    expect(asked.map(({ resources, base }) => [resources.map(({ id }) => id).sort(), base])).toEqual([[['a', 'b', 'o'], EMBEDDED]]);
    expect(results['data.patient.valid']).toMatchObject({ verdict: 'fail', expectation: 'SHALL', actual: ['Patient/a'], requirement: { id: 'fhir-r4-valid-resource' }, witness: { reference: 'Patient/a' } });
    expect(results['data.organization.valid']?.verdict).toBe('pass');
    expect(results['data.endpoint.valid']).toMatchObject({ verdict: 'no-data', message: 'Needed: a Endpoint.' });
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
    expect(await validate([patient('a')], EMBEDDED)).toEqual({ unavailable: expect.stringMatching(/needs Java \d+/) as string });
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
    ['is silent without a resource that claims the profile', study({ meta: {} }), 'no-data', /Needed: a ImagingStudy that claims/],
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
