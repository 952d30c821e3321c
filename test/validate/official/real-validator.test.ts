/** The real HL7 validator, started once for all that needs R4 core and the guide: HL7's own examples, our good and bad ones, what is converted, and inputs of every kind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tar from 'tar';
import { isError, type Finding } from '../../../scripts/core/finding';
import { localReference } from '../../../scripts/core/fhir';
import { packageRoot } from '../../../scripts/core/package-root';
import { generateExamples } from '../../../scripts/generate/generate-examples';
import { judgeBadExample } from '../../../scripts/generate/judge-bad-example';
import { openPackage } from '../../../scripts/packages/open-package';
import { chooseProfiles } from '../../../scripts/validate/guides';
import { openOfficialValidator, type OpenedValidator } from '../../../scripts/validate/official/open-official-validator';
import { readDocument } from '../../../scripts/validate/read-document';
import { suppress } from '../../../scripts/validate/suppressions';
import { validateResources } from '../../../scripts/validate/validate-resources';
import type { ValidateOptions } from '../../../scripts/validate/validator';
import { secondProject, USER_PACKAGE, USER_PROFILE, type SecondProject } from '../../build/second-project';
import { testConvertedR4 } from '../../versions/converted-r4';

// Jest gives tests a process.env of their own, which Node's spawn does not know: hand it on, as outside of Jest.
jest.mock('child_process', () => {
  const actual = jest.requireActual<typeof import('node:child_process')>('child_process');
  return { ...actual, spawn: (command: string, args: string[], options: object) => actual.spawn(command, args, { env: process.env, ...options }) };
});

const PROFILE = 'https://fhir-scout.org/ig/imaging/StructureDefinition/scout-imaging-study';
/** Read by hand against the profile: what HL7's examples, made for base R4, do not have (the accession number has no system). */
const HL7_LACKS = {
  'ImagingStudy-example.json': ['Validation_VAL_Profile_Minimum ImagingStudy ImagingStudy.endpoint', 'Validation_VAL_Profile_Minimum ImagingStudy ImagingStudy.modality'],
  'ImagingStudy-example-xr.json': ['scout-accession ImagingStudy'],
};
/** SUSHI, a first build from Maven Central and a start on a busy machine. */
const SETUP_MS = 15 * 60_000;
const CALL_MS = 5 * 60_000;

const folder = mkdtempSync(join(tmpdir(), 'scout-real-validator-'));
const set = generateExamples({ scenarioDir: join(packageRoot(), 'input', 'scenarios') });
const hl7 = hl7Examples();
const noJava = spawnSync('java', ['-version']).error === undefined ? undefined : 'there is no Java here';

/** HL7's two ImagingStudy examples of R4, through the user's npm; or why they cannot be had. */
function hl7Examples(): { files: { name: string; bytes: Buffer }[]; missing?: string } {
  const packed = spawnSync('npm', ['pack', 'hl7.fhir.r4.examples@4.0.1', '--prefer-offline', '--silent', '--pack-destination', folder], { timeout: 120_000, encoding: 'utf8' });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (packed.status !== 0 || archive === undefined) return { files: [], missing: `npm does not deliver hl7.fhir.r4.examples (${packed.stderr?.trim().split('\n')[0] || 'no answer'})` };
  const names = ['ImagingStudy-example.json', 'ImagingStudy-example-xr.json'];
  tar.extract({ sync: true, file: join(folder, archive), cwd: folder }, names.map((name) => `package/${name}`));
  return { files: names.map((name) => ({ name, bytes: readFileSync(join(folder, 'package', name)) })) };
}

const PLAIN_STUDY = { resourceType: 'ImagingStudy', id: 'plain', status: 'available', subject: { display: 'someone' } };

let second: SecondProject;
beforeAll(async () => {
  second = await secondProject(folder);
}, SETUP_MS);

afterAll(() => {
  second?.project.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('SUSHI takes the guide by name#version; a second project stands on it', () => {
  const { cache, installed, project, built: { ok, findings } } = second;
  expect(installed).toMatchObject({ name: 'fhir-scout.imaging', version: '0.1.0' });
  expect(openPackage(cache, installed.name, installed.version).packageJson).toMatchObject({ jurisdiction: 'http://unstats.un.org/unsd/methods/m49/m49.htm#001', date: '20261122000000' });
  expect({ ok, errors: findings.filter(isError) }).toEqual({ ok: true, errors: [] });
  const profile = JSON.parse(readFileSync(join(project.root, 'fsh-generated/resources/StructureDefinition-local-study.json'), 'utf8')) as { snapshot: { element: { id: string; constraint?: { key: string }[] }[] } };
  expect(profile.snapshot.element.flatMap(({ constraint = [] }) => constraint.map(({ key }) => key))).toContain('scout-study-uid');
});

const withJava = noJava === undefined ? describe : describe.skip;
const withHl7 = hl7.missing === undefined ? test : test.skip;
const because = hl7.missing === undefined ? '' : ` - skipped: ${hl7.missing}`;

withJava(`the official HL7 validator${noJava === undefined ? '' : ` - skipped: ${noJava}`}`, () => {
  let validator: OpenedValidator;
  let findings: Finding[];

  beforeAll(async () => {
    // The guide is not named: the validator has to follow the second project's dependency into the cache.
    validator = await openOfficialValidator({ guides: [USER_PACKAGE], packageCache: second.cache });
    const all = [...set.resources, ...set.bad].map(({ resource, file }) => ({ resource, file }));
    findings = suppress(await validateResources(validator, all)).shown;
  }, SETUP_MS);

  afterAll(() => validator?.close());

  const validate = async (text: string, options: ValidateOptions = {}, file = 'f.json') => {
    const { given, findings: read } = readDocument(Buffer.from(text), file);
    return [...read, ...suppress(await validateResources(validator, given, options)).shown];
  };
  const errorsOf = (found: readonly Finding[]) => found.filter(isError).map(({ code, location, message }) => `${location?.file}:${location?.line} ${location?.path} ${code} ${message}`);

  test('names its release', () => {
    expect(validator.description).toBe('HL7 FHIR validator 6.10.4');
  });

  test('judges by the profile of the second project, and by that of the guide below it', async () => {
    const judged: Finding[] = await validateResources(validator, [{ resource: PLAIN_STUDY }], { profiles: [USER_PROFILE] });
    const codes = judged.filter(isError).map(({ code, message }) => `${code} ${message}`);
    expect(codes).toContainEqual(expect.stringContaining('ImagingStudy.description'));
    expect(codes).toContainEqual(expect.stringMatching(/ImagingStudy\.identifier:studyUID/));
  });

  describe('of what is brought to R4', () => testConvertedR4(() => validator));

  test('finds no error in any good example', () => {
    const good = new Set(set.resources.map(({ resource }) => localReference(resource)));
    expect(good.size).toBeGreaterThan(50);
    expect(errorsOf(findings.filter(({ location }) => good.has(location?.resource)))).toEqual([]);
  });

  test.each(set.bad.map((example) => [example.id, example] as const))('finds in %s just what it is meant to break', (_, example) => {
    const reference = localReference(example.resource);
    expect(judgeBadExample(example, findings.filter(({ location }) => location?.resource === reference))).toEqual([]);
  });

  withHl7(`finds no error in HL7's own ImagingStudy examples as base R4${because}`, async () => {
    for (const { name, bytes } of hl7.files) {
      const found = await validate(bytes.toString('utf8'), {}, name);
      expect(errorsOf(found)).toEqual([]);
      expect(found.map(({ code }) => code)).toContain('reference-not-given');
    }
  }, CALL_MS);

  withHl7(`lists what HL7's own examples lack to conform to our profile${because}`, async () => {
    const profiles = await chooseProfiles([PROFILE], [second.guide], []);
    for (const { name, bytes } of hl7.files) {
      const errors = (await validate(bytes.toString('utf8'), { profiles }, name)).filter(isError);
      const lacks = errors.map(({ code, location, message }) => [code, location?.path, /^[\w.]+(?=: minimum)/.exec(message)?.[0]].filter(Boolean).join(' '));
      expect([name, lacks.sort()]).toEqual([name, HL7_LACKS[name as keyof typeof HL7_LACKS]]);
    }
  }, CALL_MS);

  test('places a finding at its line, also in a Bundle and in NDJSON', async () => {
    const study = '{"resourceType":"ImagingStudy","id":"i","status":"wrong",\n"subject":{"reference":"Patient/p"}}';
    const bundle = `{"resourceType":"Bundle","type":"collection","entry":[\n{"fullUrl":"https://a.example/ImagingStudy/i","resource":${study}}]}`;
    expect(errorsOf(await validate(bundle)).join()).toContain('f.json#entry[0]:2 ImagingStudy.status Terminology_TX_NoValid_16');
    const ndjson = `{"resourceType":"Patient","id":"p"}\n${study.replace('\n', '')}\n`;
    expect(errorsOf(await validate(ndjson)).join()).toContain('f.json:2 ImagingStudy.status Terminology_TX_NoValid_16');
  }, CALL_MS);

  test('checks the targets of references within the set, by relative, absolute and UUID references', async () => {
    const urn = 'urn:uuid:3f1e0ee8-3c9b-4b69-8d52-6a1f5a5b4f10';
    const entry = (fullUrl: string, resource: object) => ({ fullUrl, resource });
    const study = (id: string, reference: string) => entry(`https://a.example/ImagingStudy/${id}`, { resourceType: 'ImagingStudy', id, status: 'available', subject: { reference } });
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        study('right', 'Patient/p'),
        study('right-urn', urn),
        study('relative', 'Practitioner/d'),
        study('absolute', 'https://a.example/Practitioner/d'),
        study('outside', 'Patient/elsewhere'),
        study('contained', '#none'),
        entry('https://a.example/Patient/p', { resourceType: 'Patient', id: 'p' }),
        entry(urn, { resourceType: 'Patient' }),
        entry('https://a.example/Practitioner/d', { resourceType: 'Practitioner', id: 'd' }),
      ],
    };
    const found = (await validate(JSON.stringify(bundle))).filter(({ location }) => location?.path?.endsWith('.subject'));
    const codes = (id: string) => found.filter(({ location }) => location?.resource === `ImagingStudy/${id}`).map(({ severity, code }) => `${severity} ${code}`);
    expect(codes('right')).toEqual([]);
    expect(codes('right-urn')).toEqual([]);
    expect(codes('relative')).toContain('error Reference_REF_BadTargetType');
    expect(codes('absolute')).toContain('error Reference_REF_BadTargetType');
    expect(codes('outside')).toEqual(['information reference-not-given']);
    expect(codes('contained')).toEqual(expect.arrayContaining(['error Reference_REF_CantResolve', 'error ref-1']));
  }, CALL_MS);

  test('what is no resource, or of no known type, spoils none of its neighbours', async () => {
    const lines = ['{"resourceType":"Patient","id":"good"}', '{"resourceType":"Foo","id":"foo"}', '{"id":"untyped"}', '{"resourceType":"Patient","id":"a","active":"yes","name":{},"foo":1,"id":"b"}', '{"resourceType":'];
    const found = (await validate(lines.join('\n'), {}, 'f.ndjson')).filter(isError);
    const codesOf = (line: number) => [...new Set(found.filter(({ location }) => location?.line === line).map(({ code }) => code))].sort();
    expect([1, 2, 3, 4, 5].map(codesOf)).toEqual([[], ['unknown-resource-type'], ['not-a-resource'], ['Type_Specific_Checks_DT_Boolean_Value', 'duplicate-property', 'empty-element', 'unknown-property', 'wrong-json-type'], ['json-syntax']]);
  }, CALL_MS);

  test('a Bundle has rules of its own', async () => {
    const bundle = '{"resourceType":"Bundle","type":"searchset","total":"x",\n"entry":[{"fullUrl":"Patient/p","resource":{"resourceType":"Patient","id":"p"}}]}';
    const codes = (await validate(bundle)).filter(isError).map(({ code, location }) => [code, location?.file, location?.path]);
    expect(codes).toEqual(expect.arrayContaining([['wrong-json-type', 'f.json', 'Bundle.total'], ['BUNDLE_ENTRY_URL_ABSOLUTE', 'f.json', 'Bundle.entry[0]']]));
  }, CALL_MS);

  test('XML is validated too', async () => {
    const found = await validate('<Patient xmlns="http://hl7.org/fhir">\n <id value="a"/>\n <foo/>\n</Patient>', {}, 'p.xml');
    expect(found.filter(isError)).toEqual([expect.objectContaining({ code: 'unknown-property', location: expect.objectContaining({ file: 'p.xml', line: 3 }) as object })]);
    expect(errorsOf(await validate('<Patient xmlns="http://hl7.org/fhir"><id value="a"/></Patien>', {}, 'p.xml')).join()).toContain('syntax');
    const profiles = [{ url: PROFILE, type: 'ImagingStudy' }];
    const study = '<ImagingStudy xmlns="http://hl7.org/fhir"><id value="a"/><status value="available"/><subject><display value="x"/></subject></ImagingStudy>';
    expect(errorsOf(await validate(study, {}, 's.xml'))).toEqual([]);
    expect(errorsOf(await validate(study, { profiles }, 's.xml')).join()).toContain('ImagingStudy.endpoint: minimum required = 1');
  }, CALL_MS);

  test('a profile that is claimed and not known is said, not passed over', async () => {
    const found = await validate('{"resourceType":"Patient","id":"p","meta":{"profile":["https://x.example/StructureDefinition/none"]}}');
    expect(found).toContainEqual(expect.objectContaining({ severity: 'warning', code: 'VALIDATION_VAL_PROFILE_UNKNOWN_NOT_POLICY' }));
  }, CALL_MS);
});
