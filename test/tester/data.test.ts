/** Tests of the data: what R4 demands, in resources of whatever server. */
import type { Resource } from '../../scripts/core/fhir';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const study = (id: string, more: object = {}): Resource => ({ resourceType: 'ImagingStudy', id, status: 'available', subject: { reference: 'Patient/p' }, ...more });
const judged = async (resources: Resource[], only: string[]) =>
  (await runTests({ url: EMBEDDED, transport: embedded({ resources: [{ resourceType: 'Patient', id: 'p' }, ...resources] }).transport, wait: noWait, only })).results.map(({ verdict, message }) => [verdict, message]);

describe('mandatory elements', () => {
  const only = ['data.imagingstudy.mandatory-elements'];

  test('are looked for wherever their parent is', async () => {
    expect(await judged([study('ok', { series: [{ uid: '1.2', modality: { code: 'CT' }, instance: [{ uid: '1.2.1', sopClass: { code: 'x' } }] }] })], only)).toEqual([['pass', expect.stringContaining('Each of 1')]]);
    expect(await judged([study('bad', { series: [{ uid: '1.2', modality: { code: 'CT' } }, { uid: '1.3', modality: { code: 'CT' }, instance: [{ uid: '1.3.1' }] }] })], only)).toEqual([
      ['fail', expect.stringContaining('ImagingStudy/bad: ImagingStudy.series[1].instance[0].sopClass is mandatory and absent')],
    ]);
  });

  test('may be there as an extension alone', async () => {
    const absent = study('masked');
    delete absent['status'];
    const reason = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'masked' }] };
    expect((await judged([{ ...absent, _status: reason }], only))[0]?.[0]).toBe('pass');
    expect((await judged([absent], only))[0]?.[0]).toBe('fail');
  });
});

test('codes outside a required binding fail, absent ones do not', async () => {
  const only = ['data.imagingstudy.required-codes', 'data.patient.required-codes'];
  expect((await judged([study('a')], only)).map(([verdict]) => verdict)).toEqual(['pass', 'pass']);
  expect(await judged([study('a'), study('b', { status: 'complete' })], ['data.imagingstudy.required-codes'])).toEqual([['fail', expect.stringContaining('ImagingStudy/b: ImagingStudy.status is "complete"')]]);
});
