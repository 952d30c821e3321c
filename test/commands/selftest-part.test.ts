/** A part of the data that a server holds: fewer studies, and nothing that refers to what is missing. */
import { partOf } from '../../scripts/commands/selftest/part-of';
import { localReference } from '../../scripts/core/fhir';
import { ownExamples } from '../../scripts/generate/own-examples';
import { referencesIn } from '../../scripts/tester/gather/references';

test('what is left out leaves no reference behind that led to it', async () => {
  const examples = await ownExamples();
  const part = partOf(examples);
  const studies = (resources: typeof part) => resources.filter(({ resourceType }) => resourceType === 'ImagingStudy').length;
  expect(studies(part)).toBeGreaterThan(10);
  expect(studies(part)).toBeLessThan(studies(examples) / 2);
  const [all, there] = [new Set(examples.map(localReference)), new Set(part.map(localReference))];
  expect(part.flatMap((resource) => referencesIn(resource)).filter(({ reference }) => all.has(reference) && !there.has(reference))).toEqual([]);
});

test('what refers to what is left out is left out, and so on; other references stay', () => {
  const study = (id: string) => ({ resourceType: 'ImagingStudy', id });
  const report = { resourceType: 'DiagnosticReport', id: 'r', imagingStudy: [{ reference: 'ImagingStudy/b' }] };
  const task = { resourceType: 'Task', id: 't', focus: { reference: 'DiagnosticReport/r' } };
  const other = { resourceType: 'Task', id: 'u', focus: { reference: 'DiagnosticReport/elsewhere' } };
  const b = study('b');
  expect(partOf([study('a'), b, study('c')], [b]).map(localReference)).toEqual(['ImagingStudy/a', 'ImagingStudy/b']);
  expect(partOf([study('a'), study('b'), report, task, other, study('c'), study('d')]).map(localReference)).toEqual(['ImagingStudy/a', 'Task/u', 'ImagingStudy/d']);
});
