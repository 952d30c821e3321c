/** What a file holds is told from its content; what is wrong with one part keeps no other from being read. */
import { readDocument, type ReadOptions } from '../../scripts/validate/read-document';

const patient = (id: string) => `{"resourceType":"Patient","id":"${id}"}`;

function read(text: string | Uint8Array, options?: ReadOptions) {
  const { given, findings } = readDocument(typeof text === 'string' ? Buffer.from(text) : text, 'f.json', options);
  return {
    given: given.map(({ file, resource, source, fullUrl, entriesGiven }) => ({
      file,
      what: `${resource.resourceType}/${resource.id}`,
      text: source?.text,
      place: source?.place(0),
      ...(fullUrl !== undefined && { fullUrl }),
      ...(entriesGiven !== undefined && { entriesGiven }),
    })),
    findings: findings.map(({ severity, code, message, location }) => ({ severity, code, message, at: [location?.file, location?.line, location?.column] })),
  };
}

test('a resource keeps its text as it stands, so that nothing is lost by rewriting it', () => {
  const text = '{ "resourceType": "Observation", "id":"o", "valueQuantity": {"value": 1.10} }';
  expect(read(`\n  ${text}\n`).given).toEqual([{ file: 'f.json', what: 'Observation/o', text, place: { line: 2, column: 3 } }]);
});

test('the entries of a Bundle are resources with places of their own, and the Bundle is given too', () => {
  const bundle = `{"resourceType":"Bundle","type":"searchset","entry":[\n {"fullUrl":"https://a.example/fhir/Patient/1","resource":${patient('1')}},\n {"response":{"status":"204"}},\n {"resource":${patient('2')}}]}`;
  const { given, findings } = read(bundle);
  expect(findings).toEqual([]);
  expect(given).toEqual([
    { file: 'f.json#entry[0]', what: 'Patient/1', text: patient('1'), place: { line: 2, column: 59 }, fullUrl: 'https://a.example/fhir/Patient/1' },
    { file: 'f.json#entry[2]', what: 'Patient/2', text: patient('2'), place: { line: 4, column: 14 } },
    { file: 'f.json', what: 'Bundle/undefined', text: bundle, place: { line: 1, column: 1 }, entriesGiven: true },
  ]);
});

test.each([
  ['by its name', { ndjson: true }, `${patient('1')}\n`],
  ['by its second line', {}, `${patient('1')}\n${patient('2')}\n`],
])('NDJSON is known %s', (_, options, text) => {
  expect(read(text, options).given.map(({ what }) => what)).toContain('Patient/1');
  expect(read(text, options).findings).toEqual([]);
});

test('a broken line of NDJSON is named with its place, and the other lines are read', () => {
  const { given, findings } = read(`${patient('1')}\n{"resourceType":"Patient",}\n\n${patient('3')}`);
  expect(given.map(({ what, place }) => [what, place?.line])).toEqual([
    ['Patient/1', 1],
    ['Patient/3', 4],
  ]);
  expect(findings).toEqual([{ severity: 'fatal', code: 'json-syntax', message: 'It is not JSON: a property name in quotes was expected, not "}".', at: ['f.json', 2, 27] }]);
});

test('pretty-printed JSON is not taken for NDJSON', () => {
  expect(read('{\n"resourceType":"Patient",\n"id":"p"\n}').given).toHaveLength(1);
});

test.each([
  ['nothing', '', 'error', 'empty-file', 1],
  ['only space', ' \n\t\n', 'error', 'empty-file', 1],
  ['an array', '\n[1]', 'error', 'not-a-resource', 2],
  ['an object of another kind', '{"hello":1}', 'error', 'not-a-resource', 1],
  ['a number', '42', 'error', 'not-a-resource', 1],
  ['text of no kind', 'hello', 'fatal', 'json-syntax', 1],
])('%s is named as what it is', (_, text, severity, code, line) => {
  const { given, findings } = read(text);
  expect(given).toEqual([]);
  expect(findings).toEqual([expect.objectContaining({ severity, code, at: ['f.json', line, 1] })]);
});

test('JSON of another kind that lies in a searched folder is only a warning', () => {
  expect(read('{"name":"x"}', { found: true }).findings).toEqual([expect.objectContaining({ severity: 'warning', code: 'not-a-resource' })]);
});

test('a byte order mark is named and read over', () => {
  const { given, findings } = read(`\ufeff${patient('1')}`);
  expect(given).toEqual([expect.objectContaining({ what: 'Patient/1', text: patient('1') })]);
  expect(findings).toEqual([expect.objectContaining({ severity: 'warning', code: 'byte-order-mark' })]);
});

test('bytes that are not UTF-8 are named where they begin', () => {
  const latin1 = Buffer.from('{"resourceType":"Patient",\n"name":[{"family":"M\u00fcller"}]}', 'latin1');
  expect(read(latin1)).toEqual({ given: [], findings: [expect.objectContaining({ severity: 'fatal', code: 'not-utf-8', at: ['f.json', 2, 21] })] });
});

test('a duplicate property is an error, and the resource is validated all the same', () => {
  const { given, findings } = read('{"resourceType":"Patient",\n"id":"a","id":"b"}');
  expect(given.map(({ what }) => what)).toEqual(['Patient/b']);
  expect(findings).toEqual([expect.objectContaining({ severity: 'error', code: 'duplicate-property', at: ['f.json', 2, 10] })]);
});

test('XML is passed on as it is', () => {
  const xml = '<?xml version="1.0"?>\n<Patient xmlns="http://hl7.org/fhir"><id value="a"/></Patient>';
  expect(read(xml)).toEqual({ given: [{ file: 'f.json', what: 'Patient/undefined', text: xml, place: { line: 1, column: 1 } }], findings: [] });
});
