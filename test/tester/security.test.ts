/** Tests of who may see what: what they find, and whom they leave alone. */
import { tmpdir } from 'node:os';
import { runTests } from '../../scripts/tester/run-tests';
import { testOptions } from '../../scripts/commands/test';
import type { CommandContext } from '../../scripts/commands/command';
import { BASE, fakeServer, noWait, searchset, statement } from './fake-server';

const study = (id: string, patient: string) => ({ resourceType: 'ImagingStudy', id, status: 'available', subject: { reference: `Patient/${patient}` } });
const STUDIES = [study('own', 'p'), study('other', 'q')];
const secured = { rest: [{ ...(statement()['rest'] as object[])[0], security: { service: [{ coding: [{ code: 'SMART-on-FHIR' }] }] } }] };

/** A server that answers every token alike; without one as `anonymous` says. */
function server({ anonymous = 401, security = true, patientSees = STUDIES }: { anonymous?: number; security?: boolean; patientSees?: object[] } = {}) {
  return fakeServer(({ path, headers }) => {
    const authorization = headers['Authorization'];
    if (path === 'metadata') return { json: statement(['modality', 'patient'], security ? secured : {}) };
    if (authorization !== 'Bearer full' && authorization !== 'Bearer bound' && anonymous !== 200) return { status: anonymous, json: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'security' }] } };
    const seen = (authorization === 'Bearer bound' ? patientSees : STUDIES) as Record<string, unknown>[];
    const id = /^ImagingStudy\/(\w+)$/.exec(path)?.[1];
    if (id !== undefined) {
      const found = seen.find((resource) => resource['id'] === id);
      return found === undefined ? { status: 404, json: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] } } : { json: found };
    }
    return path.startsWith('ImagingStudy') ? { json: searchset(seen, { total: seen.length }) } : { status: 404, json: {} };
  });
}

const FULL = { headers: { Authorization: 'Bearer full' } };
const BOUND = { ...FULL, patientAccess: { token: 'bound', patient: 'p' } };
const verdicts = async (fake: ReturnType<typeof server>, options: object, only = ['security.*']) => Object.fromEntries((await runTests({ url: BASE, transport: fake.transport, wait: noWait, only, ...options })).results.map(({ id, verdict }) => [id, verdict]));

describe('access without credentials', () => {
  const only = ['security.anonymous'];
  test.each([
    ['denied', { anonymous: 401 }, FULL, 'pass'],
    ['denied with 403', { anonymous: 403 }, FULL, 'pass'],
    ['granted though credentials were given', { anonymous: 200 }, FULL, 'warn'],
    ['granted, and nobody said that credentials are needed', { anonymous: 200 }, {}, 'info'],
    ['granted by a server that declares no security', { anonymous: 200, security: false }, FULL, 'not-declared'],
  ])('%s', async (_, fake, options, verdict) => {
    expect(await verdicts(server(fake), options, only)).toEqual({ 'security.anonymous': verdict });
  });

  test('the requests carry none of the user\'s', async () => {
    const fake = server();
    await verdicts(fake, FULL, only);
    expect(fake.heard.filter(({ headers }) => headers['Authorization'] === undefined).map(({ path }) => path)).toEqual(['ImagingStudy?_count=1']);
  });
});

describe('a token bound to one patient', () => {
  const only = ['security.patient.read', 'security.patient.search', 'security.patient.total'];

  test('that shows others fails', async () => {
    expect(await verdicts(server(), BOUND, only)).toMatchObject({ 'security.patient.read': 'fail', 'security.patient.search': 'fail' });
  });

  test('that shows only its own passes', async () => {
    expect(await verdicts(server({ patientSees: [STUDIES[0] as object] }), BOUND, only)).toEqual({ 'security.patient.read': 'pass', 'security.patient.search': 'pass', 'security.patient.total': 'pass' });
  });

  test('is not asked for where none was given', async () => {
    expect(new Set(Object.values(await verdicts(server(), FULL, ['security.patient.*'])))).toEqual(new Set(['no-data']));
  });

  test('is never seen in a report', async () => {
    const fake = server();
    const run = await runTests({ url: BASE, transport: fake.transport, wait: noWait, only, headers: FULL.headers, patientAccess: { token: 'bound', patient: 'p' } });
    expect(fake.heard.some(({ headers }) => headers['Authorization'] === 'Bearer bound')).toBe(true);
    expect(JSON.stringify(run)).not.toContain('Bearer bound');
  });
});

test.each([
  ['java.lang.X: no\n\tat org.example.Server.handle(Server.java:87)', 'warn'],
  ['TypeError: x\n    at read (/srv/app/read.js:10:5)', 'warn'],
  ['   at Fhir.Read(String id) in C:\\src\\Read.cs:line 12', 'warn'],
  ['Traceback (most recent call last)', 'warn'],
  ['The token expired at 2026/01/01T10:12:30', 'pass'],
  ['Look at https://server.test:8080/help:1:2', 'pass'],
])('%j in an error: %s', async (diagnostics, verdict) => {
  const { transport } = fakeServer(({ path }) => (path === 'metadata' ? { json: statement() } : { status: 404, json: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found', diagnostics }] } }));
  const run = await runTests({ url: BASE, transport, wait: noWait, only: ['error.internals', 'read.unknown-type'] });
  expect(run.results.find(({ id }) => id === 'error.internals')?.verdict).toBe(verdict);
});

describe('CORS', () => {
  const cors = (origin?: string) => fakeServer(() => ({ json: statement([], { rest: [{ ...(statement()['rest'] as object[])[0], security: { cors: true } }] }), headers: { 'content-type': 'application/fhir+json', ...(origin === undefined ? {} : { 'access-control-allow-origin': origin }) } }));
  test.each([['*', 'pass'], ['https://portal.example', 'info'], [undefined, 'warn']])('declared, and answered with %s: %s', async (origin, verdict) => {
    const run = await runTests({ url: BASE, transport: cors(origin).transport, wait: noWait, only: ['security.cors'] });
    expect(run.results.map((result) => result.verdict)).toEqual([verdict]);
  });
});

test('--patient-token needs --patient, which may stand alone', () => {
  const context = (options: object) => ({ args: [BASE], options: { out: tmpdir(), ...options }, console: {}, signal: new AbortController().signal }) as unknown as CommandContext;
  expect(testOptions(context({ patientToken: 't', patient: 'Patient/p' })).patientAccess).toEqual({ token: 't', patient: 'Patient/p' });
  expect(() => testOptions(context({ patientToken: 't' }))).toThrow(/belong together/);
  expect(testOptions(context({ patient: 'Patient/p' }))).toMatchObject({ patients: ['p'] });
  expect(testOptions(context({ patient: 'p' })).patientAccess).toBeUndefined();
  expect(() => testOptions(context({ patientToken: 't', patient: 'a b' }))).toThrow(/no id of a Patient/);
});
