import { createClient, diagnosticsOf } from './client';

const JSON_TYPE = 'application/fhir+json; charset=utf-8';
const XML_TYPE = 'application/fhir+xml; charset=utf-8';

test.each([
  [undefined, '', 200, JSON_TYPE],
  ['*/*', '', 200, JSON_TYPE],
  ['application/fhir+json', '', 200, JSON_TYPE],
  ['application/json', '', 200, 'application/json; charset=utf-8'],
  ['text/json', '', 200, 'text/json; charset=utf-8'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '', 200, 'application/xml; charset=utf-8'],
  ['application/fhir+xml', '', 200, XML_TYPE],
  ['text/xml', '', 200, 'text/xml; charset=utf-8'],
  ['application/xml+fhir', '', 200, XML_TYPE],
  ['application/fhir+xml;q=0.5, application/fhir+json', '', 200, JSON_TYPE],
  ['application/fhir+xml, application/fhir+json;q=0.5', '', 200, XML_TYPE],
  ['application/fhir+turtle', '', 406, JSON_TYPE],
  ['application/fhir+turtle, application/fhir+json;q=0.5', '', 200, JSON_TYPE],
  ['application/fhir+xml; fhirVersion=4.0', '', 200, `${XML_TYPE}; fhirVersion=4.0`],
  ['application/fhir+json;q=0', '', 406, JSON_TYPE],
  ['application/fhir+json; fhirVersion=4.0', '', 200, `${JSON_TYPE}; fhirVersion=4.0`],
  ['application/fhir+json; fhirVersion=3.0', '', 406, JSON_TYPE],
  ['application/fhir+json; fhirVersion="5.0", application/fhir+json; fhirVersion=4.0; q=0.1', '', 200, `${JSON_TYPE}; fhirVersion=4.0`],
  ['application/fhir+xml', '_format=json', 200, JSON_TYPE],
  ['application/fhir+json', '_format=xml', 200, XML_TYPE],
  ['application/fhir+json', '_format=application/fhir+xml', 200, XML_TYPE],
  [undefined, '_format=application/fhir%2Bjson', 200, JSON_TYPE],
  [undefined, '_format=application/fhir+json', 200, JSON_TYPE],
  [undefined, '_format=ttl', 406, JSON_TYPE],
  ['application/fhir+xml', '_format=', 200, XML_TYPE],
])('Accept %s with %s is %i', (accept, query, status, contentType) => {
  const response = createClient().send('GET', `Patient/p1?${query}`, undefined, accept === undefined ? {} : { accept });
  expect([response.status, response.headers['content-type']]).toEqual([status, contentType]);
});

test.each([
  ['application/fhir+json', 201],
  ['application/fhir+json; charset=UTF-8', 201],
  ['application/fhir+json; fhirVersion=4.0', 201],
  ['application/json', 201],
  ['application/json+fhir', 201],
  ['application/fhir+json; charset=latin1', 415],
  ['application/fhir+json; fhirVersion=5.0', 415],
  ['application/fhir+turtle', 415],
  ['application/x-www-form-urlencoded', 415],
  ['text/plain', 415],
])('a create with Content-Type %s is %i', (contentType, status) => {
  const response = createClient().send('POST', 'Patient', { resourceType: 'Patient' }, { 'content-type': contentType });
  expect(response.status).toBe(status);
  if (status === 415) expect(diagnosticsOf(response)).toContain('application/fhir+json');
});

test('a body without Content-Type is refused, and a search by POST takes a form only', () => {
  const client = createClient();
  expect(client.server.handle({ method: 'POST', url: '/fhir/Patient', headers: {}, body: '{"resourceType":"Patient"}' }).status).toBe(415);
  expect(client.send('POST', 'Patient/_search', '{}').status).toBe(415);
  expect(client.send('POST', 'Patient/_search?family=Adams').status).toBe(200);
});

test('_pretty indents, and page links keep the format asked for', () => {
  const client = createClient();
  expect(client.send('GET', 'Patient/p1?_pretty=true').body).toContain('\n  "resourceType"'.slice(0, 3));
  expect(client.bundle('Patient?_format=json&_count=1').link?.every(({ url }) => url.includes('_format=json'))).toBe(true);
});

test('request and correlation ids come back; CORS headers only where asked for', () => {
  const headers = { 'x-request-id': 'r1', 'x-correlation-id': 'c1' };
  expect(createClient().send('GET', 'Patient/none', undefined, headers).headers).toMatchObject(headers);
  expect(createClient().send('GET', 'Patient/p1').headers['access-control-allow-origin']).toBeUndefined();
  const client = createClient({ cors: true });
  expect(client.send('GET', 'Patient/p1').headers['access-control-allow-origin']).toBe('*');
  const preflight = client.send('OPTIONS', 'Patient');
  expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([204, expect.stringContaining('PATCH')]);
  expect(createClient({ readOnly: true }).send('OPTIONS', 'Patient/p1')).toMatchObject({ status: 204, body: '', headers: { allow: 'GET, HEAD' } });
});
