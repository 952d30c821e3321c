import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Bundle } from '../../scripts/core/fhir';
import { listen } from '../../scripts/server/listen';
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

test('an address that only begins like the other server\'s is left alone; one in JSON with escaped slashes is exchanged', async () => {
  const said = `{"a":"${THERE}-old/Patient/1","b":"http:\\/\\/127.0.0.1:8642\\/fhir\\/Patient\\/1","c":"${THERE}"}`;
  const answers: string[] = [];
  const listener = createProxy({ target: THERE, basePath: '/r4', behaviour: plantedBehaviour([], []), forward: (request) => { answers.push(request.url); return Promise.resolve({ status: 200, headers: {}, body: said }); } });
  listener.rebase('http://127.0.0.1:9999');
  expect((await listener.handle({ method: 'GET', url: '/r4/x', headers: {} })).body).toBe(`{"a":"${THERE}-old/Patient/1","b":"http:\\/\\/127.0.0.1:9999\\/r4\\/Patient\\/1","c":"${HERE}"}`);
  expect((await listener.handle({ method: 'GET', url: '/r4b/x', headers: {} })).status).toBe(404);
  expect(answers).toEqual([`${THERE}/x`]);
});

test('what a fault cannot read goes on as it came, and each exchange is told with whether the fault showed', async () => {
  const told: boolean[] = [];
  const sent: string[] = [];
  const listener = createProxy({
    target: THERE, basePath: '/r4', behaviour: plantedBehaviour(['token-system-ignored', 'total-off-by-one'], []), onExchange: (isChanged) => told.push(isChanged),
    forward: (request) => { sent.push(request.url); return Promise.resolve({ status: 200, headers: {}, body: request.url.includes('%ZZ') ? '{no JSON' : '{"resourceType": "Bundle", "type": "searchset"}' }); },
  });
  listener.rebase('http://127.0.0.1:9999');
  const ask = async (url: string) => (await listener.handle({ method: 'GET', url, headers: {} })).body;
  expect(await ask('/r4/ImagingStudy?modality=%ZZ')).toBe('{no JSON');
  await ask(`/r4/ImagingStudy?modality=${encodeURIComponent(`${DCM}|CT`)}`);
  await ask('/r4/ImagingStudy?modality=CT');
  expect(sent[0]).toBe(`${THERE}/ImagingStudy?modality=%ZZ`);
  expect(told).toEqual([false, true, false]);
});

test('over the network nothing is added or lost: compressed answers are read, bytes stay bytes, dots and headers stay as written', async () => {
  const image = Buffer.from([0x89, 0x50, 0xff, 0x00, 0xc3, 0x28]);
  const seen: { url?: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const other = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      seen.push({ ...(request.url === undefined ? {} : { url: request.url }), headers: request.headers, body: Buffer.concat(chunks) });
      const base = `http://${request.headers.host}/fhir`;
      if (request.method === 'HEAD') response.writeHead(200, { etag: 'W/"1"', 'content-encoding': 'gzip' }).end();
      else if (request.url === '/fhir/zip') response.writeHead(200, { 'content-type': 'application/fhir+xml', 'content-encoding': 'gzip' }).end(gzipSync(`<a url="${base}/x"/>`));
      else if (request.url === '/fhir/latin') response.writeHead(200, { 'content-type': 'text/plain; charset=ISO-8859-1' }).end(Buffer.from(`\xe4 ${base}/x`, 'latin1'));
      else if (request.url === '/fhir/chunks') { response.writeHead(200); response.write('{"a":'); response.end('"ä"}'); }
      else response.writeHead(307, { location: `${base}/elsewhere`, 'content-type': 'image/png' }).end(image);
    });
  });
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const there = `http://127.0.0.1:${(other.address() as AddressInfo).port}/fhir`;
  const listening = await listen(createProxy({ target: there, basePath: '/r4', behaviour: plantedBehaviour([], []) }), { port: 0 });
  try {
    const ask = (path: string, init: RequestInit = {}) => fetch(`${listening.url}${path}`, { redirect: 'manual', ...init });
    expect(await (await ask('/zip')).text()).toBe(`<a url="${listening.url}/x"/>`);
    expect(Buffer.from(await (await ask('/latin')).arrayBuffer()).toString('latin1')).toBe(`\xe4 ${listening.url}/x`);
    expect(await (await ask('/chunks')).json()).toEqual({ a: 'ä' });
    expect((await ask('/Patient/1', { method: 'HEAD' })).headers.get('etag')).toBe('W/"1"');
    const redirect = await ask('/Binary', { method: 'POST', headers: { 'content-type': 'image/png' }, body: image });
    expect([redirect.status, redirect.headers.get('location'), Buffer.from(await redirect.arrayBuffer()).equals(image), seen.at(-1)?.body.equals(image)]).toEqual([307, `${listening.url}/elsewhere`, true, true]);
    await new Promise((done) => httpRequest(`${listening.url}/`, { path: '/r4/Patient/%2e%2e/..', headers: { prefer: 'x' } }, (answer) => answer.resume().on('end', done)).end());
    expect([seen.at(-1)?.url, Object.keys(seen.at(-1)?.headers ?? {}).sort()]).toEqual(['/fhir/Patient/%2e%2e/..', ['connection', 'host', 'prefer']]);
  } finally {
    await listening.close();
    other.close();
  }
});
