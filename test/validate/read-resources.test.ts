/** Paths as a user types them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readResources } from '../../scripts/validate/read-resources';

let folder: string;
const put = (name: string, text: string) => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const patient = (id: string) => `{"resourceType":"Patient","id":"${id}"}`;
const idsOf = async (...paths: string[]) => (await readResources(paths)).given.map(({ resource }) => resource.id);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scout-read-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder is read with all that is below it, in the order of names; hidden files and what is no data are passed over', async () => {
  put('b.json', patient('b'));
  put('a/z.ndjson', `${patient('z1')}\n${patient('z2')}`);
  put('a/node_modules/x.json', patient('no'));
  put('.index.json', '{}');
  put('package.json', '{}');
  put('readme.txt', 'no');
  symlinkSync(folder, join(folder, 'circle'));
  expect(await idsOf(folder)).toEqual(['z1', 'z2', 'b']);
});

test('a file that cannot be parsed is a finding with its name, and the others are read', async () => {
  put('a.json', '{');
  put('b.json', patient('b'));
  const { given, findings, files } = await readResources([folder]);
  expect(given.map(({ file }) => file)).toEqual([join(folder, 'b.json')]);
  expect(findings).toEqual([expect.objectContaining({ severity: 'fatal', code: 'json-syntax', location: { file: join(folder, 'a.json'), line: 1, column: 2 } })]);
  expect(files).toEqual([join(folder, 'a.json'), join(folder, 'b.json')]);
});

test('- is standard input', async () => {
  const { given } = await readResources(['-'], () => Promise.resolve(Buffer.from(patient('in'))));
  expect(given).toEqual([expect.objectContaining({ file: '<stdin>' })]);
});

test('a named file is read whatever its name', async () => {
  expect(await idsOf(put('study', patient('s')))).toEqual(['s']);
});

test('what is not there is named', async () => {
  await expect(readResources([join(folder, 'nowhere.json')])).rejects.toMatchObject({ code: 'no-such-file', message: expect.stringContaining('nowhere.json') as string });
  await expect(readResources([folder])).rejects.toMatchObject({ code: 'nothing-to-validate', message: expect.stringContaining(folder) as string });
});
