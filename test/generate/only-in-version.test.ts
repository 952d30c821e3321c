import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../scripts/core/package-root';
import { localReference } from '../../scripts/core/fhir';
import { inVersion } from '../../scripts/generate/in-version';
import { generateExamples } from '../../scripts/generate/generate-examples';
import { referencesIn } from '../../scripts/generate/reference-order';
import { examplesOnlyIn, readOnlyInVersion } from '../../scripts/generate/only-in-version';
import { brokenRules } from '../../scripts/invariants/rules';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'only-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, value: unknown) => writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));

test('what is referred to comes first, and no folder holds nothing', () => {
  put('A-one.json', { resourceType: 'A', id: 'one', of: { reference: 'B/two' } });
  put('B-two.json', { resourceType: 'B', id: 'two' });
  put('README.md', 'no example');
  expect(readOnlyInVersion(folder).map(({ resource }) => localReference(resource))).toEqual(['B/two', 'A/one']);
  expect(readOnlyInVersion(join(folder, 'none'))).toEqual([]);
});

test.each([
  ['{', /is no JSON/],
  ['[]', /does not hold the resource/],
  [{ resourceType: 'A', id: 'two' }, /does not hold the resource/],
])('%j in A-one.json is a mistake that names the file', (value, said) => {
  put('A-one.json', value);
  expect(() => readOnlyInVersion(folder)).toThrow(said);
  expect(() => readOnlyInVersion(folder)).toThrow(expect.objectContaining({ code: 'bad-example-file', message: expect.stringContaining('A-one.json') as string }) as Error);
});

describe("the R5 guide's own", () => {
  const set = generateExamples({ scenarioDir: join(packageRoot(), 'input', 'scenarios') });
  const own = examplesOnlyIn('5.0');

  test('are of R5 alone', () => {
    expect(own.length).toBeGreaterThan(0);
    expect(examplesOnlyIn('4.0')).toEqual([]);
  });

  test('stand behind those of the scenarios, refer to nothing unknown and break no rule', () => {
    const { resources } = inVersion(set, '5.0', { onlyHere: own });
    expect(resources).toHaveLength(set.resources.length + own.length);
    expect(resources.slice(-own.length)).toEqual(own);
    const known = new Set(resources.map(({ resource }) => localReference(resource)));
    for (const { resource } of own) {
      expect(referencesIn(resource).filter((reference) => !known.has(reference))).toEqual([]);
      expect(brokenRules(resource)).toEqual([]);
    }
  });

  test('give the parameters of R5 alone something to find', () => {
    const text = JSON.stringify(own.map(({ resource }) => resource));
    for (const element of ['"reference":"BodyStructure/', '"type":"BodyStructure","identifier"', '"reference":"ActivityDefinition/']) expect(text).toContain(element);
  });

  test('may not have the id of another', () => {
    const [one] = set.resources;
    expect(() => inVersion(set, '5.0', { onlyHere: one === undefined ? [] : [one] })).toThrow(expect.objectContaining({ code: 'example-twice' }) as Error);
  });
});
