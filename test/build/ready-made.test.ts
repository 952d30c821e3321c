/** Projects without FSH, as authors write them for the IG Publisher: built into a package and a site, or told what is wrong. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildGuide } from '../../scripts/build/build-guide';
import { readConfiguration } from '../../scripts/build/configuration';
import { runCli } from '../../scripts/commands/run-cli';
import { siteCommand } from '../../scripts/commands/site';
import { readPackage } from '../../scripts/packages/read-package';

const GUIDE = `<ImplementationGuide xmlns="http://hl7.org/fhir"><id value="ready.made"/><url value="http://example.org/ready/ImplementationGuide/ready.made"/><version value="0.3.0"/><name value="ReadyMade"/><title value="Ready-made"/><status value="draft"/><publisher value="Somebody"/><packageId value="ready.made"/><fhirVersion value="4.0.1"/>
<dependsOn><uri value="http://terminology.hl7.org/ImplementationGuide/hl7.terminology"/><packageId value="hl7.terminology.r4"/><version value="7.0.1"/></dependsOn>
<definition><resource><reference><reference value="StructureDefinition/named"/></reference></resource><resource><reference><reference value="Patient/zoe"/></reference><exampleCanonical value="http://example.org/ready/StructureDefinition/named"/></resource>
<page><nameUrl value="toc.html"/><title value="Contents"/><generation value="html"/><page><nameUrl value="index.html"/><title value="Home"/><generation value="markdown"/></page></page></definition></ImplementationGuide>`;
const PROFILE = '<StructureDefinition xmlns="http://hl7.org/fhir"><id value="named"/><url value="http://example.org/ready/StructureDefinition/named"/><name value="Named"/><status value="draft"/><kind value="resource"/><abstract value="false"/><type value="Patient"/><baseDefinition value="http://hl7.org/fhir/StructureDefinition/Patient"/><derivation value="constraint"/><differential><element id="Patient.name"><path value="Patient.name"/><min value="1"/></element></differential></StructureDefinition>';
const FILES = {
  'ig.ini': '[IG]\nig = input/guide.xml\ntemplate = fhir.base.template#current\n',
  'input/guide.xml': GUIDE,
  'input/profiles/named.xml': PROFILE,
  'input/resources/unlisted.json': '{"resourceType":"Patient","id":"unlisted"}',
  'input/examples/zoe.json': '{"resourceType":"Patient","id":"zoe","name":[{"family":"Zoë"}]}',
  'input/includes/menu.xml': '<ul><li><a href="index.html">Home</a></li><li><a href="artifacts.html">All</a></li></ul>',
  'input/pagecontent/index.md': 'See [the profile](StructureDefinition-named.html) and [everything](full-ig.zip).\n',
};

let root: string;
function project(changes: Readonly<Record<string, string | undefined>> = {}): void {
  root = mkdtempSync(join(tmpdir(), 'scout-ready-'));
  for (const [path, text] of Object.entries({ ...FILES, ...changes })) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
afterEach(() => rmSync(root, { recursive: true, force: true }));
const build = () => buildGuide({ root, out: join(root, 'output') });

it('becomes a package of what its ImplementationGuide says, with what it does not list', async () => {
  project();
  expect((await readConfiguration(root)).config).toMatchObject({ id: 'ready.made', canonical: 'http://example.org/ready', version: '0.3.0', fhirVersion: ['4.0.1'] });
  const { ok, findings, package: made } = await build();
  expect(findings.map(({ severity, code, location }) => [severity, code, location?.file])).toEqual([['warning', 'no-snapshot', 'input/profiles/named.xml']]);
  expect(ok).toBe(true);
  const { manifest, definitions, examples } = await readPackage(made!.file);
  expect(manifest).toMatchObject({ name: 'ready.made', version: '0.3.0', fhirVersions: ['4.0.1'], dependencies: { 'hl7.fhir.r4.core': '4.0.1', 'hl7.terminology.r4': '7.0.1' } });
  expect(definitions.map(({ id }) => id)).toEqual(['ready.made', 'named']);
  expect(examples.map(({ id }) => id)).toEqual(['unlisted', 'zoe']);
  expect(JSON.stringify(definitions[0])).toContain('{"reference":{"reference":"Patient/unlisted"},"exampleBoolean":true}');
});

it('becomes a site with its own menu, pages and archives', async () => {
  project();
  const out = join(root, 'output');
  let said = '';
  const code = await runCli(['site', '--ig-root', root, '--out', out, '--offline', '--quiet'], { stdout: { write: (text: string) => (said += text) }, stderr: { write: (text: string) => (said += text) } }, [siteCommand]);
  expect([code, said]).toEqual([0, expect.stringContaining('0 errors')]);
  const files = readdirSync(join(out, 'site'));
  expect(files).toEqual(expect.arrayContaining(['index.html', 'StructureDefinition-named.html', 'Patient-unlisted.html', 'package.tgz', 'full-ig.zip']));
  expect(readFileSync(join(out, 'site', 'index.html'), 'utf8')).toMatch(/<a href="artifacts\.html">All<\/a>/);
  expect(readFileSync(join(out, 'site', 'artifacts.html'), 'utf8')).toMatch(/Patient-unlisted\.html/);
}, 60_000);

it.each([
  ['an ig.ini that names nothing', { 'ig.ini': '[IG]\ntemplate = x#1\n' }, 'ig.ini', 'has no line "ig = ..."'],
  ['an ig.ini that names a missing file', { 'input/guide.xml': undefined }, 'ig.ini', 'ig.ini names input/guide.xml, and there is no such file in the project.'],
  ['an ig.ini that names something else', { 'ig.ini': '[IG]\nig = input/profiles/named.xml\n' }, 'ig.ini', 'is no ImplementationGuide'],
  ['a guide without what a package needs', { 'input/guide.xml': GUIDE.replace('<fhirVersion value="4.0.1"/>', '') }, 'input/guide.xml', 'has no fhirVersion'],
  ['a guide that is no XML', { 'input/guide.xml': '<ImplementationGuide xmlns="http://hl7.org/fhir">' }, 'input/guide.xml', 'cannot be read'],
  ['a resource that is listed and not there', { 'input/examples/zoe.json': undefined }, 'input/guide.xml', 'lists Patient/zoe, and no file of the project holds it'],
  ['two resources with one id', { 'input/examples/twin.json': '{"resourceType":"Patient","id":"zoe"}' }, 'input/examples/zoe.json', 'input/examples/zoe.json and input/examples/twin.json are both Patient/zoe'],
  ['an id that leads out of the package', { 'input/examples/evil.json': '{"resourceType":"Patient","id":"../../../evil"}' }, undefined, '"Patient/../../../evil" has characters'],
  ['a resource that is no JSON', { 'input/resources/broken.json': '{' }, 'input/resources/broken.json', 'cannot be read'],
])('%s is told in one sentence with its file, and no package is written', async (_, changes, file, sentence) => {
  project(changes);
  const { ok, findings, package: made } = await build();
  expect([ok, made]).toEqual([false, undefined]);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([expect.objectContaining({ message: expect.stringContaining(sentence) as string, location: expect.objectContaining(file === undefined ? {} : { file }) as unknown })]);
});

it('of R5 says isExample of what it adds', async () => {
  project({ 'input/guide.xml': undefined, 'ig.ini': '[IG]\nig = input/guide.json\n', 'input/guide.json': JSON.stringify({ resourceType: 'ImplementationGuide', id: 'five', url: 'http://example.org/five/ImplementationGuide/five', name: 'Five', status: 'draft', packageId: 'five', fhirVersion: ['5.0.0'], definition: {} }) });
  const { resources } = await build();
  expect(resources?.implementationGuide?.definition?.resource).toEqual(expect.arrayContaining([{ reference: { reference: 'Patient/zoe' }, isExample: true }, { reference: { reference: 'StructureDefinition/named' }, isExample: false }]));
});
