import type { Resource } from '../../scripts/core/fhir';
import { createClient, diagnosticsOf, resourceOf } from './client';

const patient = (id?: string, more: object = {}): Resource => ({ resourceType: 'Patient', ...(id === undefined ? {} : { id }), ...more });

describe('addresses and methods', () => {
  test.each([
    ['GET', 'Nonsense', 404],
    ['GET', 'Nonsense/1', 404],
    ['POST', 'Nonsense', 404],
    ['GET', 'imagingstudy', 404],
    ['GET', 'Patient/none', 404],
    ['GET', 'Patient/$everything', 404],
    ['GET', '$meta', 404],
    ['GET', 'Patient/p1/_history/1/more', 404],
    ['GET', 'http://127.0.0.1:8642/elsewhere/Patient', 404],
    ['GET', 'http://127.0.0.1:8642/fhirs/Patient', 404],
    ['GET', 'Patient/p1/', 200],
    ['GET', 'metadata', 200],
    ['GET', 'Patient/%70%31', 200],
    ['GET', 'Patient/%zz', 400],
    ['GET', 'Patient?name=%zz', 400],
  ])('%s %s is %i', (method, url, status) => {
    const response = createClient().send(method, url, method === 'POST' ? patient() : undefined);
    expect(response.status).toBe(status);
    if (status >= 400) expect(diagnosticsOf(response)).not.toBe('');
  });

  test.each([
    ['PUT', 'metadata', 'GET, HEAD'],
    ['DELETE', '_history', 'GET, HEAD'],
    ['PUT', 'Patient/_search', 'POST'],
    ['POST', 'Patient/p1', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['TRACE', 'Patient', 'GET, HEAD, POST, PUT, PATCH, DELETE'],
  ])('%s %s is 405 and names what is allowed', (method, url, allow) => {
    const response = createClient().send(method, url);
    expect([response.status, response.headers.allow?.split(', ').toSorted()]).toEqual([405, allow.split(', ').toSorted()]);
  });

  test('read-only: reads work, writes are 405 and not declared', () => {
    const client = createClient({ readOnly: true });
    expect(client.send('GET', 'Patient/p1').status).toBe(200);
    expect(client.post('Patient/_search', 'family=Adams').status).toBe(200);
    const put = client.send('PUT', 'Patient/p1', patient('p1'));
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, HEAD']);
    const rest = (resourceOf(client.send('GET', 'metadata')).rest as { interaction: { code: string }[]; resource: { interaction: { code: string }[]; updateCreate: boolean }[] }[])[0];
    expect(rest?.interaction.map(({ code }) => code)).toEqual(['search-system', 'history-system']);
    expect(rest?.resource[0]?.interaction.map(({ code }) => code).toSorted()).toEqual(['history-instance', 'history-type', 'read', 'search-type', 'vread']);
    expect(rest?.resource[0]?.updateCreate).toBe(false);
  });

  test('a bug is an OperationOutcome that says nothing of its inside', () => {
    const seen: unknown[] = [];
    const client = createClient({ newId: () => { throw new Error('secret'); }, onBug: (error) => seen.push(error) });
    const response = client.send('POST', 'Patient', patient());
    expect(response.status).toBe(500);
    expect(response.body).not.toContain('secret');
    expect(resourceOf(response)).toMatchObject({ issue: [{ severity: 'fatal', code: 'exception' }] });
    expect(seen).toEqual([new Error('secret')]);
  });

  test('a body over the limit is 413, one nested too deep is 400', () => {
    const client = createClient({ limits: { bodyLength: 100 } });
    expect(client.send('POST', 'Patient', patient(undefined, { name: [{ text: 'x'.repeat(200) }] })).status).toBe(413);
    const deep = `{"resourceType":"Patient","extension":${'['.repeat(5000)}1${']'.repeat(5000)}}`;
    expect(createClient().send('POST', 'Patient', deep).status).toBe(400);
  });
});
