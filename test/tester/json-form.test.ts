import { fhirVersion } from '../../scripts/core/fhir-version';
import { loadElementTable } from '../../scripts/formats/element-table';
import { formDefects } from '../../scripts/tester/judge/json-form';
import { exampleResources } from './embedded';

const table = loadElementTable(fhirVersion('4.0.1'));
const defects = (resource: object) => formDefects({ resourceType: 'ImagingStudy', ...resource }, table).map(({ path, says }) => `${path} ${says}`);
const div = (content: string) => ({ text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${content}</div>` } });

describe('the JSON form of a resource', () => {
  test.each<[string, object]>([
    ['a primitive with its extension beside it', { description: 'x', _description: { id: 'a', extension: [{ url: 'urn:x', valueDateTime: '2024-02-29T10:00:00.5+05:45' }] } }],
    ['a null whose extension stands beside it', { resourceType: 'Patient', name: [{ given: ['A', null], _given: [null, { extension: [{ url: 'urn:x', valueCode: 'a b' }] }] }] }],
    ['a primitive that is an extension alone', { _started: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] } }],
    ['one spelling of a choice, with its extension', { resourceType: 'Observation', valueQuantity: { value: 1 } }],
    ['a contained resource that is referred to', { contained: [{ resourceType: 'Practitioner', id: 'p' }], referrer: { reference: '#p' } }],
    ['a contained resource that refers to its container', { contained: [{ resourceType: 'Task', id: 't', focus: { reference: '#' } }] }],
    ['a period of one day', { resourceType: 'Encounter', period: { start: '2024-05-01', end: '2024-05-01' } }],
    ['a period of which one end has no zone', { resourceType: 'Encounter', period: { start: '2024-05-01T23:00:00-05:00', end: '2024-05-01' } }],
    ['a narrative that is an image', div('<img src="#a" alt=""/>')],
    ['an extension of extensions', { extension: [{ url: 'urn:x', extension: [{ url: 'b', valueCode: 'c' }] }] }],
    ['a second that leaps', { started: '2016-12-31T23:59:60Z' }],
    ['a urn:uuid in capitals', { resourceType: 'Device', udiCarrier: [{ carrierAIDC: 'aGk=' }], extension: [{ url: 'urn:x', valueUuid: 'urn:uuid:C757873D-EC9A-4326-A141-556F43239520' }] }],
  ])('allows %s', (_, resource) => {
    expect(defects(resource)).toEqual([]);
  });

  test.each<[string, object]>([
    ['ImagingStudy.accession is no element of ImagingStudy', { accession: 'A' }],
    ['ImagingStudy._modality is no element of ImagingStudy', { _modality: [{ id: 'a' }] }],
    ['ImagingStudy.series[0].code is no element of ImagingStudy.series', { series: [{ code: 'CT' }] }],
    ['ImagingStudy.numberOfSeries is "3", which is no JSON number', { numberOfSeries: '3' }],
    ['ImagingStudy.numberOfSeries is -1, which is no unsignedInt', { numberOfSeries: -1 }],
    ['ImagingStudy.modality repeats, but is no array', { modality: { code: 'CT' } }],
    ['ImagingStudy.status does not repeat, but is an array', { status: ['available'] }],
    ['ImagingStudy.description is an empty string', { description: '' }],
    ['ImagingStudy.note is an empty array', { note: [] }],
    ['ImagingStudy.subject is an empty object', { subject: {} }],
    ['ImagingStudy.subject is "Patient/1" instead of a Reference', { subject: 'Patient/1' }],
    ['ImagingStudy.description is null', { description: null }],
    ['ImagingStudy.modality[1] is null', { modality: [{ code: 'CT' }, null] }],
    ['ImagingStudy.started is "2024-03-04T09:15:00", which is no dateTime', { started: '2024-03-04T09:15:00' }],
    ['ImagingStudy.started is "2024-02-30", a day that no calendar has', { started: '2024-02-30' }],
    ['ImagingStudy.started is "0099-02-29", a day that no calendar has', { started: '0099-02-29' }],
    ['ImagingStudy.series[0].uid is "urn:oid:1.2", which is no id', { series: [{ uid: 'urn:oid:1.2' }] }],
    ['ImagingStudy.status has a control character', { status: 'a\u0000b' }],
    ['ImagingStudy.status is an empty string', { status: ' ' }],
    ['ImagingStudy.text.div holds "<script", which a narrative may not have (rule txt-1)', div('<script>alert(1)</script>')],
    ['ImagingStudy.text.div holds "<p onclick=", which a narrative may not have (rule txt-1)', div('<p onclick="x()">a</p>')],
    ['ImagingStudy.text.div is a narrative without content (rule txt-2)', div('<p>&#160;</p>')],
    ['Observation has valueString and valueInteger, though value[x] may have one type only', { resourceType: 'Observation', valueString: 'x', valueInteger: 1 }],
    ['ImagingStudy.extension[0] has extensions and a value (rule ext-1)', { extension: [{ url: 'urn:x', valueCode: 'a', extension: [{ url: 'b', valueCode: 'c' }] }] }],
    ['ImagingStudy.series[0].endpoint[0].reference is "#e", but no such resource is contained (rule ref-1)', { contained: [{ resourceType: 'Practitioner', id: 'p' }], referrer: { reference: '#p' }, series: [{ endpoint: [{ reference: '#e' }] }] }],
    ['ImagingStudy.contained[0] ("p") is referred to by nothing (rule dom-3)', { contained: [{ resourceType: 'Practitioner', id: 'p' }] }],
    ['ImagingStudy.contained[0] has a version of its own (rule dom-4)', { contained: [{ resourceType: 'Practitioner', id: 'p', meta: { versionId: '1' } }], referrer: { reference: '#p' } }],
    ['ImagingStudy.contained[0].agent is no element of Practitioner', { contained: [{ resourceType: 'Practitioner', id: 'p', agent: 1 }], referrer: { reference: '#p' } }],
    ['Encounter.period ends (2024-05-01) before it starts (2024-05-02) (rule per-1)', { resourceType: 'Encounter', period: { start: '2024-05-02', end: '2024-05-01' } }],
    ['Patient.name[0].given[1] is null', { resourceType: 'Patient', name: [{ given: ['A', null], _given: [{ id: 'a' }] }] }],
    ['Encounter.period ends (2024-01-01) before it starts (2024-05-01) (rule per-1)', { resourceType: 'Encounter', period: { start: '2024-05-01', end: '2024-01-01' } }],
    ['ImagingSelection is a "ImagingSelection", which FHIR 4.0.1 does not have', { resourceType: 'ImagingSelection' }],
  ])('finds that %s', (says, resource) => {
    expect(defects(resource)).toEqual([says]);
  });

  test('finds in a text what should not be there, though it may, as a lesser thing', () => {
    const found = (description: string) => formDefects({ resourceType: 'ImagingStudy', description }, table).map(({ says, should }) => [says, should]);
    expect(found('a\u0001b')).toEqual([['has a control character', true]]);
    expect(found(' \n')).toEqual([['is nothing but white space', true]]);
    expect(found('the patient\u0092s knee\u0085')).toEqual([]);
    expect(found('')).toEqual([['is an empty string', undefined]]);
  });

  test('the examples of the guide have it', () => {
    expect(exampleResources().flatMap((resource) => formDefects(resource, table))).toEqual([]);
  });
});
