import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, Resource } from '../../scripts/core/fhir';
import type { Result, Run } from '../../scripts/core/result';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED, exampleResources } from './embedded';
import { BASE, fakeServer, noWait, searchset, statement } from './fake-server';

const verdicts = (run: Run) => Object.fromEntries(run.results.map(({ id, verdict }) => [id, verdict]));
const failures = (run: Run) => run.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error').map(({ id, message }) => `${id}: ${message}`);

describe('the reference server with the guide\'s examples', () => {
  let run: Run;
  const server = embedded();
  const dir = mkdtempSync(join(tmpdir(), 'scout-recording-'));
  beforeAll(async () => {
    run = await runTests({ url: EMBEDDED, transport: server.transport, wait: noWait, recordDir: dir, headers: { Authorization: 'Bearer very-secret-token' } });
  }, 60_000);
  afterAll(() => rmSync(dir, { recursive: true }));

  test('gives no ground for complaint', () => {
    expect(failures(run)).toEqual([]);
    expect(run.results.filter(({ verdict }) => verdict === 'warn').map(({ id }) => id)).toEqual([]);
  });

  test('is tested by each of the 17 search parameters, and most tests can decide', () => {
    const parameters = ['basedon', 'bodysite', 'dicom-class', 'encounter', 'endpoint', 'identifier', 'instance', 'interpreter', 'modality', 'patient', 'performer', 'reason', 'referrer', 'series', 'started', 'status', 'subject'];
    for (const name of parameters) expect(run.results.filter(({ id, verdict }) => id.startsWith(`search.imagingstudy.${name}.`) && verdict === 'pass').length).toBeGreaterThan(5);
    expect(run.summary.pass).toBeGreaterThan(550);
    expect(run.summary.noData).toBeLessThan(100);
  });

  test('is never written to', () => {
    expect(server.requests.filter(({ method, url }) => method !== 'GET' && method !== 'HEAD' && !(method === 'POST' && /\/_search(\?|$)/.test(url)))).toEqual([]);
  });

  test('every result names its requirement with an address, and ids are unique', () => {
    expect(new Set(run.results.map(({ id }) => id)).size).toBe(run.results.length);
    for (const { requirement, message, title } of run.results) {
      expect(requirement.url).toMatch(/^https?:\/\//);
      expect(requirement.text).not.toBe('');
      expect(message).toMatch(/\S/);
      expect(title).toMatch(/\S/);
    }
  });

  test('no secret reaches the results or the recording', () => {
    expect(JSON.stringify(run)).not.toContain('very-secret-token');
    expect(readFileSync(join(dir, 'exchanges.ndjson'), 'utf8')).not.toContain('very-secret-token');
  });

  test('the recording, judged again without a network, gives the same verdicts', async () => {
    const again = await runTests({ url: '', replayDir: dir, transport: () => Promise.reject(new Error('no network')) });
    expect(verdicts(again)).toEqual(verdicts(run));
    expect(again.target).toEqual(run.target);
  }, 60_000);

  test('a second run gives the same verdicts in the same order', async () => {
    const again = await runTests({ url: EMBEDDED, transport: embedded().transport, wait: noWait, concurrency: 1 });
    expect(again.results.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(run.results.map(({ id, verdict }) => `${id} ${verdict}`));
  }, 60_000);
});

describe('planted faults', () => {
  const caught = async (fault: string, only: string[]): Promise<Result[]> => {
    const run = await runTests({ url: EMBEDDED, transport: embedded({ faults: [fault] }).transport, wait: noWait, only });
    return run.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn');
  };

  test.each([
    ['token-system-ignored', 'search.imagingstudy.modality.*', 'fhir-r4-search-token-system-code'],
    ['modifier-ignored', 'search.imagingstudy.status.*', 'fhir-r4-search-unsupported-modifier'],
    ['known-modifier-passed-over', 'search.imagingstudy.status.not', 'fhir-r4-search-unsupported-modifier'],
    ['date-ge-as-gt', 'search.imagingstudy.started.*', 'fhir-r4-search-date-ge'],
    ['last-repeat-wins', 'search.imagingstudy.modality.*', 'fhir-r4-search-and'],
  ])('%s is caught and names its requirement', async (fault, only, requirement) => {
    const found = await caught(fault, [only]);
    expect(found.map((result) => result.requirement.id)).toContain(requirement);
    const told = found.find((result) => result.requirement.id === requirement) as Result;
    expect(told.curl).toMatch(/^curl /);
    expect(told.exchanges[0]?.response?.status).toBe(200);
  });

  test('a failure shows what should have come, what came, and a resource that shows it', async () => {
    const [told] = await caught('token-system-ignored', ['search.imagingstudy.modality.other-system']);
    expect(told).toMatchObject({ verdict: 'fail', expected: [], witness: { reference: expect.stringMatching(/^ImagingStudy\//) as string, why: expect.stringMatching(/must not match/) as string } });
    expect(told?.actual).toContain(told?.witness?.reference);
  });
});

test('parts that are not tagged as such, on a server without versions, are not taken for the resources', async () => {
  const run = await runTests({ url: EMBEDDED, transport: embedded({ faults: ['subset-untagged'], variants: ['unversioned'] }).transport, wait: noWait, only: ['result.imagingstudy.*', 'data.imagingstudy.*', 'search.imagingstudy.modality.*'] });
  const broken = run.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn').map(({ id }) => id);
  expect(broken.length).toBeGreaterThan(0);
  expect(broken.filter((id) => !id.startsWith('result.imagingstudy.'))).toEqual([]);
  expect(run.notes.join(' ')).not.toMatch(/Data changed/);
}, 60_000);

describe('legal variants', () => {
  test.each(['small-pages', 'absolute-references', 'get-search-refused', 'unknown-parameter-refused'])('%s is left alone', async (variant) => {
    const only = ['search.imagingstudy.modality.*', 'search.imagingstudy.patient.*', 'combination.*', 'honesty.*', 'result.*', 'read.*'];
    const run = await runTests({ url: EMBEDDED, transport: embedded({ variants: [variant] }).transport, wait: noWait, only });
    expect(failures(run)).toEqual([]);
    expect(run.summary.pass).toBeGreaterThan(30);
  }, 60_000);
});

describe('data that is not whole', () => {
  /** As many studies as no tester reads. */
  const many = (): Resource[] => {
    const [first] = exampleResources().filter(({ resourceType }) => resourceType === 'ImagingStudy');
    return Array.from({ length: 1500 }, (_, i) => ({ ...structuredClone(first as Resource), id: `many-${i}`, modality: [], series: [{ uid: `1.2.${i + 1}`, modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: ['CT', 'MR', 'US'][i % 3] } }] }));
  };

  test('is tested by a sample, with small answers', async () => {
    const { transport, requests } = embedded({ resources: many(), variants: [] });
    const run = await runTests({ url: EMBEDDED, transport, wait: noWait, only: ['search.imagingstudy.modality.*', 'paging.imagingstudy.plain'] });
    expect(failures(run)).toEqual([]);
    expect(run.notes.join(' ')).toMatch(/Not all ImagingStudy resources are known/);
    expect(verdicts(run)).toMatchObject({ 'search.imagingstudy.modality.code': 'pass', 'search.imagingstudy.modality.other-system': 'pass', 'paging.imagingstudy.plain': 'pass' });
    // What must find nothing is asked of all the data, and its answer is small by itself.
    const unnarrowed = requests.filter(({ url }) => url.includes('modality=') && !url.includes('_id=')).map(({ url }) => url);
    const found = await Promise.all(unnarrowed.map(async (url) => (JSON.parse((await transport({ method: 'GET', url, headers: {} }, { maxBytes: Infinity, signal: AbortSignal.timeout(60_000) })).body) as Bundle).entry?.length ?? 0));
    expect(found.filter((matches) => matches > 0)).toEqual([]);
  }, 60_000);

  test('is still judged exactly: a planted fault shows', async () => {
    const run = await runTests({ url: EMBEDDED, transport: embedded({ resources: many(), faults: ['token-system-ignored'] }).transport, wait: noWait, only: ['search.imagingstudy.modality.other-system'] });
    expect(run.results).toMatchObject([{ verdict: 'fail' }]);
  }, 60_000);

  test('that changes during the run is no failure', async () => {
    const { transport, server } = embedded();
    let asked = 0;
    const moving: typeof transport = (request, limits) => {
      // A study disappears after the harvest has seen it.
      if (request.url.includes('modality=') && (asked += 1) === 1) server.handle({ method: 'DELETE', url: '/fhir/ImagingStudy/ct-head-berta', headers: {} });
      return transport(request, limits);
    };
    const run = await runTests({ url: EMBEDDED, transport: moving, wait: noWait, only: ['search.imagingstudy.modality.code', 'search.imagingstudy.modality.not', 'search.imagingstudy.modality.system-code', 'search.imagingstudy.modality.or'], concurrency: 1 });
    expect(failures(run)).toEqual([]);
    expect(run.notes.join(' ')).toMatch(/changed/);
  });
});

describe('servers that misbehave', () => {
  const study = (id: string, code = 'CT') => ({ resourceType: 'ImagingStudy', id, status: 'available', subject: { reference: 'Patient/1' }, series: [{ uid: '1.2.3', modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code } }] });

  test('pages without end come to an end', async () => {
    let pages = 0;
    const { transport, heard } = fakeServer(({ path }) => {
      if (path === 'metadata') return { json: statement() };
      if (path.startsWith('ImagingStudy?') || path.startsWith('page')) return { json: searchset([study(`s${(pages += 1)}`)], { link: [{ relation: 'next', url: `${BASE}/page/${pages}` }] }) };
      return { status: 404, json: {} };
    });
    const run = await runTests({ url: BASE, transport, wait: noWait, budget: 400, only: ['paging.imagingstudy.*', 'search.imagingstudy.modality.code'] });
    expect(heard.length).toBeLessThanOrEqual(400);
    expect(run.results.length).toBeGreaterThan(1);
  }, 60_000);

  test('a budget that is used up makes errors, not failures, and exit code 2', async () => {
    const { transport } = embedded();
    const run = await runTests({ url: EMBEDDED, transport, wait: noWait, budget: 30, only: ['search.imagingstudy.modality.*'] });
    expect(run.requests).toBe(30);
    expect(run.summary.fail).toBe(0);
    expect(run.summary.error).toBeGreaterThan(0);
    expect(run.results.find(({ verdict }) => verdict === 'error')?.message).toMatch(/budget of 30 is used up.*--budget/);
  });

  test('nonsense in answers is judged, not tripped over', async () => {
    const nonsense = [{}, { resourceType: 'Bundle', entry: 'x', link: 7 }, { resourceType: 'Bundle', type: 'searchset', entry: [null, 1, { resource: null }, { resource: { resourceType: 'ImagingStudy', meta: 3, series: 'x', identifier: [null] } }], total: '7' }, { resourceType: 'OperationOutcome', issue: 'none' }, [], 3, 'x'];
    let turn = 0;
    const { transport } = fakeServer(({ path }) => (path === 'metadata' ? { json: { ...statement(['modality', 'started', 'identifier']), rest: [{ mode: 'server', resource: [null, 3, ...(statement(['modality', 'started', 'identifier'])['rest'] as { resource: unknown[] }[])[0]?.resource ?? []] }] } } : { json: nonsense[(turn += 1) % nonsense.length] }));
    const run = await runTests({ url: BASE, transport, wait: noWait });
    expect(run.results.filter(({ message }) => message.startsWith('The test itself broke'))).toEqual([]);
    expect(run.summary.fail).toBeGreaterThan(0);
  }, 60_000);

  test('what is not declared is not asked for', async () => {
    const { transport } = embedded();
    const bare: typeof transport = async (request, limits) => (request.url.endsWith('/metadata') ? { status: 200, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(statement(['modality'])) } : transport(request, limits));
    const run = await runTests({ url: EMBEDDED, transport: bare, wait: noWait, only: ['search.imagingstudy.started.*', 'honesty.imagingstudy.started'] });
    expect(new Set(run.results.filter(({ id }) => id.startsWith('search.')).map(({ verdict }) => verdict))).toEqual(new Set(['not-declared']));
    expect(verdicts(run)['honesty.imagingstudy.started']).toBe('warn');
  });

  test('a thrown judge is an error of that test alone', async () => {
    const { transport } = embedded();
    const broken: typeof transport = (request, limits) => (request.url.includes('modality=') ? Promise.reject(new TypeError('boom')) : transport(request, limits));
    const run = await runTests({ url: EMBEDDED, transport: broken, wait: noWait, only: ['search.imagingstudy.modality.code', 'search.imagingstudy.status.code'] });
    expect(verdicts(run)).toEqual({ 'search.imagingstudy.modality.code': 'error', 'search.imagingstudy.status.code': 'pass' });
  });
});

describe('choosing tests', () => {
  const chosen = async (only: string[], skip: string[] = []) => (await runTests({ url: EMBEDDED, transport: embedded().transport, wait: noWait, only, skip })).results.map(({ id }) => id);

  test('by id, group and requirement', async () => {
    expect(await chosen(['capability.status'])).toEqual(['capability.status']);
    expect((await chosen(['capability'], ['capability.status', '*kind'])).sort()).toEqual(['capability.codes', 'capability.date', 'capability.fhir-version', 'capability.format', 'capability.imagingstudy', 'capability.json-form', 'capability.mandatory-elements', 'capability.rest', 'capability.search-param-types', 'capability.unique', 'capability.xml']);
    expect(await chosen(['fhir-r4-capability-date'])).toEqual(['capability.date']);
  });

  test('a pattern that fits nothing is an error, before anything is asked of the server', async () => {
    const { transport, heard } = fakeServer(() => ({ json: statement() }));
    await expect(runTests({ url: BASE, transport, only: ['serach.*'] })).rejects.toMatchObject({ code: 'no-such-test' });
    expect(heard).toHaveLength(0);
  });
});

describe('a server between which and us something stands', () => {
  test('is not accused for answers that are longer than what we read of them', async () => {
    const { transport } = fakeServer(({ path }) => (path === 'metadata' ? { json: statement() } : { body: `{"resourceType":"Bundle","entry":["${'x'.repeat(100_000)}` }));
    const run = await runTests({ url: BASE, transport, wait: noWait, maxBytes: 50_000, only: ['search.imagingstudy.modality.*'] });
    expect(run.summary.fail + run.summary.warn).toBe(0);
    expect(run.results.find(({ verdict }) => verdict === 'error')?.message).toMatch(/longer than the limit of 50 kB/);
  });

  test('may go by another base than the one that was typed', async () => {
    const { transport } = embedded();
    const typed = 'https://public.test/imaging';
    const proxy: typeof transport = (request, limits) => transport({ ...request, url: request.url.replace(typed, EMBEDDED) }, limits);
    const run = await runTests({ url: typed, transport: proxy, wait: noWait, only: ['search.imagingstudy.patient.*', 'search.imagingstudy.endpoint.*', 'result.*', 'read.*', 'reference.*'] });
    expect(failures(run)).toEqual([]);
    expect(verdicts(run)).toMatchObject({ 'search.imagingstudy.patient.absolute': 'pass', 'reference.imagingstudy.subject': 'pass' });
    expect(run.notes).toContainEqual(`In its answers the server calls itself ${EMBEDDED}, not ${typed}, and the links that it gives lead there. Where a proxy stands before it, the server has to be told its public base URL.`);
  }, 60_000);

  test('may deny all studies though not all else: then there is no run, unless none is asked for', async () => {
    const { transport } = embedded();
    const bound: typeof transport = (request, limits) => (/\/ImagingStudy/.test(request.url) ? Promise.resolve({ status: 403, headers: {}, body: '' }) : transport(request, limits));
    const run = (only: string[]) => runTests({ url: EMBEDDED, transport: bound, wait: noWait, only, headers: { Authorization: 'Bearer of-one-patient' } });
    await expect(run(['search.imagingstudy.status.*', 'search.endpoint.*'])).rejects.toMatchObject({ code: 'no-access', message: expect.stringMatching(/answers 403: the authorization given does not suffice to see any ImagingStudy\.$/) as string, hint: expect.stringContaining('--patient-token') as string });
    expect((await run(['search.endpoint.name.*'])).summary.pass).toBeGreaterThan(0);
  }, 60_000);

  test('may deny some data: that is no failure', async () => {
    const { transport } = embedded();
    const strict: typeof transport = (request, limits) => (/modality/.test(request.url) || /\/Endpoint/.test(request.url) ? Promise.resolve({ status: 403, headers: {}, body: '' }) : transport(request, limits));
    const run = await runTests({ url: EMBEDDED, transport: strict, wait: noWait, only: ['search.imagingstudy.modality.*', 'search.imagingstudy.status.*', 'search.endpoint.*', 'read.endpoint.*'] });
    expect(failures(run)).toEqual([]);
    expect(new Set(run.results.filter(({ id }) => id.startsWith('search.imagingstudy.modality.')).map(({ verdict }) => verdict))).toEqual(new Set(['no-data']));
    expect(verdicts(run)['search.imagingstudy.status.code']).toBe('pass');
  }, 60_000);

  test('may take no more requests at all: the run ends early, and says so once', async () => {
    const { transport, requests } = embedded();
    let clock = 0;
    const full: typeof transport = (request, limits) => (requests.length > 60 ? Promise.resolve({ status: 429, headers: { 'retry-after': '60' }, body: '' }) : transport(request, limits));
    const wait = (ms: number) => {
      clock += ms;
      return Promise.resolve();
    };
    const run = await runTests({ url: EMBEDDED, transport: full, wait, now: () => clock, only: ['search.imagingstudy.*'] });
    expect(run.summary.fail).toBe(0);
    expect(run.summary.error).toBeGreaterThan(50);
    expect(run.notes.filter((note) => note.startsWith('The run was ended early: the server has answered for'))).toHaveLength(1);
    expect(clock).toBeLessThan(200_000);
  }, 60_000);

  test('may be overloaded: that is an error, not a failure', async () => {
    const { transport } = embedded();
    const busy: typeof transport = (request, limits) => (/modality/.test(request.url) ? Promise.resolve({ status: 429, headers: { 'retry-after': '1' }, body: '' }) : transport(request, limits));
    const run = await runTests({ url: EMBEDDED, transport: busy, wait: noWait, now: () => 0, only: ['search.imagingstudy.modality.code', 'search.imagingstudy.modality.unknown-modifier', 'search.imagingstudy.status.code'] });
    expect(verdicts(run)).toEqual({ 'search.imagingstudy.modality.code': 'error', 'search.imagingstudy.modality.unknown-modifier': 'error', 'search.imagingstudy.status.code': 'pass' });
  }, 60_000);
});
