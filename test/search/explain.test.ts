import { explain } from '../../scripts/search/explain';
import { indexOf, queryOf, resourcesOf } from './support';

const index = indexOf([
  ...resourcesOf('Patient', { p: { birthDate: '1980-01-01' } }),
  ...resourcesOf('ImagingStudy', {
    s: { status: 'available', subject: { reference: 'Patient/p' }, started: '2024-01-14T10:00:00Z', series: [{ uid: '1', modality: { system: 'DCM', code: 'CT' } }, { uid: '2', modality: { system: 'DCM', code: 'SR', display: 'Report' } }] },
  }),
]);
const told = (text: string) => explain(index, queryOf('ImagingStudy', text), 'ImagingStudy/s');

test('the values seen, with their places', () => {
  expect(told('modality=MR')).toMatchObject({
    outcome: 'no',
    criteria: [{ criterion: 'modality=MR', outcome: 'no', seen: [{ location: 'series[0].modality', text: 'DCM|CT' }, { location: 'series[1].modality', text: 'DCM|SR "Report"' }], rules: ['token-code'] }],
    text: 'ImagingStudy/s must not match: modality=MR: series[0].modality is DCM|CT, series[1].modality is DCM|SR "Report".',
  });
});

test('of several criteria the one that fails', () => {
  const explanation = told('modality=CT&status=cancelled');
  expect(explanation?.criteria.map((row) => row.outcome)).toEqual(['yes', 'no']);
  expect(explanation?.text).toBe('ImagingStudy/s must not match: status=cancelled: status is http://hl7.org/fhir/imagingstudy-status|available.');
});

test('why something is open', () => {
  expect(told('started=2024-01-14')?.text).toMatch(/^ImagingStudy\/s may match or not: started=2024-01-14: started is 2024-01-14T10:00:00Z \(One of the dates has no time zone/);
});

test('the resource at the end of a chain, and nothing where there is nothing', () => {
  expect(told('patient.birthdate=1981')?.text).toBe('ImagingStudy/s must not match: patient.birthdate=1981: subject is Patient/p, Patient/p birthDate is 1980-01-01.');
  expect(told('endpoint=Endpoint/x')?.text).toBe('ImagingStudy/s must not match: endpoint=Endpoint/x: nothing there.');
});

test('the resources that refer to it', () => {
  expect(explain(index, queryOf('Patient', '_has:ImagingStudy:patient:modality=MR'), 'Patient/p')?.text).toBe(
    'Patient/p must not match: _has:ImagingStudy:patient:modality=MR: ImagingStudy/s series[0].modality is DCM|CT, ImagingStudy/s series[1].modality is DCM|SR "Report".',
  );
});

test('a refused part leaves a match open; an unknown resource has no explanation', () => {
  expect(told('status=available&modality:foo=1')?.outcome).toBe('maybe');
  expect(explain(index, queryOf('ImagingStudy', 'modality=CT'), 'ImagingStudy/none')).toBeUndefined();
});
