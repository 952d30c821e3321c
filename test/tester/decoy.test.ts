/** A further value that changes nothing: chosen only where a server that misreads it would show. */
import { fhirVersion } from '../../scripts/core/fhir-version';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { parseQuery } from '../../scripts/search/parse-query';
import { predict } from '../../scripts/search/predict';
import { createSearchIndex } from '../../scripts/search/search-index';
import { createChooser } from '../../scripts/tester/choose/chooser';
import { withDecoy } from '../../scripts/tester/choose/decoy';

const BASE = 'https://fhir.example';
const definitions = loadSearchDefinitions(fhirVersion('R4'));
const by = (id: string, system: string, value: string) => ({ resourceType: 'ImagingStudy', id, status: 'available', subject: { identifier: { system, value } } });
const studies = [by('a', 'urn:x', '1'), by('b', 'urn:x', '2'), by('c', 'urn:y', '3')];
const index = createSearchIndex(definitions, BASE, studies);
const chooser = createChooser('ImagingStudy', studies.length, definitions, BASE, (type, pairs) => predict(index, parseQuery(definitions, type, pairs, { base: BASE })));
const name = 'subject:identifier';

test.each([
  ['another one\'s value under a system that nobody uses', 'urn:none|2', '2', 'urn:x|1,urn:none|2'],
  ['its own value: misread it finds nothing else', 'urn:none|1', '1', 'urn:x|1'],
  ['a value that finds something as it is', 'urn:x|2', '2', 'urn:x|1'],
])('%s', (_why, value, misread, asked) => {
  expect(withDecoy([[name, 'urn:x|1']], chooser, [{ value, misread: [name, misread] }]).pairs).toEqual([[name, asked]]);
});

test('what is brought may be named, and the query without the decoy is kept for servers that refuse several values', () => {
  expect(withDecoy([[name, 'urn:x|1']], chooser, [{ value: 'urn:none|9', misread: new Set(['ImagingStudy/a']) }])).toEqual({ pairs: [[name, 'urn:x|1']] });
  expect(withDecoy([[name, 'urn:x|1']], chooser, [{ value: 'urn:none|9', misread: new Set(['ImagingStudy/b']) }])).toEqual({ pairs: [[name, 'urn:x|1,urn:none|9']], plainly: [[name, 'urn:x|1']], bait: ['ImagingStudy/b'] });
});
