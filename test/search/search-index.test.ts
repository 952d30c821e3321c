import type { Resource } from '../../scripts/core/fhir';
import { predict } from '../../scripts/search/predict';
import { createSearchIndex } from '../../scripts/search/search-index';
import { select } from '../../scripts/search/select';
import type { SearchIndex } from '../../scripts/search/types';
import { BASE, DEFINITIONS, indexOf, queryOf, resourcesOf } from './support';

const study = (id: string, code: string): Resource => ({ resourceType: 'ImagingStudy', id, series: [{ modality: { code } }] });
const found = (index: SearchIndex, text: string) => select(index, queryOf('ImagingStudy', text)).map((resource) => resource.id);

test('an update is seen at once, keeps its place, and the old values are gone', () => {
  const index = indexOf([study('a', 'CT'), study('b', 'CT'), study('c', 'MR')]);
  expect(found(index, 'modality=CT')).toEqual(['a', 'b']);
  index.put(study('a', 'MR'));
  expect(found(index, 'modality=CT')).toEqual(['b']);
  expect(found(index, 'modality=MR')).toEqual(['a', 'c']);
  expect(index.all('ImagingStudy').map((resource) => resource.id)).toEqual(['a', 'b', 'c']);
  expect(index.get('ImagingStudy/a')).toEqual(study('a', 'MR'));
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
