/** Packages are read once; afterwards their index tells the same, until they change. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from 'fsh-sushi';
import { GuideDefinitions } from '../../scripts/build/guide-definitions';
import { collectingSushiLog } from '../../scripts/build/sushi-log';

let cache: string;
const folder = (label: string) => join(cache, label, 'package');
const index = (label: string) => join(folder(label), '.scout-definitions');

const EXTENSION = {
  resourceType: 'StructureDefinition', id: 'ext', url: 'https://example.org/ext', name: 'Ext', version: '1.0.0',
  kind: 'complex-type', type: 'Extension', derivation: 'constraint', abstract: false, baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Extension',
};

function install(label: string): void {
  const [name, version] = label.split('#');
  mkdirSync(folder(label), { recursive: true });
  writeFileSync(join(folder(label), 'package.json'), JSON.stringify({ name, version }));
  writeFileSync(join(folder(label), 'StructureDefinition-ext.json'), JSON.stringify(EXTENSION));
  writeFileSync(join(folder(label), 'no-resource.json'), '{}');
}

/** What SUSHI learns of a package through a fresh set of definitions. */
async function learned(label: string) {
  const [name = '', version = ''] = label.split('#');
  const definitions = new GuideDefinitions(cache);
  const { value: status } = await collectingSushiLog(cache, () => definitions.loadPackage(name, version));
  return {
    status,
    infos: definitions.findResourceInfos('*'),
    json: definitions.fishForFHIR('https://example.org/ext', utils.Type.Extension) as unknown,
    manifest: definitions.findPackageJSON(name, version) as unknown,
  };
}

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'scout-cache-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

test('the index says what reading the package says', async () => {
  install('a.b#1.0.0');
  const read = await learned('a.b#1.0.0');
  expect(existsSync(index('a.b#1.0.0'))).toBe(true);
  expect(read).toMatchObject({ status: 'LOADED', json: EXTENSION, manifest: { name: 'a.b' }, infos: [{ id: 'ext', sdFlavor: 'Extension', sdAbstract: false }] });
  expect(await learned('a.b#1.0.0')).toEqual(read);
});

test('a package that gained a file or was replaced is read anew', async () => {
  install('a.b#1.0.0');
  await learned('a.b#1.0.0');
  writeFileSync(join(folder('a.b#1.0.0'), 'ValueSet-new.json'), JSON.stringify({ resourceType: 'ValueSet', id: 'new' }));
  expect((await learned('a.b#1.0.0')).infos.map(({ id }) => id)).toEqual(['ext', 'new']);
});

test('a package moved with its index is found in its new place', async () => {
  install('a.b#1.0.0');
  await learned('a.b#1.0.0');
  const moved = `${cache}-moved`;
  cpSync(cache, moved, { recursive: true, preserveTimestamps: true });
  rmSync(cache, { recursive: true });
  cache = moved;
  expect(await learned('a.b#1.0.0')).toMatchObject({ status: 'LOADED', json: EXTENSION });
});

test('a broken index is passed over', async () => {
  install('a.b#1.0.0');
  writeFileSync(index('a.b#1.0.0'), '{"format":');
  expect(await learned('a.b#1.0.0')).toMatchObject({ status: 'LOADED', json: EXTENSION });
});

test('a build in progress has no index, for its content changes under its name', async () => {
  install('a.b#dev');
  expect((await learned('a.b#dev')).status).toBe('LOADED');
  expect(existsSync(index('a.b#dev'))).toBe(false);
});
