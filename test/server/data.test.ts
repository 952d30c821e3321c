import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SILENT } from '../../scripts/core/progress';
import { loadInto } from '../../scripts/server/load-data';
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
  expect(await loadInto(client.server, folder, SILENT)).toBe(5);
  expect(client.ids('Patient')).toEqual(['a', 'new-1', 'b', 'c', 'new-2']);
  expect(client.ids('ImagingStudy?patient=new-2')).toEqual(['s']);
  expect(JSON.parse(client.send('GET', 'Patient/a').body)).toEqual(patient('a', { meta: { versionId: '4', lastUpdated: '2020-01-01T00:00:00Z' } }));
  expect(client.send('PUT', 'Patient/a', patient('a')).headers.etag).toBe('W/"5"');
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
