/** Resources go out in Bundles, findings come back with file, line and path; one bad resource spoils no other. */
import type { Bundle, OperationOutcome } from '../../../scripts/core/fhir';
import { KnownError } from '../../../scripts/core/known-error';
import { officialValidator } from '../../../scripts/validate/official/official-validator';
import type { Judged, ValidatorService } from '../../../scripts/validate/official/service';
import { readDocument } from '../../../scripts/validate/read-document';
import { validateResources } from '../../../scripts/validate/validate-resources';
import { ALL_OK, outcome } from './outcome';

interface Call {
  document: string;
  format: string;
  profiles?: readonly string[];
  label: string;
  timeoutMs: number;
}

/** A service that answers as `judge` says, and remembers what it was asked. */
function fakeService(judge: (document: string) => OperationOutcome | Error | { undigested: OperationOutcome }) {
  const calls: Call[] = [];
  const service: ValidatorService = {
    judge(document, { format, profiles, label, timeoutMs }): Promise<Judged> {
      calls.push({ document, format, label, timeoutMs, ...(profiles && { profiles }) });
      const answer = judge(document);
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve('undigested' in answer ? { digested: false, outcome: answer.undigested as OperationOutcome } : { digested: true, outcome: answer });
    },
    loadGuide: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return { calls, service, validator: officialValidator(service, { description: 'fake' }) };
}

const given = (text: string, file = 'f.json') => readDocument(Buffer.from(text), file).given;
const study = (id: string, rest = '') => `{\n "resourceType": "ImagingStudy",\n "id": "${id}"${rest}\n}`;
const subject = ',\n "subject": { "reference": "Patient/p" }';
const entriesOf = (call: Call | undefined) => (JSON.parse(call?.document ?? '{}') as Bundle).entry ?? [];

test('related resources go in one Bundle with absolute URLs, each with its own text', async () => {
  const { calls, validator } = fakeService(() => ALL_OK);
  const set = [...given(study('i', `${subject},\n "numberOfSeries": 1.0`)), ...given('{"resourceType":"Patient","id":"p"}')];
  expect(await validateResources(validator, set)).toEqual([]);
  expect(calls).toHaveLength(1);
  expect(entriesOf(calls[0]).map(({ fullUrl }) => fullUrl)).toEqual(['https://given.invalid/fhir/ImagingStudy/i', 'https://given.invalid/fhir/Patient/p']);
  expect(calls[0]?.document).toContain('"numberOfSeries": 1.0');
  expect(calls[0]).toMatchObject({ format: 'json', label: '2 resources, the first from f.json' });
});

test('a finding has file, line, column, resource and path of its own', async () => {
  const { validator } = fakeService(() => outcome({ path: 'Bundle.entry[1].resource/*ImagingStudy/b*/.subject', text: 'wrong', id: 'Reference_REF_BadTargetType' }));
  const set = [...given(study('a'), 'a.json'), ...given(study('b', subject), 'b.json')];
  const findings = await validateResources(validator, set);
  expect(findings.filter(({ source }) => source === 'hl7-validator')).toEqual([
    {
      severity: 'error',
      code: 'Reference_REF_BadTargetType',
      message: 'wrong',
      location: { file: 'b.json', line: 4, column: 2, resource: 'ImagingStudy/b', path: 'ImagingStudy.subject' },
      source: 'hl7-validator',
    },
  ]);
  expect(findings.filter(({ code }) => code === 'reference-not-given').map(({ location }) => location)).toEqual([{ file: 'b.json', line: 4, column: 2, resource: 'ImagingStudy/b', path: 'ImagingStudy.subject' }]);
});

test('findings about what is only context are left to the batch that has it in focus', async () => {
  const { calls, service } = fakeService(() => outcome({ path: 'Bundle.entry[0].resource/*X/x*/', text: 'first' }, { path: 'Bundle.entry[1].resource/*Patient/p*/', text: 'second' }));
  const validator = officialValidator(service, { description: 'fake', limits: { resources: 1, characters: 1 } });
  const set = [...given(study('i', subject), 'i.json'), ...given('{"resourceType":"Patient","id":"p"}', 'p.json')];
  const findings = await validateResources(validator, set);
  expect(calls.map((call) => entriesOf(call).length)).toEqual([2, 1]);
  expect(findings.map(({ location, message }) => [location?.file, message])).toEqual([
    ['i.json', 'first'],
    ['p.json', 'first'],
  ]);
});

test('a resource over which the validator fails is named; its neighbours are judged alone', async () => {
  const { validator } = fakeService((document) => {
    if (document.includes('poison')) return { undigested: outcome({ text: 'Validation failed: null' }) };
    return outcome({ path: 'ImagingStudy.status', text: 'missing', line: 99 });
  });
  const findings = await validateResources(validator, [...given(study('a'), 'a.json'), ...given(study('poison'), 'p.json')]);
  expect(findings.map(({ severity, code, location }) => [severity, code, location?.file, location?.line])).toEqual([
    ['error', 'invalid', 'a.json', 1],
    ['fatal', 'not-digested', 'p.json', 1],
  ]);
});

test('profiles are claimed by the resources of their type', async () => {
  const { calls, validator } = fakeService(() => ALL_OK);
  await validateResources(validator, [...given(study('i')), ...given('{"resourceType":"Patient","id":"p"}')], { profiles: [{ url: 'https://p.example/study', type: 'ImagingStudy' }] });
  expect(entriesOf(calls[0]).map(({ resource }) => resource?.meta)).toEqual([{ profile: ['https://p.example/study'] }, undefined]);
});

test('a given Bundle is judged for what is its own; its entries are resources like others', async () => {
  const { calls, validator } = fakeService((document) =>
    document.includes('"collection"')
      ? ALL_OK
      : outcome({ path: 'Bundle.entry[0].resource/*Patient/1*/', text: 'a husk has no name' }, { path: 'Bundle.entry[0].fullUrl', text: 'not absolute', line: 1 }),
  );
  const bundle = '{"resourceType":"Bundle","type":"searchset",\n"entry":[{\n"fullUrl":"Patient/1","resource":{"resourceType":"Patient","id":"1","name":[{"family":"A"}]}}]}';
  const findings = await validateResources(validator, given(bundle, 'b.json'));
  expect(calls).toHaveLength(2);
  expect(entriesOf(calls[1]).map(({ resource }) => resource)).toEqual([{ resourceType: 'Patient', id: '1' }]);
  expect(findings.map(({ message, location }) => [message, location?.file, location?.line, location?.path])).toEqual([['not absolute', 'b.json', 3, 'Bundle.entry[0].fullUrl']]);
});

test('XML goes alone and unread, with the profiles that are asked of its type; its findings keep the line that the validator gives', async () => {
  const { calls, validator } = fakeService(() => outcome({ path: '/f:Patient', text: "Undefined element 'foo'", line: 2, column: 5 }));
  const xml = '<Patient xmlns="http://hl7.org/fhir">\n<foo/></Patient>';
  const profiles = [{ url: 'https://p.example/patient', type: 'Patient' }, { url: 'https://p.example/study', type: 'ImagingStudy' }];
  const findings = await validateResources(validator, given(xml, 'p.xml'), { profiles });
  expect(calls).toEqual([expect.objectContaining({ document: xml, format: 'xml', label: 'p.xml', profiles: ['https://p.example/patient'] })]);
  expect(findings).toEqual([expect.objectContaining({ location: { file: 'p.xml', path: '/f:Patient', line: 2, column: 5 } })]);
});

test('resources made by a program need no text and no file', async () => {
  const { validator } = fakeService(() => outcome({ path: 'Bundle.entry[0].resource/*ImagingStudy/i*/.status', text: 'missing', line: 12 }));
  const findings = await validateResources(validator, [{ resource: { resourceType: 'ImagingStudy', id: 'i' }, file: 'scenario.yaml' }]);
  expect(findings).toEqual([expect.objectContaining({ location: { file: 'scenario.yaml', resource: 'ImagingStudy/i', path: 'ImagingStudy.status' } })]);
});

test('a larger document is given more time', async () => {
  const { calls, validator } = fakeService(() => ALL_OK);
  await validateResources(validator, given(study('small')));
  await validateResources(validator, given(study('large', `,\n "description": "${'x'.repeat(1_000_000)}"`)));
  expect(calls[1]?.timeoutMs).toBeGreaterThan((calls[0]?.timeoutMs ?? 0) + 60_000);
});

test('the death of the validator ends the whole, and says so', async () => {
  const { validator } = fakeService(() => new KnownError('validator-died', 'gone'));
  await expect(validateResources(validator, given(study('i')))).rejects.toMatchObject({ code: 'validator-died' });
});

test('progress counts resources', async () => {
  const { validator } = fakeService(() => ALL_OK);
  const seen: unknown[] = [];
  const progress = { start: (label: string, total?: number) => void seen.push([label, total]), step: (done: number) => void seen.push(done), end: () => void seen.push('end') };
  await validateResources(validator, [...given(study('a')), ...given('<Patient xmlns="http://hl7.org/fhir"/>')], { progress });
  expect(seen).toEqual([['Validating 2 resources', 2], 1, 2, 'end']);
});
