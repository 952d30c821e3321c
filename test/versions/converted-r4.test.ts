/** What is brought to R4, of the DSTU2 ballot and of R5, judged by the real HL7 validator with the guide: one validator for all. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGuide } from '../../scripts/build/build-guide';
import { convert } from '../../scripts/convert/convert';
import { elementModel, elementsOf } from '../../scripts/core/element-model';
import { isError, type Finding } from '../../scripts/core/finding';
import { localReference, type Resource } from '../../scripts/core/fhir';
import { packageRoot } from '../../scripts/core/package-root';
import { generateExamples } from '../../scripts/generate/generate-examples';
import { inVersion } from '../../scripts/generate/in-version';
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

const onlyInR5 = readdirSync(join(packageRoot(), 'ig-r5', 'input', 'only-r5')).map((name) => JSON.parse(readFileSync(join(packageRoot(), 'ig-r5', 'input', 'only-r5', name), 'utf8')) as Resource);
const examples = [...inVersion(generateExamples({ scenarioDir: join(packageRoot(), 'input', 'scenarios') }), '5.0').resources.map(({ resource }) => resource), ...onlyInR5.filter(({ resourceType }) => elementModel('5.0').types[resourceType] !== undefined)];
const toR4 = {
  'studies of the DSTU2 ballot': convert([...BALLOT_STUDIES, ...MADE_UP_BALLOT], '0.5', '4.0').resources,
  'the examples of R5': convert(examples, '5.0', '4.0').resources,
  'made-up studies of R5': convert(MADE_UP_R5, '5.0', '4.0').resources,
  // That the drawn values are valid themselves: an error in what is converted is then the conversion's.
  'made-up studies of R4, as they are': MADE_UP_R4,
} satisfies Record<string, readonly Resource[]>;

/** Paths of all elements of a study, below the type. */
function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, path));
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, path === '' ? name : `${path}.${name}`))];
}

test.each([['0.5', MADE_UP_BALLOT], ['4.0', MADE_UP_R4], ['5.0', MADE_UP_R5]] as const)('the made-up studies of %s use every element of its table', (version, studies) => {
  const used = new Set(studies.flatMap((study) => pathsOf(study)));
  expect(Object.keys(elementsOf(version, 'ImagingStudy')).filter((path) => !used.has(path))).toEqual([]);
});

const noJava = spawnSync('java', ['-version']).error === undefined ? undefined : 'there is no Java here';

(noJava === undefined ? describe : describe.skip)(`the HL7 validator with R4 core finds no error in${noJava === undefined ? '' : ` - skipped: ${noJava}`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'scout-converted-r4-'));
  let validator: OpenedValidator;
  let findings: Finding[];

  beforeAll(async () => {
    const built = await buildGuide({ root: packageRoot(), out: folder, generatedIn: folder });
    validator = await openOfficialValidator({ guides: [built.package?.file ?? ''] });
    findings = suppress(await validateResources(validator, Object.values(toR4).flat().map((resource) => ({ resource })))).shown;
  }, 15 * 60_000);

  afterAll(async () => {
    await validator?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.entries(toR4))('%s', (_, resources) => {
    const judged = new Set(resources.map(localReference));
    expect(judged.size).toBe(resources.length);
    expect(findings.filter((finding) => isError(finding) && judged.has(finding.location?.resource)).map(({ code, location, message }) => `${location?.resource} ${location?.path} ${code} ${message}`)).toEqual([]);
  });

  test('an element that the conversion left as it was would be found', async () => {
    const [, left] = MADE_UP_R5;
    const found = await validateResources(validator, [{ resource: { ...(left as Resource), id: 'left' } }]);
    expect(found.filter(isError).map(({ location }) => location?.path)).toEqual(expect.arrayContaining(['ImagingStudy.modality[0]']));
  });
});
