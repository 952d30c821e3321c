import type { Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { searchDefinitionsText } from '../../scripts/search/definitions-generator';
import { parseQuery } from '../../scripts/search/parse-query';
import { predict } from '../../scripts/search/predict';
import { createSearchIndex } from '../../scripts/search/search-index';
import { BASE, DEFINITIONS, resourcesOf } from './support';

describe('R4 as shipped', () => {
  test('ImagingStudy has its 17 parameters and the common ones', () => {
    const own = ['basedon', 'bodysite', 'dicom-class', 'encounter', 'endpoint', 'identifier', 'instance', 'interpreter', 'modality', 'patient', 'performer', 'reason', 'referrer', 'series', 'started', 'status', 'subject'];
    const common = ['_content', '_filter', '_id', '_lastUpdated', '_profile', '_query', '_security', '_source', '_tag', '_text'];
    expect(DEFINITIONS.of('ImagingStudy').map((row) => row.code)).toEqual([...common, ...own]);
  });

  test('the imaging paths are those of the specification', () => {
    const paths = Object.fromEntries(['modality', 'endpoint', 'reason', 'series', 'dicom-class', 'patient', 'identifier'].map((code) => [code, DEFINITIONS.find('ImagingStudy', code)?.expression]));
    expect(paths).toEqual({
      modality: 'ImagingStudy.series.modality',
      endpoint: 'ImagingStudy.endpoint | ImagingStudy.series.endpoint',
      reason: 'ImagingStudy.reasonCode',
      series: 'ImagingStudy.series.uid',
      'dicom-class': 'ImagingStudy.series.instance.sopClass',
      patient: 'ImagingStudy.subject.where(resolve() is Patient)',
      identifier: 'ImagingStudy.identifier',
    });
  });

  test('targets are those that the type\'s own element allows', () => {
    expect(DEFINITIONS.find('AllergyIntolerance', 'patient')?.target).toEqual(['Patient']);
    expect(DEFINITIONS.find('DeviceUseStatement', 'patient')?.target).toEqual(['Group', 'Patient']);
  });

  test('names are told apart by case, and types by name', () => {
    expect(DEFINITIONS.find('ImagingStudy', 'Modality')).toBeUndefined();
    expect(DEFINITIONS.find('Imagingstudy', 'modality')).toBeUndefined();
    expect(DEFINITIONS.find('Binary', '_text')).toBeUndefined();
    expect(DEFINITIONS.find('Binary', '_id')).toBeDefined();
  });

  test('a code element knows its system from the required binding', () => {
    expect(DEFINITIONS.codeSystemOf('ImagingStudy.status')).toBe('http://hl7.org/fhir/imagingstudy-status');
    expect(DEFINITIONS.codeSystemOf('ImagingStudy.modality')).toBeUndefined();
  });
});

describe('an expression that the published definition lacks', () => {
  const definitions = loadSearchDefinitions(FHIR_VERSIONS.R5);
  const index = createSearchIndex(definitions, BASE, resourcesOf('ImagingStudy', { a: { reason: [{ concept: { coding: [{ code: 'R' }] } }] }, b: { reason: [{ reference: { reference: 'Condition/c' } }] } }));
  const predicted = (type: string, text: string) => predict(index, parseQuery(definitions, type, [text.split('=') as [string, string]], { base: BASE }));

  test('is ours, and the prediction says so', () => {
    const { must, supplied } = predicted('ImagingStudy', 'reason=R');
    expect([...must]).toEqual(['ImagingStudy/a']);
    expect(supplied).toContain('R5 publishes the parameter reason without an expression');
    expect(predicted('ImagingStudy', 'reason:missing=true').supplied).toBe(supplied);
  });

  test('counts wherever it is searched by, and nowhere else', () => {
    expect(predicted('DiagnosticReport', 'study:ImagingStudy.reason=R').supplied).toBeDefined();
    expect(predicted('Patient', '_has:ImagingStudy:subject:reason=R').supplied).toBeDefined();
    expect(predicted('ImagingStudy', 'body-site=R').supplied).toBeUndefined();
  });

  test('gives way to one that is published', () => {
    const published: Resource = { resourceType: 'SearchParameter', id: 'r', url: 'http://hl7.org/fhir/SearchParameter/ImagingStudy-reason', code: 'reason', type: 'token', base: ['ImagingStudy'], expression: 'ImagingStudy.reason.other' };
    expect(searchDefinitionsText([published], 'test#1', '5.0.0')).not.toContain('supplied');
    expect(searchDefinitionsText([{ ...published, expression: undefined }], 'test#1', '5.0.0')).toContain('"expression":"ImagingStudy.reason.concept","supplied":"R5 publishes');
    expect(searchDefinitionsText([{ ...published, expression: undefined }], 'test#1', '4.0.1')).not.toContain('expression');
  });
});

describe('parameters of a guide', () => {
  const guide: Resource[] = [
    { resourceType: 'SearchParameter', id: 'number', url: 'http://guide.example/series-count', code: 'series-count', base: ['ImagingStudy'], type: 'number', expression: 'ImagingStudy.numberOfSeries' },
    { resourceType: 'SearchParameter', id: 'ext', url: 'http://guide.example/dose', code: 'dose', base: ['ImagingStudy'], type: 'token', expression: "ImagingStudy.extension('http://guide.example/dose').value.as(code)", multipleOr: false },
    { resourceType: 'SearchParameter', id: 'reason', url: 'http://guide.example/reason', code: 'reason', base: ['ImagingStudy'], type: 'token', expression: 'ImagingStudy.procedureCode' },
    { resourceType: 'SearchParameter', id: 'complex', url: 'http://guide.example/large', code: 'large', base: ['ImagingStudy'], type: 'token', expression: 'ImagingStudy.series.count() > 1' },
    { resourceType: 'SearchParameter', id: 'limited', url: 'http://guide.example/person', code: 'person', base: ['ImagingStudy'], type: 'reference', target: ['Patient'], expression: 'ImagingStudy.subject.where(resolve() is Patient and reference.exists())' },
    { resourceType: 'SearchParameter', id: 'failing', url: 'http://guide.example/failing', code: 'failing', base: ['ImagingStudy'], type: 'token', expression: 'ImagingStudy.series.uid.single() | ImagingStudy.numberOfSeries.toString()' },
    { resourceType: 'SearchParameter', id: 'broken', url: 'http://guide.example/broken', code: 'broken', base: ['ImagingStudy'], type: 'token', expression: 'ImagingStudy.((' },
    { resourceType: 'SearchParameter', id: 'nothing' },
    { resourceType: 'Patient', id: 'p' },
  ];
  const definitions = loadSearchDefinitions(FHIR_VERSIONS.R4, guide);
  const index = createSearchIndex(
    definitions,
    BASE,
    resourcesOf('ImagingStudy', {
      a: { numberOfSeries: 3, extension: [{ url: 'http://guide.example/dose', valueCode: 'high' }], procedureCode: [{ coding: [{ code: 'X' }] }], reasonCode: [{ coding: [{ code: 'R' }] }], series: [{ uid: '1' }, { uid: '2' }], subject: { reference: 'Patient/1' } },
      b: { numberOfSeries: 1, extension: [{ url: 'http://guide.example/other', valueCode: 'high' }], series: [{}], subject: { reference: 'Group/1' } },
    }),
  );
  const must = (text: string) => [...predict(index, parseQuery(definitions, 'ImagingStudy', [text.split('=') as [string, string]], { base: BASE })).must];

  test.each([
    ['series-count=3', ['ImagingStudy/a']],
    ['dose=high', ['ImagingStudy/a']],
    ['reason=X', ['ImagingStudy/a']],
    ['reason=R', []],
    ['large=true', ['ImagingStudy/a']],
    ['large=false', ['ImagingStudy/b']],
    ['person=Patient/1', ['ImagingStudy/a']],
    ['person=Group/1', []],
    ['broken=x', []],
    ['failing=3', ['ImagingStudy/a']],
  ])('%s', (text, expected) => expect(must(text)).toEqual(expected));

  test('a parameter defined for one value says so where several come', () => {
    expect(parseQuery(definitions, 'ImagingStudy', [['dose', 'a,b']], { base: BASE }).issues[0]).toMatchObject({ code: 'unsupported-value', treatment: 'may-reject' });
  });
});

test('the generator is deterministic and keeps what the engine needs', () => {
  const resources: Resource[] = [
    { resourceType: 'SearchParameter', id: 'b', url: 'u/b', code: 'b', type: 'reference', base: ['Basic'], expression: 'Basic.subject', target: ['Patient', 'Basic'], description: 'dropped' },
    { resourceType: 'SearchParameter', id: 'a', url: 'u/a', code: 'a', type: 'reference', base: ['Basic'], expression: 'Basic.author', target: ['Patient', 'Basic', 'Group'] },
    { resourceType: 'SearchParameter', id: 'example', url: 'u/example', code: '_id', type: 'token', base: ['Resource'] },
    { resourceType: 'SearchParameter', id: 'patient-extensions-Patient-age', url: 'u/age', code: 'age', type: 'number', base: ['Patient'] },
    ...['Patient', 'Basic', 'Group'].map((type): Resource => ({
      resourceType: 'StructureDefinition', id: type, type, kind: 'resource', abstract: false, derivation: 'specialization',
      snapshot: { element: [{ path: type }, { path: `${type}.status`, type: [{ code: 'code' }], binding: { strength: 'required', valueSet: 'vs|4.0.1' } }, { path: `${type}.kind`, type: [{ code: 'code' }], binding: { strength: 'preferred', valueSet: 'vs' } }] },
    })),
    { resourceType: 'ValueSet', id: 'vs', url: 'vs', compose: { include: [{ system: 'http://system.example' }] } },
  ];
  const text = searchDefinitionsText(resources, 'test#1', '4.0.1');
  expect(searchDefinitionsText([...resources].reverse(), 'test#1', '4.0.1')).toBe(text);
  expect(JSON.parse(text)).toEqual({
    fhirVersion: '4.0.1',
    source: 'test#1',
    resourceTypes: ['Basic', 'Group', 'Patient'],
    parameters: [
      { code: 'a', url: 'u/a', type: 'reference', base: ['Basic'], expression: 'Basic.author', target: [] },
      { code: 'b', url: 'u/b', type: 'reference', base: ['Basic'], expression: 'Basic.subject', target: [] },
    ],
    codeSystems: { 'Basic.status': 'http://system.example', 'Group.status': 'http://system.example', 'Patient.status': 'http://system.example' },
  });
});
