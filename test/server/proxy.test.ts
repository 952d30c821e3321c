import type { Bundle } from '../../scripts/core/fhir';
import { createProxy } from '../../scripts/server/proxy';
import { plantedBehaviour } from '../../scripts/server/planted';
import type { ServerRequest, ServerResponse } from '../../scripts/server/request';
import { createClient, linkOf, matchIds } from './client';
import { DCM } from './fixture';

const THERE = 'http://127.0.0.1:8642/fhir';
const HERE = 'http://127.0.0.1:9999/r4';

function proxy(...faults: string[]) {
  const seen: ServerRequest[] = [];
  const { server } = createClient();
  const listener = createProxy({
    target: `${THERE}/`,
    basePath: '/r4',
    behaviour: plantedBehaviour(faults, []),
    forward: (request) => {
      seen.push(request);
      return Promise.resolve(server.handle({ ...request, url: request.url.replace('http://127.0.0.1:8642', '') }));
    },
  });
  listener.rebase('http://127.0.0.1:9999');
  return { seen, send: async (method: string, url: string, more: Partial<ServerRequest> = {}): Promise<ServerResponse> => listener.handle({ method, url: url.replace('http://127.0.0.1:9999', ''), headers: {}, ...more }) };
}
const bundleOf = (response: ServerResponse) => JSON.parse(response.body) as Bundle;

test('addresses are exchanged both ways: links, locations, full URLs, searched references and bodies', async () => {
  const { send, seen } = proxy();
  const page = bundleOf(await send('GET', `/r4/ImagingStudy?subject=${encodeURIComponent(`${HERE}/Patient/p1`)},p2&_count=1`));
  expect(page.total).toBe(2);
  expect(page.entry?.[0]?.fullUrl).toBe(`${HERE}/ImagingStudy/s1`);
  expect(matchIds(bundleOf(await send('GET', String(linkOf(page, 'next')))))).toEqual(['s2']);
  const created = await send('POST', '/r4/Patient', { headers: { 'content-type': 'application/fhir+json', host: 'here', connection: 'close' }, body: JSON.stringify({ resourceType: 'Patient', generalPractitioner: [{ reference: `${HERE}/Practitioner/pr1` }] }) });
  expect([created.status, created.headers.location]).toEqual([201, `${HERE}/Patient/new-1/_history/1`]);
  expect(seen.at(-1)?.body).toContain(`${THERE}/Practitioner/pr1`);
  expect(Object.keys(seen.at(-1)?.headers ?? {})).toEqual(['content-type']);
});

test('faults of HTTP show in another server\'s answers', async () => {
  const { send } = proxy('token-system-ignored', 'total-off-by-one', 'error-without-outcome');
  const found = bundleOf(await send('GET', `/r4/ImagingStudy?modality=${DCM}|CT`));
  expect([matchIds(found), found.total]).toEqual([['s1', 's4', 's5'], 4]);
  expect((await send('GET', '/r4/Patient/none')).body).toBe('Error');
});

test('a server that does not answer is 502, an address outside the base 404', async () => {
  const listener = createProxy({ target: THERE, basePath: '/r4', behaviour: plantedBehaviour([], []), forward: () => Promise.reject(new Error('no route')) });
  listener.rebase('http://127.0.0.1:9999');
  const down = await listener.handle({ method: 'GET', url: '/r4/Patient', headers: {} });
  expect([down.status, down.body]).toEqual([502, expect.stringContaining('no route')]);
  expect((await listener.handle({ method: 'GET', url: '/other', headers: {} })).status).toBe(404);
});
