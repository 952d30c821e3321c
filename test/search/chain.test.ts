import { predict } from '../../scripts/search/predict';
import { BASE, checkCases, DEFINITIONS, indexOf, queryOf, resourcesOf } from './support';

const index = indexOf([
  ...resourcesOf('Organization', { north: { name: 'North Clinic', partOf: { reference: 'Organization/group' } }, group: { name: 'Group Holding' } }),
  ...resourcesOf('Patient', {
    eve: { identifier: [{ system: 'mrn', value: '1' }], name: [{ family: 'Evans' }], gender: 'female', birthDate: '1980-05-01', managingOrganization: { reference: 'Organization/north' } },
    bob: { identifier: [{ system: 'mrn', value: '2' }], name: [{ family: 'Brown' }], birthDate: '1950-05-01' },
  }),
  ...resourcesOf('Group', { cohort: { identifier: [{ system: 'mrn', value: '1' }] } }),
  ...resourcesOf('ServiceRequest', { order: { identifier: [{ system: 'acc', value: 'A1' }], subject: { reference: 'Patient/eve' } } }),
  ...resourcesOf('Task', { task: { identifier: [{ system: 'acc', value: 'A1' }] } }),
  ...resourcesOf('ImagingStudy', {
    evesCt: { subject: { reference: 'Patient/eve' }, basedOn: [{ reference: 'ServiceRequest/order' }], series: [{ modality: { code: 'CT' } }] },
    evesMr: { subject: { reference: `${BASE}/Patient/eve` }, basedOn: [{ reference: 'Task/task' }], series: [{ modality: { code: 'MR' } }] },
    bobs: { subject: { reference: 'Patient/bob' }, series: [{ modality: { code: 'MR' } }] },
    cohorts: { subject: { reference: 'Group/cohort' }, series: [{ modality: { code: 'CT' } }] },
    dangling: { subject: { reference: 'Patient/gone' } },
    foreign: { subject: { reference: 'http://elsewhere.example/fhir/Patient/x' } },
    logical: { subject: { identifier: { system: 'mrn', value: '1' } } },
    versioned: { subject: { reference: 'Patient/bob/_history/1' } },
    contained: { contained: [{ resourceType: 'Patient', id: 'in', name: [{ family: 'Inner' }], identifier: [{ system: 'mrn', value: '9' }] }], subject: { reference: '#in' } },
    none: {},
  }),
]);

describe('chains', () => {
  const unknown = ['dangling', 'foreign'];
  checkCases('ImagingStudy', index, [
    { rule: 'chain', query: 'patient.identifier=mrn|1', must: ['evesCt', 'evesMr'], either: unknown },
    { rule: 'chain', query: 'subject.identifier=mrn|1', must: ['evesCt', 'evesMr', 'cohorts'], either: unknown },
    { rule: 'chain', query: 'subject:Patient.identifier=mrn|1', must: ['evesCt', 'evesMr'], either: unknown },
    { rule: 'chain', query: 'subject:Group.identifier=mrn|1', must: ['cohorts'] },
    { rule: 'chain', query: 'patient.name=inner', must: ['contained'], either: unknown },
    { rule: 'open-chain-version', query: 'patient.name=brown', must: ['bobs'], either: [...unknown, 'versioned'] },
    { rule: 'date-lt', query: 'patient.birthdate=lt1960', must: ['bobs'], either: [...unknown, 'versioned'] },
    { rule: 'chain', query: 'patient.name:exact=evans', either: unknown },
    { rule: 'token-not', query: 'patient.gender:not=female', must: ['bobs', 'contained'], either: [...unknown, 'versioned'] },
    { rule: 'chain', query: 'patient.organization.name=north', must: ['evesCt', 'evesMr'], either: unknown },
    { rule: 'chain', query: 'patient.organization.partof.name=group', must: ['evesCt', 'evesMr'], either: unknown },
    { rule: 'chain', query: 'basedon:ServiceRequest.identifier=acc|A1', must: ['evesCt'] },
    { rule: 'chain', query: 'basedon:Task.identifier=acc|A1', must: ['evesMr'] },
    { rule: 'chain', query: 'basedon.identifier=acc|A1', must: ['evesCt', 'evesMr'] },
    { rule: 'chain', query: 'basedon:ServiceRequest.patient.name=evans', must: ['evesCt'] },
    { rule: 'chain', query: 'patient._id=eve', must: ['evesCt', 'evesMr'], either: unknown },
    { rule: 'and', query: 'patient.name=evans&modality=CT', must: ['evesCt'] },
  ]);
});

describe('reverse chains', () => {
  checkCases('Patient', index, [
    { rule: 'has', query: '_has:ImagingStudy:patient:modality=MR', must: ['eve', 'bob'] },
    { rule: 'has', query: '_has:ImagingStudy:patient:modality=CT', must: ['eve'] },
    { rule: 'has', query: '_has:ImagingStudy:subject:modality=CT', must: ['eve'] },
    { rule: 'has', query: '_has:ImagingStudy:patient:modality=CT,XX', must: ['eve'] },
    { rule: 'has', query: '_has:ImagingStudy:patient:modality=CT&_has:ImagingStudy:patient:modality=MR', must: ['eve'] },
    { rule: 'token-not', query: '_has:ImagingStudy:patient:modality:not=CT', must: ['eve', 'bob'] },
    { rule: 'has', query: '_has:ImagingStudy:patient:basedon:ServiceRequest.identifier=acc|A1', must: ['eve'] },
    { rule: 'open-chain-version', query: '_has:ImagingStudy:patient:_id=versioned', either: ['bob'] },
    { rule: 'has', query: '_has:ImagingStudy:patient:_id=cohorts' },
  ]);
  checkCases('Organization', index, [
    { rule: 'has', query: '_has:Patient:organization:_has:ImagingStudy:patient:modality=CT', must: ['north'] },
    { rule: 'has', query: '_has:Patient:organization:name=brown' },
  ]);

  test('a deleted source no longer counts', () => {
    const changing = indexOf(index.all('Patient').concat(index.all('ImagingStudy')));
    changing.remove('ImagingStudy/evesCt');
    const { must, either } = predict(changing, queryOf('Patient', '_has:ImagingStudy:patient:modality=CT'));
    expect([...must, ...either.keys()]).toEqual([]);
  });
});

test('the definitions know where patient can lead', () => {
  expect(DEFINITIONS.find('ImagingStudy', 'patient')?.target).toEqual(['Patient']);
  expect(DEFINITIONS.find('ImagingStudy', 'subject')?.target).toEqual(['Device', 'Group', 'Patient']);
});

test('a reference that can never lead to the type searched leaves all answers open: nothing, everything, an error', () => {
  const { must, either } = predict(index, queryOf('Group', '_has:ImagingStudy:patient:modality=CT'));
  expect([[...must], [...either.keys()]]).toEqual([[], ['Group/cohort']]);
});
