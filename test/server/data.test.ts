import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT } from '../../scripts/core/progress';
import { loadInto, type Seen } from '../../scripts/server/load-data';
import { saveData } from '../../scripts/server/save-data';
import { createClient } from './client';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scout-data-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: unknown) => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const empty = () => createClient({ resources: [] });
const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more });

test('NDJSON, resources, Bundles and folders are loaded; versions and times stay', async () => {
  mkdirSync(join(folder, 'more'));
  write('a.ndjson', `${JSON.stringify(patient('a', { meta: { versionId: '4', lastUpdated: '2020-01-01T00:00:00Z' } }))}\n\n${JSON.stringify({ resourceType: 'Patient' })}\r\n`);
  write('b.json', patient('b'));
  write('c.json', { resourceType: 'Bundle', type: 'collection', entry: [{ resource: patient('c') }, { fullUrl: 'urn:x' }] });
  write('more/d.json', { resourceType: 'Bundle', type: 'transaction', entry: [{ fullUrl: 'urn:uuid:1', resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } }, { resource: { resourceType: 'ImagingStudy', id: 's', status: 'available', subject: { reference: 'urn:uuid:1' } }, request: { method: 'PUT', url: 'ImagingStudy/s' } }] });
  write('ignored.txt', 'nothing');
  const client = empty();
  expect(await loadInto(client.server, folder, SILENT)).toEqual({ count: 5, repeated: [] });
  expect(client.ids('Patient')).toEqual(['a', 'new-1', 'b', 'c', 'new-2']);
  expect(client.ids('ImagingStudy?patient=new-2')).toEqual(['s']);
  expect(JSON.parse(client.send('GET', 'Patient/a').body)).toEqual(patient('a', { meta: { versionId: '4', lastUpdated: '2020-01-01T00:00:00Z' } }));
  expect(client.send('PUT', 'Patient/a', patient('a')).headers.etag).toBe('W/"5"');
});

test('FHIR XML is read, from a folder too', async () => {
  write('a.xml', '\uFEFF<?xml version="1.0"?><Patient xmlns="http://hl7.org/fhir"><id value="a"/><active value="true"/></Patient>');
  write('b.XML', '<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/><entry><resource><Patient><id value="b"/></Patient></resource></entry></Bundle>');
  const client = empty();
  expect((await loadInto(client.server, folder, SILENT)).count).toBe(2);
  expect(client.ids('Patient')).toEqual(['a', 'b']);
  expect(client.ids('Patient?active=true')).toEqual(['a']);
});

test('XML under another name is told where it would be read', async () => {
  await expect(loadInto(empty().server, write('x', '<Patient xmlns="http://hl7.org/fhir"/>'), SILENT)).rejects.toMatchObject({ message: expect.stringMatching(/x:1 is not JSON/) as string, hint: expect.stringContaining('.xml') as string });
});

test('what comes again is named with both places, and becomes the next version', async () => {
  const [a, b] = [write('a.ndjson', `${JSON.stringify(patient('a'))}\n${JSON.stringify(patient('b'))}`), write('b.json', patient('a', { active: true }))];
  const client = empty();
  const seen: Seen = new Map();
  expect((await loadInto(client.server, a, SILENT, seen)).repeated).toEqual([]);
  expect((await loadInto(client.server, b, SILENT, seen)).repeated).toEqual([`Patient/a (${a}:1, ${b})`]);
  expect(JSON.parse(client.send('GET', 'Patient/a').body)).toMatchObject({ active: true, meta: { versionId: '2' } });
});

test('versions that say which they are do not count as given twice', async () => {
  const versions = ['1', '2'].map((versionId) => JSON.stringify(patient('a', { meta: { versionId } })));
  expect((await loadInto(empty().server, write('x.ndjson', versions.join('\n')), SILENT)).repeated).toEqual([]);
});

test('a history of data with times of its own is in their order, and goes on with what is written, taken back and deleted', async () => {
  const client = empty();
  await loadInto(client.server, write('x.ndjson', [patient('late', { meta: { lastUpdated: '2021-01-01T00:00:00Z' } }), patient('early', { meta: { lastUpdated: '2020-01-01T00:00:00Z' } })].map((resource) => JSON.stringify(resource)).join('\n')), SILENT);
  const history = () => (client.bundle('_history').entry ?? []).map(({ request }) => `${request?.method} ${request?.url}`);
  expect(history()).toEqual(['POST Patient', 'POST Patient']);
  expect((client.bundle('_history').entry ?? []).map(({ resource }) => resource?.id)).toEqual(['late', 'early']);
  client.send('PUT', 'Patient/new', patient('new'));
  expect(history()[0]).toBe('PUT Patient/new');
  client.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: patient('undone'), request: { method: 'PUT', url: 'Patient/undone' } }, { request: { method: 'PUT', url: 'Patient/none' } }] });
  expect(history()).toHaveLength(3);
  client.send('DELETE', 'Patient/late');
  expect(history()[0]).toBe('DELETE Patient/late');
});

test('what is saved loads again as it was, without what was deleted', async () => {
  const client = createClient();
  client.send('DELETE', 'Patient/p3');
  client.send('PUT', 'Patient/p1', patient('p1', { name: [{ text: 'Zoë\u2028' }] }));
  const file = join(folder, 'deep', 'data.ndjson');
  expect(saveData(file, client.server.store.all())).toBe(13);
  expect(readdirSync(join(folder, 'deep'))).toEqual(['data.ndjson']);
  const again = empty();
  await loadInto(again.server, file, SILENT);
  expect(again.server.store.all()).toEqual(client.server.store.all());
  saveData(file, again.server.store.all());
  expect(readFileSync(file, 'utf8').split('\n').length).toBe(14);
});

test.each([
  ['a bad line', () => write('x.ndjson', `${JSON.stringify(patient('a'))}\n{"resourceType":`), 'bad-data', /x\.ndjson:2 is not JSON/],
  ['a line that is no resource', () => write('x.ndjson', '[]'), 'bad-data', /x\.ndjson:1 is no FHIR resource/],
  ['a bad file', () => write('x.json', 'no'), 'bad-data', /x\.json is not JSON/],
  ['XML that is not well-formed', () => write('x.xml', '<Patient xmlns="http://hl7.org/fhir">\n<active'), 'bad-data', /x\.xml is no FHIR XML: Line 2: /],
  ['XML of something else', () => write('x.xml', '<html/>'), 'bad-data', /x\.xml is no FHIR XML/],
  ['a transaction that fails', () => write('x.json', { resourceType: 'Bundle', type: 'transaction', entry: [{}] }), 'bad-data', /cannot be carried out/],
  ['an unknown type', () => write('x.ndjson', JSON.stringify({ resourceType: 'Nonsense', id: '1' })), 'bad-data', /x\.ndjson:1: There is no resource type "Nonsense"/],
  ['an illegal id', () => write('x.json', patient('not_legal')), 'bad-data', /x\.json: "not_legal" is not a legal id/],
  ['a missing file', () => join(folder, 'none.json'), 'no-data-file', /none\.json/],
])('%s is a known error that names the place', async (_name, prepare, code, message) => {
  await expect(loadInto(empty().server, prepare(), SILENT)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
});

test('a place that cannot be written is a known error, and leaves nothing', () => {
  const file = write('file', 'x');
  expect(() => saveData(join(file, 'below.ndjson'), [])).toThrow(/cannot be saved/);
  const failing = (function* () { yield patient('a'); throw new Error('stop'); })();
  expect(() => saveData(join(folder, 'half.ndjson'), failing)).toThrow(/cannot be saved/);
  expect(readdirSync(folder)).toEqual(['file']);
});
