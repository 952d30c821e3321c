import type { Resource } from '../../scripts/core/fhir';
import { createClient, diagnosticsOf, resourceOf } from './client';

interface Value {
  [name: string]: unknown;
}

const operation = (type: string, path: string, more: Record<string, Value> = {}) => ({
  name: 'operation',
  part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...Object.entries(more).map(([name, value]) => ({ name, ...value }))],
});
const name = (text: string): Value => ({ valueString: text });
const at = (index: number): Value => ({ valueInteger: index });
const parameters = (...operations: object[]) => ({ resourceType: 'Parameters', parameter: operations });

const BEFORE: Resource = {
  resourceType: 'Patient',
  id: 'x',
  identifier: [{ id: 'a', value: '1' }, { id: 'b', value: '2' }, { value: '3' }],
  name: [{ given: ['A', 'B', 'C'], _given: [null, { id: 'of-b' }, null], family: 'F' }],
  birthDate: '1920-01-01',
  deceasedBoolean: false,
  contact: [{ name: { text: 'a name' }, gender: 'male' }],
};

function patched(...operations: object[]) {
  const client = createClient();
  client.send('PUT', 'Patient/x', BEFORE);
  const response = client.send('PATCH', 'Patient/x', parameters(...operations));
  return { status: response.status, response, resource: response.status === 200 ? resourceOf(response) : undefined, after: resourceOf(client.send('GET', 'Patient/x')) };
}

test.each<[string, object, Record<string, unknown>]>([
  ['replace a value', operation('replace', 'Patient.birthDate', { value: { valueDate: '1930-01-01' } }), { birthDate: '1930-01-01' }],
  ['replace within a list', operation('replace', "Patient.identifier.where(value='2').value", { value: name('9') }), { identifier: [{ id: 'a', value: '1' }, { id: 'b', value: '9' }, { value: '3' }] }],
  ['replace a choice by another type', operation('replace', 'Patient.deceased', { value: { valueDateTime: '2020' } }), { deceasedBoolean: undefined, deceasedDateTime: '2020' }],
  ['replace a value that has an id beside it', operation('replace', 'Patient.name.given[1]', { value: name('Z') }), { name: [{ given: ['A', 'Z', 'C'], family: 'F' }] }],
  ['add where there is nothing', operation('add', 'Patient', { name: name('gender'), value: { valueCode: 'other' } }), { gender: 'other' }],
  ['add to a list', operation('add', 'Patient', { name: name('identifier'), value: { valueIdentifier: { value: '4' } } }), { identifier: [{ id: 'a', value: '1' }, { id: 'b', value: '2' }, { value: '3' }, { value: '4' }] }],
  ['add a choice by its stem', operation('add', 'Patient', { name: name('multipleBirth'), value: { valueInteger: 2 } }), { multipleBirthInteger: 2 }],
  ['add an element without a type of its own', operation('add', 'Patient', { name: name('contact'), value: { part: [{ name: 'name', valueHumanName: { text: 'b' } }, { name: 'gender', valueCode: 'female' }] } }), { contact: [{ name: { text: 'a name' }, gender: 'male' }, { name: { text: 'b' }, gender: 'female' }] }],
  ['insert at the front', operation('insert', 'Patient.identifier', { index: at(0), value: { valueIdentifier: { value: '0' } } }), { identifier: [{ value: '0' }, { id: 'a', value: '1' }, { id: 'b', value: '2' }, { value: '3' }] }],
  ['insert at the end', operation('insert', 'Patient.identifier', { index: at(3), value: { valueIdentifier: { value: '4' } } }), { identifier: [{ id: 'a', value: '1' }, { id: 'b', value: '2' }, { value: '3' }, { value: '4' }] }],
  ['insert into a list that is not there', operation('insert', 'Patient.telecom', { index: at(0), value: { valueContactPoint: { value: '1' } } }), { telecom: [{ value: '1' }] }],
  ['insert among values that have ids beside them', operation('insert', 'Patient.name[0].given', { index: at(0), value: name('0') }), { name: [{ given: ['0', 'A', 'B', 'C'], _given: [null, null, { id: 'of-b' }, null], family: 'F' }] }],
  ['delete a value', operation('delete', 'Patient.birthDate'), { birthDate: undefined }],
  ['delete from a list', operation('delete', 'Patient.identifier[1]'), { identifier: [{ id: 'a', value: '1' }, { value: '3' }] }],
  ['delete what leaves an empty element', operation('delete', 'Patient.contact[0].name.text'), { contact: [{ gender: 'male' }] }],
  ['delete what is not there', operation('delete', 'Patient.maritalStatus'), {}],
  ['move down', operation('move', 'Patient.identifier', { source: at(0), destination: at(2) }), { identifier: [{ id: 'b', value: '2' }, { value: '3' }, { id: 'a', value: '1' }] }],
  ['move up, with what stands beside', operation('move', 'Patient.name.given', { source: at(1), destination: at(0) }), { name: [{ given: ['B', 'A', 'C'], _given: [{ id: 'of-b' }, null, null], family: 'F' }] }],
])('%s', (_, change, difference) => {
  const { status, resource } = patched(change);
  expect(status).toBe(200);
  const expected = { ...BEFORE, ...difference };
  expect({ ...resource, meta: undefined }).toEqual({ ...expected, meta: undefined });
});

test.each<[string, object, number, RegExp]>([
  ['no operation', { name: 'op', part: [] }, 400, /called "operation"/],
  ['an unknown type', operation('erase', 'Patient.name'), 400, /not one of add/],
  ['no FHIRPath', operation('delete', 'Patient..name('), 400, /no FHIRPath/],
  ['a replacement of nothing', operation('replace', 'Patient.maritalStatus', { value: { valueCodeableConcept: { text: 'x' } } }), 422, /selects nothing/],
  ['a deletion of several', operation('delete', 'Patient.identifier'), 422, /selects 3 elements/],
  ['a deletion of everything', operation('delete', 'Patient'), 422, /a whole resource/],
  ['a computed value', operation('replace', "Patient.birthDate & 'x'", { value: name('y') }), 422, /computes a value/],
  ['an addition of what is there', operation('add', 'Patient', { name: name('birthDate'), value: { valueDate: '2000' } }), 422, /there already/],
  ['an addition of a second choice', operation('add', 'Patient', { name: name('deceased'), value: { valueDateTime: '2000' } }), 422, /"deceasedBoolean" is there already/],
  ['an unknown element', operation('add', 'Patient', { name: name('colour'), value: name('blue') }), 422, /no element "colour"/],
  ['a wrong type', operation('replace', 'Patient.birthDate', { value: { valueQuantity: { value: 1 } } }), 422, /"birthDate" is a date, not a Quantity/],
  ['an index beyond the end', operation('insert', 'Patient.identifier', { index: at(4), value: { valueIdentifier: { value: '4' } } }), 422, /beyond the end/],
  ['no index', operation('insert', 'Patient.identifier', { value: { valueIdentifier: { value: '4' } } }), 400, /no index/],
  ['a move out of the list', operation('move', 'Patient.identifier', { source: at(0), destination: at(3) }), 422, /must lie in a list of 3/],
  ['another id', operation('replace', 'Patient.id', { value: { valueId: 'y' } }), 422, /must not change the id/],
])('%s is refused, and nothing of the patch is done', (_, change, status, message) => {
  const { status: answered, response, after } = patched(operation('delete', 'Patient.contact[0].gender'), change);
  expect([answered, diagnosticsOf(response)]).toEqual([status, expect.stringMatching(message)]);
  expect(after).toMatchObject({ contact: [{ gender: 'male' }] });
});

test('a FHIRPath Patch is an entry of a transaction as it is, and declared', () => {
  const client = createClient();
  client.send('PUT', 'Patient/x', BEFORE);
  const entry = [{ resource: parameters(operation('delete', 'Patient.birthDate')), request: { method: 'PATCH', url: 'Patient/x' } }];
  expect(resourceOf(client.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }))).toMatchObject({ entry: [{ response: { status: '200 OK' } }] });
  expect(resourceOf(client.send('GET', 'Patient/x'))).not.toHaveProperty('birthDate');
  expect(resourceOf(client.send('GET', 'metadata'))).toMatchObject({ patchFormat: ['application/json-patch+json', 'application/fhir+json', 'application/fhir+xml'] });
});
