/** The R5 twin of the guide: compiled by SUSHI, its examples and bad examples judged by the real HL7 validator with R5 core. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGuide, type BuildResult } from '../../scripts/build/build-guide';
import { convert } from '../../scripts/convert/convert';
import { isError, type Finding } from '../../scripts/core/finding';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { localReference } from '../../scripts/core/fhir';
import { packageRoot } from '../../scripts/core/package-root';
import { generateExamples } from '../../scripts/generate/generate-examples';
import { inVersion, readExpectations } from '../../scripts/generate/in-version';
import { examplesOnlyIn } from '../../scripts/generate/only-in-version';
import { judgeBadExample } from '../../scripts/generate/judge-bad-example';
import { ensurePackages } from '../../scripts/packages/ensure-packages';
import { openOfficialValidator, type OpenedValidator } from '../../scripts/validate/official/open-official-validator';
import { suppress } from '../../scripts/validate/suppressions';
import { validateResources } from '../../scripts/validate/validate-resources';
import { BALLOT_STUDIES } from './ballot-studies';
import { MADE_UP_BALLOT, MADE_UP_R4, MADE_UP_R5 } from './made-up-studies';

// Jest gives tests a process.env of their own, which Node's spawn does not know: hand it on, as outside of Jest.
jest.mock('child_process', () => {
  const actual = jest.requireActual<typeof import('node:child_process')>('child_process');
  return { ...actual, spawn: (command: string, args: string[], options: object) => actual.spawn(command, args, { env: process.env, ...options }) };
});

const ROOT = join(packageRoot(), 'ig-r5');
const folder = mkdtempSync(join(tmpdir(), 'scout-guide-r5-'));
const set = inVersion(generateExamples({ scenarioDir: join(packageRoot(), 'input', 'scenarios') }), '5.0', { expectations: readExpectations(join(ROOT, 'bad-expectations.yaml')), onlyHere: examplesOnlyIn('5.0') });
const noJava = spawnSync('java', ['-version']).error === undefined ? undefined : 'there is no Java here';
let built: BuildResult;

beforeAll(async () => {
  await ensurePackages({ fhirVersion: 'R5' });
  built = await buildGuide({ root: ROOT, out: folder, generatedIn: folder });
}, 10 * 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('SUSHI has nothing to say but that no registry serves a package that it loads by itself', () => {
  expect(built.findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual(['warning: Failed to load automatically-provided hl7.fhir.uv.tools.r5#latest']);
});

test('the twin has the profiles of the R4 guide, and its capability statement the 17 parameters of R5', () => {
  const profiles = built.resources?.definitions.filter(({ resourceType, derivation, type }) => resourceType === 'StructureDefinition' && derivation === 'constraint' && type !== 'Extension');
  expect(profiles?.map(({ id, fhirVersion }) => [id, fhirVersion]).sort()).toEqual([['scout-imaging-endpoint', '5.0.0'], ['scout-imaging-study', '5.0.0']]);
  const statement = built.resources?.definitions.find(({ resourceType }) => resourceType === 'CapabilityStatement') as unknown as { rest: { resource: { searchParam: { name: string }[] }[] }[] };
  expect(statement.rest[0]?.resource[0]?.searchParam.map(({ name }) => name)).toEqual([
    'based-on', 'body-site', 'body-structure', 'dicom-class', 'encounter', 'endpoint', 'identifier', 'instance', 'modality', 'patient', 'performer', 'reason', 'referrer', 'series', 'started', 'status', 'subject',
  ]);
});

(noJava === undefined ? describe : describe.skip)(`the HL7 validator with R5 core${noJava === undefined ? '' : ` - skipped: ${noJava}`}`, () => {
  let validator: OpenedValidator;
  let findings: Finding[];
  const old = convert([...BALLOT_STUDIES, ...MADE_UP_BALLOT], '0.5', '5.0').resources;
  const madeUp = [...convert(MADE_UP_R4, '4.0', '5.0').resources, ...MADE_UP_R5];

  beforeAll(async () => {
    validator = await openOfficialValidator({ fhirVersion: FHIR_VERSIONS.R5, guides: [built.package?.file ?? ''] });
    const all = [...set.resources, ...set.bad, ...[...old, ...madeUp].map((resource) => ({ resource, file: 'made up' }))].map(({ resource, file }) => ({ resource, file }));
    findings = suppress(await validateResources(validator, all)).shown;
  }, 15 * 60_000);

  afterAll(async () => {
    await validator?.close();
  });

  const errorsOf = (references: ReadonlySet<string | undefined>) => findings.filter((finding) => isError(finding) && references.has(finding.location?.resource)).map(({ code, location, message }) => `${location?.resource} ${location?.path} ${code} ${message}`);

  test('finds no error in any good example', () => {
    const good = new Set(set.resources.map(({ resource }) => localReference(resource)));
    expect(good.size).toBeGreaterThan(100);
    expect(errorsOf(good)).toEqual([]);
  });

  test('finds no error in studies of the DSTU2 ballot that were converted', () => {
    expect(errorsOf(new Set(old.map(localReference)))).toEqual([]);
  });

  test('finds no error in made-up studies with every element, converted from R4 or of R5', () => {
    expect(errorsOf(new Set(madeUp.map(localReference)))).toEqual([]);
  });

  test.each(set.bad.map((example) => [example.id, example] as const))('finds in %s just what it is meant to break', (_, example) => {
    const reference = localReference(example.resource);
    expect(judgeBadExample(example, findings.filter(({ location }) => location?.resource === reference))).toEqual([]);
  });
});
