/** What is brought to R4, of the DSTU2 ballot and of R5, judged by the real HL7 validator with the guide. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convert } from '../../scripts/convert/convert';
import { elementModel } from '../../scripts/core/element-model';
import { isError, type Finding } from '../../scripts/core/finding';
import { localReference, type Resource } from '../../scripts/core/fhir';
import { packageRoot } from '../../scripts/core/package-root';
import { generateExamples } from '../../scripts/generate/generate-examples';
import { inVersion } from '../../scripts/generate/in-version';
import { suppress } from '../../scripts/validate/suppressions';
import { validateResources } from '../../scripts/validate/validate-resources';
import type { Validator } from '../../scripts/validate/validator';
import { BALLOT_STUDIES } from './ballot-studies';
import { MADE_UP_BALLOT, MADE_UP_R4, MADE_UP_R5 } from './made-up-studies';

const onlyInR5 = readdirSync(join(packageRoot(), 'ig-r5', 'input', 'only-r5')).map((name) => JSON.parse(readFileSync(join(packageRoot(), 'ig-r5', 'input', 'only-r5', name), 'utf8')) as Resource);
const examples = [...inVersion(generateExamples({ scenarioDir: join(packageRoot(), 'input', 'scenarios') }), '5.0').resources.map(({ resource }) => resource), ...onlyInR5.filter(({ resourceType }) => elementModel('5.0').types[resourceType] !== undefined)];
const toR4 = {
  'studies of the DSTU2 ballot': convert([...BALLOT_STUDIES, ...MADE_UP_BALLOT], '0.5', '4.0').resources,
  'the examples of R5': convert(examples, '5.0', '4.0').resources,
  'made-up studies of R5': convert(MADE_UP_R5, '5.0', '4.0').resources,
  // That the drawn values are valid themselves: an error in what is converted is then the conversion's.
  'made-up studies of R4, as they are': MADE_UP_R4,
} satisfies Record<string, readonly Resource[]>;

/** Tests for a suite that has a validator with R4 core and the guide. */
export function testConvertedR4(validator: () => Validator): void {
  let findings: Finding[];

  beforeAll(async () => {
    findings = suppress(await validateResources(validator(), Object.values(toR4).flat().map((resource) => ({ resource })))).shown;
  }, 5 * 60_000);

  test.each(Object.entries(toR4))('finds no error in %s', (_, resources) => {
    const judged = new Set(resources.map(localReference));
    expect(judged.size).toBe(resources.length);
    expect(findings.filter((finding) => isError(finding) && judged.has(finding.location?.resource)).map(({ code, location, message }) => `${location?.resource} ${location?.path} ${code} ${message}`)).toEqual([]);
  });

  test('an element that the conversion left as it was would be found', async () => {
    const [, left] = MADE_UP_R5;
    const found = await validateResources(validator(), [{ resource: { ...(left as Resource), id: 'left' } }]);
    expect(found.filter(isError).map(({ location }) => location?.path)).toEqual(expect.arrayContaining(['ImagingStudy.modality[0]']));
  });
}
