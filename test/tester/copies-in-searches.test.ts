/** Searches that show resources otherwise than reads do, and includes that bring what has nothing to do with the matches. */
import type { Bundle, BundleEntry, Resource } from '../../scripts/core/fhir';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

type Entries = (entries: BundleEntry[], url: string) => BundleEntry[];

/** What a test says where the entries of searches are changed on their way, some of them only the first time. */
async function about(only: string, change: Entries, holds: { prepare?: (send: (method: string, url: string, resource: Resource) => void) => void } = {}) {
  const { transport, server } = embedded();
  holds.prepare?.((method, url, resource) => server.handle({ method, url: `/fhir/${url}`, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(resource) }));
  const changed: Transport = async (request, limits) => {
    const response = await transport(request, limits);
    if (!response.body.includes('"searchset"')) return response;
    const bundle = JSON.parse(response.body) as Bundle;
    return { ...response, body: JSON.stringify({ ...bundle, ...(bundle.entry === undefined ? {} : { entry: change(bundle.entry, request.url) }) }) };
  };
  const { results } = await runTests({ url: EMBEDDED, transport: changed, wait: noWait, runId: 'copies', only: [only] });
  return results[0];
}

const each = (change: (resource: Resource) => object): Entries => (entries) => entries.map((entry) => ({ ...entry, ...(entry.resource === undefined ? {} : { resource: change(entry.resource) as Resource }) }));
const without = (name: string) => each((resource) => Object.fromEntries(Object.entries(resource).filter(([other]) => other !== name)));
const EXTENDED: Resource = { resourceType: 'ImagingStudy', id: 'extended', status: 'available', subject: { reference: 'Patient/alex-amari' }, extension: [{ url: 'urn:x', valueCode: 'x' }] };
const extended = { prepare: (send: (method: string, url: string, resource: Resource) => void) => send('PUT', 'ImagingStudy/extended', EXTENDED) };

test('a narrative that searches leave out is a warning', async () => {
  expect(await about('read.imagingstudy.currency', without('text'))).toMatchObject({ verdict: 'warn', message: expect.stringMatching(/without the narrative that a read returns/) as string });
});

test('extensions that searches leave out show where a history tells of them', async () => {
  expect(await about('read.imagingstudy.history-type', without('extension'), extended)).toMatchObject({ verdict: 'fail', requirement: { id: 'fhir-r4-search-currency' }, message: expect.stringMatching(/ImagingStudy\/extended .* at ImagingStudy\.extension/) as string });
  expect(await about('read.imagingstudy.history-type', (entries) => entries, extended)).toMatchObject({ verdict: 'pass' });
});

test('what only the first search shows otherwise is no failure: it may have been changed in between', async () => {
  let asked = 0;
  const once: Entries = (entries, url) => (/_id=/.test(url) && (asked += 1) === 1 ? without('started')(entries, url) : entries);
  expect(await about('read.imagingstudy.currency', once)).toMatchObject({ verdict: 'pass' });
});

test('which of the two is out of date, the search or the read, is told by the time of change, then by the number of the version', async () => {
  const dated = (lastUpdated: string, versionId: string) => each((resource) => ({ ...resource, meta: { ...resource.meta, lastUpdated, versionId } }));
  const same = each(({ meta, ...resource }) => ({ ...resource, meta: { ...meta, versionId: '9' } }));
  expect(await about('read.imagingstudy.currency', dated('1999-01-01T00:00:00Z', '9'))).toMatchObject({ verdict: 'fail', requirement: { id: 'fhir-r4-search-currency' } });
  expect(await about('read.imagingstudy.currency', dated('2999-01-01T00:00:00Z', 'b'))).toMatchObject({ verdict: 'fail', requirement: { id: 'fhir-r4-read' } });
  expect(await about('read.imagingstudy.currency', same)).toMatchObject({ verdict: 'fail', requirement: { id: 'fhir-r4-read' } });
});

test('included resources are looked at for what they are', async () => {
  const cut: Entries = (entries) => entries.map((entry) => (entry.search?.mode === 'include' && entry.resource !== undefined ? { ...entry, resource: { ...entry.resource, birthDate: '1900-01-01' } } : entry));
  expect(await about('include.imagingstudy.patient', cut)).toMatchObject({ verdict: 'fail', requirement: { id: 'fhir-r4-search-currency' } });
});

/** An entry that nobody asked for. */
const added = (resource: Resource): Entries => (entries, url) => (/_include=/.test(url) ? [...entries, { fullUrl: `${EMBEDDED}/${resource.resourceType}/${String(resource.id)}`, resource, search: { mode: 'include' } }] : entries);

test('what is included and has nothing to do with any resource of the answer is a warning', async () => {
  const lone: Resource = { resourceType: 'Endpoint', id: 'lone', status: 'active' };
  expect(await about('include.imagingstudy.patient', added(lone))).toMatchObject({ verdict: 'warn', message: expect.stringMatching(/includes Endpoint\/lone, which no resource/) as string });
  // What refers to a match, if only by an identifier, a server may add.
  expect(await about('include.imagingstudy.patient', (entries, url) => added({ resourceType: 'List', id: 'near', entry: [{ item: { reference: `${entries[0]?.resource?.resourceType ?? ''}/${entries[0]?.resource?.id ?? ''}` } }] })(entries, url))).toMatchObject({ verdict: 'pass' });
});

test('what comes where nothing is to be included as well is the server\'s own doing', async () => {
  const lone: Resource = { resourceType: 'Endpoint', id: 'lone', status: 'active' };
  const always: Entries = (entries, url) => (/_id=/.test(url) ? [...entries, { fullUrl: `${EMBEDDED}/Endpoint/lone`, resource: lone, search: { mode: 'include' } }] : entries);
  expect(await about('include.imagingstudy.patient', always)).toMatchObject({ verdict: 'pass' });
});
