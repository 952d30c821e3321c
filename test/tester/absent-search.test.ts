import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { fakeServer, BASE, noWait, searchset, statement } from './fake-server';

const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] };

/** Declares searches of ImagingStudy and answers each as `search` says. */
const run = (search: (query: string) => Record<string, unknown> & { status?: number }) =>
  runTests({
    url: BASE,
    wait: noWait,
    transport: fakeServer(({ path }) => (path.startsWith('metadata') ? { json: statement(['modality', 'status', 'patient']) } : /^ImagingStudy(\?|\/_search)/.test(path) ? search(path) : { status: 404, json: outcome })).transport,
  });

describe('a search that is declared and not there', () => {
  test.each([404, 405, 501])('is one failure where it is answered by %i, and its refusals pass for nothing', async (status) => {
    const { results, honesty, notes } = await run(() => ({ status, json: outcome }));
    const failed = results.filter(({ group, verdict }) => verdict === 'fail' && group !== 'capability');
    expect(failed).toMatchObject([{ id: 'honesty.searches', message: expect.stringMatching(new RegExp(`ImagingStudy is answered by ${status}`)) as string }]);
    expect(results.filter(({ id, verdict }) => /^(search|paging|combination|include)\./.test(id) && verdict === 'pass')).toEqual([]);
    expect(results.find(({ id }) => id === 'search.imagingstudy.modality.unknown-modifier')).toMatchObject({ verdict: 'no-data', message: expect.stringMatching(/honesty\.searches/) as string });
    expect(honesty?.find(({ type, name }) => type === 'ImagingStudy' && name === 'search-type')).toMatchObject({ right: 'no' });
    expect(notes.join(' ')).not.toMatch(/use a sample/);
  });

  test('is there where a parameter is insisted on, whatever the status of its absence', async () => {
    const { results } = await run((path) => (/[?&]patient=/.test(path) ? { json: searchset([]) } : { status: 404, json: outcome }));
    expect(results.find(({ id }) => id === 'honesty.searches')).toMatchObject({ verdict: 'pass' });
  });

  test('is not said of one that is refused otherwise', async () => {
    const { results } = await run(() => ({ status: 400, json: outcome }));
    expect(results.find(({ id }) => id === 'honesty.searches')).toMatchObject({ verdict: 'no-data' });
  });

  test('of one type leaves the others alone', async () => {
    const { results } = await runTests({ url: EMBEDDED, wait: noWait, transport: embedded({ faults: ['declared-search-absent'] }).transport, only: ['honesty.searches', 'search.imagingstudy.modality.code', 'honesty.diagnosticreport.parameters'] });
    expect(Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]))).toEqual({ 'honesty.searches': 'fail', 'search.imagingstudy.modality.code': 'pass', 'honesty.diagnosticreport.parameters': 'no-data' });
  });
});

test('a server that declares no search of what the program is about is said to be tested little', async () => {
  const statementOf = statement();
  const resource = { type: 'Patient', interaction: [{ code: 'search-type' }] };
  const { transport } = fakeServer(({ path }) => (path.startsWith('metadata') ? { json: { ...statementOf, rest: [{ mode: 'server', resource: [resource] }] } } : { json: searchset([]) }));
  const { notes } = await runTests({ url: BASE, wait: noWait, transport });
  expect(notes).toEqual([expect.stringMatching(/no search of ImagingStudy/)]);
});
