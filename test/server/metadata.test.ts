import { createClient, resourceOf } from './client';
import { ROUTES } from '../../scripts/server/routes';

interface RestResource {
  type: string;
  interaction: { code: string }[];
  searchParam: { name: string; type: string; definition: string }[];
  searchInclude: string[];
  searchRevInclude: string[];
  [element: string]: unknown;
}
const rest = (query = '') => (resourceOf(createClient().send('GET', `metadata${query}`)).rest as { resource: RestResource[]; interaction: { code: string }[] }[])[0];
const imaging = () => rest()?.resource.find(({ type }) => type === 'ImagingStudy') as RestResource;

test('the CapabilityStatement is an active instance of R4 with its own address', () => {
  expect(resourceOf(createClient().send('GET', 'metadata'))).toMatchObject({
    resourceType: 'CapabilityStatement',
    status: 'active',
    kind: 'instance',
    fhirVersion: '4.0.1',
    date: '2026-01-01T00:00:01.000Z',
    software: { name: 'fhir-scout' },
    implementation: { url: 'http://127.0.0.1:8642/fhir' },
    patchFormat: ['application/json-patch+json', 'application/fhir+json', 'application/fhir+xml'],
  });
});

test('each type lists its interactions and all its search parameters, each once', () => {
  expect(imaging().interaction.map(({ code }) => code).toSorted()).toEqual(['create', 'delete', 'history-instance', 'history-type', 'patch', 'read', 'search-type', 'update', 'vread']);
  const names = imaging().searchParam.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['basedon', 'bodysite', 'dicom-class', 'encounter', 'endpoint', 'identifier', 'instance', 'interpreter', 'modality', 'patient', 'performer', 'reason', 'referrer', 'series', 'started', 'status', 'subject', '_id', '_lastUpdated', '_profile', '_security', '_tag']));
  expect(imaging().searchInclude).toContain('ImagingStudy:endpoint');
  expect(imaging().searchRevInclude).toContain('Observation:derived-from');
  expect(rest()?.resource.length).toBeGreaterThan(140);
});

test('what is declared is answered, what is refused is not declared', () => {
  const client = createClient();
  for (const { name } of imaging().searchParam) expect([name, client.send('GET', `ImagingStudy?${name}:missing=false`).status]).toEqual([name, 200]);
  for (const include of imaging().searchInclude) expect(client.send('GET', `ImagingStudy?_include=${include}`, undefined, { prefer: 'handling=strict' }).status).toBe(200);
  for (const include of imaging().searchRevInclude) expect(client.send('GET', `ImagingStudy?_revinclude=${include}`, undefined, { prefer: 'handling=strict' }).status).toBe(200);
  expect(imaging().searchParam.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['_text']));
  expect(rest()?.interaction.map(({ code }) => code).toSorted()).toEqual(['batch', 'history-system', 'search-system', 'transaction']);
  expect(ROUTES.length).toBeLessThan(25);
});

test('modes: normative types only, terminology, and unknown ones pass', () => {
  const types = rest('?mode=normative')?.resource.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['Patient', 'Bundle']));
  expect(types).not.toContain('ImagingStudy');
  expect(resourceOf(createClient().send('GET', 'metadata?mode=terminology')).resourceType).toBe('TerminologyCapabilities');
  expect(createClient().send('GET', 'metadata?mode=nonsense').status).toBe(200);
});

test('_summary and _elements shorten it; the ETag follows the content', () => {
  const client = createClient();
  expect(Object.keys(resourceOf(client.send('GET', 'metadata?_elements=fhirVersion'))).toSorted()).toEqual(['date', 'fhirVersion', 'format', 'kind', 'meta', 'resourceType', 'status']);
  const summary = resourceOf(client.send('GET', 'metadata?_summary=true'));
  expect((summary.rest as RestResource[] | undefined)?.[0]).not.toHaveProperty('documentation');
  const etag = client.send('GET', 'metadata').headers.etag;
  expect(client.send('GET', 'metadata').headers.etag).toBe(etag);
  expect(createClient({ readOnly: true }).send('GET', 'metadata').headers.etag).not.toBe(etag);
});
