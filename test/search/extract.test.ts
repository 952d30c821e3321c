import type { Resource } from '../../scripts/core/fhir';
import { elementTypes } from '../../scripts/search/element-types';
import { parseExpression, splitUnion } from '../../scripts/search/expression';
import { extractor } from '../../scripts/search/extract';
import { fhirPathExtractor } from '../../scripts/search/fhirpath-extractor';
import { DEFINITIONS } from './support';

const types = elementTypes('R4');

/** One resource of each shape that the expressions of R4 ask for: choices, backbones, recursion, contained, extensions, nulls. */
const RESOURCES: Resource[] = [
  {
    resourceType: 'ImagingStudy', id: 's', meta: { lastUpdated: '2024-01-01T00:00:00Z', profile: ['p'], tag: [{ code: 't' }] }, status: 'available',
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2' }], subject: { reference: 'Patient/1' }, endpoint: [{ reference: 'Endpoint/1' }], reasonCode: [{ text: 'r' }],
    contained: [{ resourceType: 'Patient', id: 'c' }],
    series: [{ uid: '1', modality: { code: 'CT' }, endpoint: [{ reference: 'Endpoint/2' }], performer: [{ actor: { reference: 'Practitioner/1' } }], instance: [{ uid: '1.1', sopClass: { code: 'x' } }, { uid: '1.2' }] }, { uid: '2', bodySite: { code: 'b' } }],
  },
  { resourceType: 'Patient', id: 'p', deceasedDateTime: '2020-01-01', telecom: [{ system: 'phone', value: '1' }, { system: 'email', value: 'e' }], address: [{ city: 'C', line: ['a', 'b'] }], name: [{ family: 'F', given: ['G', 'H'] }], link: [{ other: { reference: 'RelatedPerson/1' } }], birthDate: '1980', managingOrganization: { reference: 'Organization/1' } },
  { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'c' }, effectivePeriod: { start: '2020' }, valueQuantity: { value: 1, code: 'g' }, component: [{ code: { text: 'd' }, valueCodeableConcept: { text: 'v' } }, { code: { text: 'e' }, valueQuantity: { value: 2 } }], subject: { reference: 'Group/1' }, hasMember: [{ reference: 'Observation/2' }] },
  { resourceType: 'Condition', id: 'c', onsetAge: { value: 3, code: 'a' }, subject: { reference: 'http://x.example/fhir/Patient/1' } },
  { resourceType: 'Questionnaire', id: 'q', url: 'u', item: [{ linkId: '1', code: [{ code: 'a' }], item: [{ linkId: '1.1', code: [{ code: 'b' }] }] }], useContext: [{ code: { code: 'k' }, valueCodeableConcept: { text: 'w' } }] },
  { resourceType: 'ServiceRequest', id: 'r', occurrenceTiming: { event: ['2020-01-01'] }, subject: { reference: 'Patient/1' }, instantiatesCanonical: ['http://a|1'] },
  { resourceType: 'Bundle', id: 'b', type: 'document', entry: [{ resource: { resourceType: 'Composition', id: 'k' } }, { resource: { resourceType: 'Patient', id: 'l' } }] },
  { resourceType: 'ActivityDefinition', id: 'a', relatedArtifact: [{ type: 'composed-of', resource: 'http://x' }, { type: 'depends-on', resource: 'http://y' }], library: ['http://z'] },
  { resourceType: 'MedicationRequest', id: 'm', medicationReference: { reference: '#m' }, contained: [{ resourceType: 'Medication', id: 'm' }], subject: { reference: 'Patient/1' }, dosageInstruction: [{ timing: { event: ['2020'] } }] },
  { resourceType: 'Appointment', id: 't', participant: [{ actor: { reference: 'Patient/1' } }, { actor: { reference: 'Practitioner/1' } }, { actor: { reference: 'Location/1' } }] },
  { resourceType: 'ConceptMap', id: 'cm', sourceCanonical: 'http://s', targetUri: 'http://t', group: [{ source: 'a', element: [{ code: 'x', target: [{ code: 'y' }] }] }] },
];

describe('the compiled paths equal fhirpath.js', () => {
  const cases = RESOURCES.flatMap((resource) => DEFINITIONS.of(resource.resourceType).flatMap((row) => (row.expression === undefined ? [] : [[resource.resourceType, row.code, row.expression, resource] as const])));
  test.each([...new Set(cases.map(([type]) => type))])('%s', (type) => {
    let compared = 0;
    for (const [, code, expression, resource] of cases.filter((row) => row[0] === type)) {
      const branches = parseExpression(expression) ?? [];
      // R4's `(x as T)` on a repeating element is an error to the letter of FHIRPath, and means ofType.
      const strict = expression.replace(/\(([\w.]+) as (\w+)\)/g, '$1.ofType($2)').replace(/\.as\((\w+)\)/g, '.ofType($1)');
      const values = (found: { value: unknown }[]) => [...new Set(found.map(({ value }) => JSON.stringify(value)))].sort();
      expect([code, values(extractor(branches, types)(resource))]).toEqual([code, values(fhirPathExtractor(strict, types)(resource))]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(10);
  });
});

describe('whether somebody is dead equals fhirpath.js', () => {
  const expression = 'Patient.deceased.exists() and Patient.deceased != false';
  test.each([{}, { deceasedBoolean: true }, { deceasedBoolean: false }, { deceasedDateTime: '2020' }, { _deceasedBoolean: { extension: [{ url: 'http://u', valueCode: 'x' }] } }])('%j', (content) => {
    const patient = { resourceType: 'Patient', ...content } as Resource;
    const told = (found: { value: unknown; type: string }[]) => found.map(({ value, type }) => ({ value, type }));
    expect(told(extractor(parseExpression(expression) ?? [], types)(patient))).toEqual(told(fhirPathExtractor(expression, types)(patient)));
  });
});

describe('the small language', () => {
  test.each(['Patient.deceased.exists() and Patient.active != false', "QuestionnaireResponse.item.where(hasExtension('x')).answer", 'A.b + 1', 'A.b[', 'A..b', "A.where(x = 'y' and z)", '(A.b | A.c)[0]'])('leaves "%s" to the engine', (text) => {
    expect(parseExpression(text)).toBeUndefined();
  });
  test('says all that the search parameters of R4 say', () => {
    const expressions = [...DEFINITIONS.resourceTypes].flatMap((type) => DEFINITIONS.of(type).flatMap(({ expression }) => expression ?? []));
    expect(expressions.length).toBeGreaterThan(1000);
    expect(expressions.filter((expression) => parseExpression(expression) === undefined)).toEqual([]);
  });
  test('splits unions at the top level only', () => {
    expect(splitUnion("A.b | (C.d | E.f) | G.where(x='|').h")).toEqual(['A.b', '(C.d | E.f)', "G.where(x='|').h"]);
  });
  test('places and types are told', () => {
    const [, second] = extractor(parseExpression('ImagingStudy.series.uid') ?? [], types)(RESOURCES[0] as Resource);
    expect(second).toMatchObject({ value: '2', type: 'id', path: 'ImagingStudy.series.uid', location: 'series[1].uid' });
    const [value] = extractor(parseExpression('Observation.value.as(Quantity)') ?? [], types)(RESOURCES[2] as Resource);
    expect(value).toMatchObject({ type: 'Quantity', location: 'valueQuantity' });
  });
  test('a resource of wrong shape does no harm', () => {
    const odd = { resourceType: 'ImagingStudy', id: 'x', series: 'none', subject: [1, null], identifier: { coding: 5 }, meta: null } as unknown as Resource;
    for (const row of DEFINITIONS.of('ImagingStudy')) {
      const branches = row.expression === undefined ? [] : parseExpression(row.expression);
      expect(() => extractor(branches!, types)(odd)).not.toThrow();
    }
  });
});
