import type { Resource } from '../../scripts/core/fhir';
import { predict } from '../../scripts/search/predict';
import { evaluate } from '../../scripts/search/evaluate';
import { createSearchIndex } from '../../scripts/search/search-index';
import { select } from '../../scripts/search/select';
import type { SearchIndex } from '../../scripts/search/types';
import { BASE, DEFINITIONS, indexOf, queryOf, resourcesOf } from './support';

const study = (id: string, code: string): Resource => ({ resourceType: 'ImagingStudy', id, series: [{ modality: { code } }] });
const found = (index: SearchIndex, text: string) => select(index, queryOf('ImagingStudy', text)).map((resource) => resource.id);

test('an update is seen at once, keeps its place, and the old values are gone', () => {
  const index = indexOf([study('a', 'CT'), study('b', 'CT'), study('c', 'MR')]);
  expect(found(index, 'modality=CT')).toEqual(['a', 'b']);
  expect(index.all('ImagingStudy')).toHaveLength(3);
  index.put(study('a', 'MR'));
  expect(index.all('ImagingStudy')[0]).toEqual(study('a', 'MR'));
  expect(found(index, 'modality=CT')).toEqual(['b']);
  expect(found(index, 'modality=MR')).toEqual(['a', 'c']);
  expect(index.all('ImagingStudy').map((resource) => resource.id)).toEqual(['a', 'b', 'c']);
  expect(index.get('ImagingStudy/a')).toEqual(study('a', 'MR'));
});

describe('every kind of index forgets what was removed or changed', () => {
  const full: Resource = {
    resourceType: 'Observation', id: 'o', code: { coding: [{ system: 's', code: 'c' }] }, subject: { reference: 'Patient/p' }, effectiveDateTime: '2020-01-01', valueQuantity: { value: 5 },
    component: [{ code: { coding: [{ code: 'k' }] }, valueQuantity: { value: 7 } }], meta: { profile: ['http://x'], source: 'http://y' }, performer: [{ identifier: { value: 'i' } }],
  };
  const patient: Resource = { resourceType: 'Patient', id: 'p', name: [{ family: 'Smith' }] };
  test.each([
    ['Observation', 'code=c'], ['Observation', 'code=s|'], ['Observation', 'subject=Patient/p'], ['Observation', 'patient.name=smith'], ['Observation', 'performer:identifier=i'],
    ['Observation', 'date=2020-01-01'], ['Observation', 'date=ge2019'], ['Observation', 'date=lt2021'], ['Observation', 'value-quantity=5'], ['Observation', 'component-code-value-quantity=k$7'],
    ['Observation', '_source=http://y'], ['Observation', 'code:missing=false'], ['Observation', 'code:not=other&code:missing=false'], ['Patient', 'name=smith'], ['Patient', '_has:Observation:patient:code=c'],
  ])('%s?%s', (type, text) => {
    const query = queryOf(type, text);
    const always = (index: SearchIndex) => [...evaluate(index, 'decide', 'always').query(query).keys()].map((entry) => entry.resource.id);
    const index = indexOf([patient, full]);
    expect(always(index)).toEqual([type === 'Patient' ? 'p' : 'o']);
    index.put({ resourceType: 'Observation', id: 'o' });
    index.put({ resourceType: 'Patient', id: 'p' });
    expect(always(index)).toEqual([]);
    index.put(patient);
    index.put(full);
    expect(always(index)).toEqual([type === 'Patient' ? 'p' : 'o']);
    index.remove('Observation/o');
    index.remove('Patient/p');
    expect(always(index)).toEqual([]);
  });
});

test('of two that refer to the same target one can go', () => {
  const index = indexOf([{ resourceType: 'Patient', id: 'p', name: [{ family: 'Smith' }] }, ...resourcesOf('ImagingStudy', { a: { subject: { reference: 'Patient/p' } }, b: { subject: { reference: 'Patient/p' } } })]);
  const query = queryOf('ImagingStudy', 'patient.name=smith');
  const always = () => [...evaluate(index, 'decide', 'always').query(query).keys()].map((entry) => entry.resource.id);
  expect(always()).toEqual(['a', 'b']);
  index.remove('ImagingStudy/a');
  expect(always()).toEqual(['b']);
});

test('what is removed is not found, and what comes back comes last', () => {
  const index = indexOf([study('a', 'CT'), study('b', 'CT')]);
  expect(found(index, 'modality:missing=false')).toEqual(['a', 'b']);
  index.remove('ImagingStudy/a');
  index.remove('ImagingStudy/never');
  expect(found(index, 'modality=CT')).toEqual(['b']);
  expect(found(index, 'modality:missing=false')).toEqual(['b']);
  expect(index.get('ImagingStudy/a')).toBeUndefined();
  index.put(study('a', 'CT'));
  expect(found(index, 'modality=CT')).toEqual(['b', 'a']);
});

test('an element emptied by an update is missing again', () => {
  const index = indexOf([study('a', 'CT')]);
  expect(found(index, 'modality:missing=true')).toEqual([]);
  index.put({ resourceType: 'ImagingStudy', id: 'a' });
  expect(found(index, 'modality:missing=true')).toEqual(['a']);
});

test('a resource without an id is refused, a foreign index too', () => {
  expect(() => indexOf([{ resourceType: 'Patient' }])).toThrow(TypeError);
  expect(() => predict({ ...indexOf([]) }, queryOf('Patient', ''))).toThrow(TypeError);
});

test('a trailing slash of the base does not matter', () => {
  const resources = resourcesOf('ImagingStudy', { a: { subject: { reference: `${BASE}/Patient/p` } } });
  const index = createSearchIndex(DEFINITIONS, `${BASE}/`, resources);
  expect(found(index, 'subject=Patient/p')).toEqual(['a']);
});

test('no criteria: everything of the type', () => {
  expect(predict(indexOf([study('a', 'CT'), ...resourcesOf('Patient', { p: {} })]), queryOf('ImagingStudy', ''))).toMatchObject({ must: new Set(['ImagingStudy/a']), rules: [] });
});
