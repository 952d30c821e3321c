import type { Bundle, Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { loadElementTable } from '../../scripts/formats/element-table';
import { fromXml } from '../../scripts/formats/from-xml';
import { toXml } from '../../scripts/formats/to-xml';
import { plantedBehaviour } from '../../scripts/server/planted';
import { createClient, resourceOf } from './client';

const XML = { accept: 'application/fhir+xml' };
const SENT_XML = { 'content-type': 'application/fhir+xml' };
const table = loadElementTable(FHIR_VERSIONS.R4);

test('a read, a search, a history and the statement say in XML what they say in JSON', () => {
  const client = createClient();
  for (const url of ['ImagingStudy/s1', 'ImagingStudy?_count=2&_include=ImagingStudy:patient', 'Patient/p1/_history']) {
    const inXml = client.send('GET', url, undefined, XML);
    expect(inXml.headers['content-type']).toBe('application/fhir+xml; charset=utf-8');
    const read = fromXml(inXml.body, table);
    const json = resourceOf(client.send('GET', url)) as Bundle;
    // Page links name an answer of their own.
    const plain = (resource: Resource) => ({ ...resource, link: undefined });
    expect(plain(read)).toEqual(plain(json));
  }
  const { date, ...statement } = resourceOf(client.send('GET', 'metadata'));
  expect(typeof date).toBe('string');
  expect(fromXml(client.send('GET', 'metadata', undefined, XML).body, table)).toMatchObject({ ...statement, resourceType: 'CapabilityStatement', format: ['application/fhir+json', 'json', 'application/fhir+xml', 'xml'] });
});

test('an error is said in XML, too', () => {
  const response = createClient().send('GET', 'Patient/none', undefined, XML);
  expect(response.status).toBe(404);
  expect(fromXml(response.body, table)).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'not-found' }] });
});

test('_pretty indents XML, HEAD tells the length of the XML', () => {
  const client = createClient();
  expect(client.send('GET', 'Patient/p1?_format=xml&_pretty=true').body).toContain('\n  <id value="p1"/>');
  const get = client.send('GET', 'Patient/p1?_format=xml');
  expect(client.send('HEAD', 'Patient/p1?_format=xml')).toMatchObject({ status: 200, body: '', headers: { 'content-length': String(Buffer.byteLength(get.body)) } });
});

test('create, update, transaction and a patch in XML store what was sent', () => {
  const client = createClient();
  const patient: Resource = { resourceType: 'Patient', active: true, name: [{ given: ['A', 'B'] }] };
  const created = client.send('POST', 'Patient', toXml(patient, table), SENT_XML);
  expect([created.status, resourceOf(created)]).toMatchObject([201, patient]);
  expect(client.send('PUT', 'Patient/x', toXml({ ...patient, id: 'x' }, table), SENT_XML).status).toBe(201);
  const bundle: Bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: patient, request: { method: 'POST', url: 'Patient' } }] };
  const answer = client.send('POST', '', toXml(bundle, table), { ...SENT_XML, ...XML });
  expect(fromXml(answer.body, table)).toMatchObject({ type: 'transaction-response', entry: [{ response: { status: '201 Created' } }] });
  const patch: Resource = { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [{ name: 'type', valueCode: 'delete' }, { name: 'path', valueString: 'Patient.name' }] }] };
  expect(resourceOf(client.send('PATCH', 'Patient/x', toXml(patch, table), SENT_XML))).not.toHaveProperty('name');
});

test('bad XML is refused with its line, and of another FHIR version with 415', () => {
  const client = createClient();
  const response = client.send('POST', 'Patient', '<Patient xmlns="http://hl7.org/fhir">\n<foo value="x"/></Patient>', SENT_XML);
  expect([response.status, response.body]).toEqual([400, expect.stringContaining('Line 2: <Patient> has no element <foo>')]);
  expect(client.send('POST', 'Patient', '<!DOCTYPE x><Patient xmlns="http://hl7.org/fhir"/>', SENT_XML).status).toBe(400);
  expect(client.send('POST', 'Patient', '<Patient/>', { 'content-type': 'application/fhir+xml; fhirVersion=5.0' }).status).toBe(415);
});

test('what has no XML form is answered by 406 with the reason', () => {
  const client = createClient();
  client.send('PUT', 'Patient/odd', { resourceType: 'Patient', id: 'odd', colour: 'blue' });
  const response = client.send('GET', 'Patient/odd', undefined, XML);
  expect([response.status, response.body]).toEqual([406, expect.stringContaining('Patient has the element \\"colour\\"')]);
});

test('without XML the statement does not declare it, and it is neither taken nor given', () => {
  const client = createClient({ behaviour: plantedBehaviour([], ['json-only']) });
  expect(resourceOf(client.send('GET', 'metadata'))).toMatchObject({ format: ['application/fhir+json', 'json'] });
  expect(client.send('GET', 'Patient/p1', undefined, XML).status).toBe(406);
  expect(client.send('GET', 'Patient/p1?_format=xml').status).toBe(406);
  expect(client.send('POST', 'Patient', '<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>', SENT_XML).status).toBe(415);
});
