import { includes } from '../../scripts/search/include';
import { select } from '../../scripts/search/select';
import { BASE, indexOf, queryOf, resourcesOf } from './support';

const index = indexOf([
  ...resourcesOf('Organization', { o1: { partOf: { reference: 'Organization/o2' } }, o2: { partOf: { reference: 'Organization/o3' } }, o3: {} }),
  ...resourcesOf('Patient', { p1: { managingOrganization: { reference: 'Organization/o1' } }, p2: {} }),
  ...resourcesOf('Group', { g1: {} }),
  ...resourcesOf('Endpoint', { e1: {}, e2: {} }),
  ...resourcesOf('ImagingStudy', {
    a: { subject: { reference: 'Patient/p1' }, endpoint: [{ reference: 'Endpoint/e1' }], series: [{ endpoint: [{ reference: `${BASE}/Endpoint/e2` }] }] },
    b: { subject: { reference: 'Patient/p1' }, endpoint: [{ reference: 'Endpoint/e1' }] },
    c: { subject: { reference: 'Group/g1' }, endpoint: [{ reference: 'Endpoint/gone' }] },
    d: { subject: { reference: 'http://elsewhere.example/fhir/Patient/p2' } },
  }),
  ...resourcesOf('Observation', { r1: { derivedFrom: [{ reference: 'ImagingStudy/a' }] }, r2: { derivedFrom: [{ reference: 'ImagingStudy/b' }, { reference: 'ImagingStudy/a/_history/1' }] } }),
  ...resourcesOf('Provenance', { v1: { target: [{ reference: 'Observation/r1' }] } }),
]);

const included = (type: string, text: string) => {
  const query = queryOf(type, text);
  expect(query.issues).toEqual([]);
  return includes(index, query, select(index, query)).map((resource) => `${resource.resourceType}/${resource.id}`).sort();
};

test.each([
  ['ImagingStudy', '_include=ImagingStudy:patient', ['Patient/p1']],
  ['ImagingStudy', '_include=ImagingStudy:subject', ['Group/g1', 'Patient/p1']],
  ['ImagingStudy', '_include=ImagingStudy:subject:Group', ['Group/g1']],
  ['ImagingStudy', '_include=ImagingStudy:endpoint', ['Endpoint/e1', 'Endpoint/e2']],
  ['ImagingStudy', '_id=b&_include=ImagingStudy:endpoint', ['Endpoint/e1']],
  ['ImagingStudy', '_id=a&_include=ImagingStudy:*', ['Endpoint/e1', 'Endpoint/e2', 'Patient/p1']],
  ['ImagingStudy', '_id=a&_include=*', ['Endpoint/e1', 'Endpoint/e2', 'Patient/p1']],
  ['ImagingStudy', '_id=a&_include=ImagingStudy:patient&_include=Patient:organization', ['Patient/p1']],
  ['ImagingStudy', '_id=a&_include=ImagingStudy:patient&_include:iterate=Patient:organization', ['Organization/o1', 'Patient/p1']],
  ['ImagingStudy', '_id=a&_include=ImagingStudy:patient&_include:iterate=Patient:organization&_include:iterate=Organization:partof', ['Organization/o1', 'Organization/o2', 'Organization/o3', 'Patient/p1']],
  ['ImagingStudy', '_revinclude=Observation:derived-from', ['Observation/r1', 'Observation/r2']],
  ['ImagingStudy', '_id=a&_revinclude=Observation:derived-from&_revinclude:iterate=Provenance:target', ['Observation/r1', 'Observation/r2', 'Provenance/v1']],
  ['Patient', '_id=p1&_revinclude=ImagingStudy:patient', ['ImagingStudy/a', 'ImagingStudy/b']],
  ['Patient', '_id=p2&_revinclude=ImagingStudy:patient', []],
  ['Organization', '_include:iterate=Organization:partof', []],
])('%s?%s', (type, text, expected) => {
  expect(included(type, text)).toEqual(expected);
});
