/** Who may see what: a token with all rights, a token bound to one patient, no token. */
import type { Bundle } from '../../scripts/core/fhir';
import { createClient, diagnosticsOf, linkOf, resourceOf } from './client';

const access = { tokens: ['all'], patientTokens: { one: 'Patient/p1' } };
const ONE = { authorization: 'Bearer one' };
const ALL = { authorization: 'Bearer all' };

test('without a valid token only the CapabilityStatement is shown, and it declares security', () => {
  const client = createClient({ access });
  const attempts: Record<string, string>[] = [{}, { authorization: 'Bearer forged' }, { authorization: 'Basic YWxsOg==' }, { authorization: 'Bearer constructor' }];
  for (const headers of attempts) {
    const refused = client.send('GET', 'ImagingStudy', undefined, headers);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(diagnosticsOf(refused)).toBe('A valid bearer token is needed.');
  }
  const statement = resourceOf(client.send('GET', 'metadata')) as unknown as { rest: { security: { service: unknown[] } }[] };
  expect(statement.rest[0]?.security.service).toHaveLength(1);
  expect(client.ids('ImagingStudy', ALL)).toHaveLength(5);
});

test('a token bound to one patient sees that patient\'s resources and what belongs to no patient', () => {
  const client = createClient({ access });
  expect(client.ids('ImagingStudy', ONE)).toEqual(['s1', 's3', 's4', 's5']);
  expect(client.ids('Patient', ONE)).toEqual(['p1']);
  expect(client.ids('Endpoint', ONE)).toEqual(['e1', 'e2']);
  expect(client.send('GET', 'ImagingStudy/s2', undefined, ONE).status).toBe(404);
  expect(client.send('GET', 'ImagingStudy/s2/_history/1', undefined, ONE).status).toBe(404);
  expect(client.bundle('ImagingStudy/_history', ONE).total).toBe(4);
  expect(client.bundle('ImagingStudy?_summary=count', ONE).total).toBe(4);
  expect(client.ids('Patient?_has:ImagingStudy:patient:_id=s2', ONE)).toEqual([]);
});

test('it reads only, and what others write is seen at once', () => {
  const client = createClient({ access });
  expect(client.ids('Patient', ONE)).toEqual(['p1']);
  expect(client.send('PUT', 'Patient/p1', { resourceType: 'Patient', id: 'p1' }, ONE).status).toBe(403);
  client.send('PUT', 'ImagingStudy/s9', { resourceType: 'ImagingStudy', id: 's9', status: 'available', subject: { reference: 'Patient/p1' } }, ALL);
  client.send('DELETE', 'ImagingStudy/s4', undefined, ALL);
  expect(client.ids('ImagingStudy', ONE)).toEqual(['s1', 's3', 's5', 's9']);
});

test('page links of one access are nothing to another', () => {
  const client = createClient({ access });
  const next = String(linkOf(client.bundle('ImagingStudy?_count=1', ALL), 'next'));
  expect(client.send('GET', next, undefined, ONE).status).toBe(410);
  expect((resourceOf(client.send('GET', next, undefined, ALL)) as Bundle).entry?.[0]?.resource?.id).toBe('s2');
});
