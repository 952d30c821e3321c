import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bundle } from '../../scripts/core/fhir';
import { listen } from '../../scripts/server/listen';
import { createClient, linkOf } from './client';

test('over a socket: reads, writes, searches, pages, HEAD, errors, and an own address', async () => {
  const { server } = createClient({ limits: { bodyLength: 5000 } });
  const listening = await listen(server, { port: 0 });
  try {
    expect(listening.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/fhir$/);
    const put = await fetch(`${listening.url}/Patient/é`.replace('é', 'e'), { method: 'PUT', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ resourceType: 'Patient', id: 'e', name: [{ family: 'Ünïcode' }] }) });
    expect([put.status, put.headers.get('location')]).toEqual([201, `${listening.url}/Patient/e/_history/1`]);
    const first = (await (await fetch(`${listening.url}/ImagingStudy?subject=${encodeURIComponent(`${listening.url}/Patient/p1`)}`)).json()) as Bundle;
    expect(first.total).toBe(1);
    const found = (await (await fetch(`${listening.url}/Patient/_search`, { method: 'POST', body: new URLSearchParams({ family: 'ünï', _count: '1' }) })).json()) as Bundle;
    expect(found.entry?.[0]?.fullUrl).toBe(`${listening.url}/Patient/e`);
    const page = (await (await fetch(`${listening.url}/ImagingStudy?_count=2`)).json()) as Bundle;
    expect((await fetch(String(linkOf(page, 'next')))).status).toBe(200);
    const head = await fetch(`${listening.url}/Patient/e`, { method: 'HEAD' });
    expect([head.status, await head.text(), Number(head.headers.get('content-length')) > 0]).toEqual([200, '', true]);
    expect((await fetch(`${listening.url}/Patient/none`)).status).toBe(404);
    expect((await fetch(`${listening.url}/Patient/e`, { method: 'DELETE' })).status).toBe(204);
    const large = await fetch(`${listening.url}/Patient`, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ resourceType: 'Patient', name: [{ text: 'x'.repeat(9000) }] }) });
    expect([large.status, ((await large.json()) as { resourceType: string }).resourceType]).toEqual([413, 'OperationOutcome']);
  } finally {
    await listening.close();
  }
  await expect(fetch(listening.url)).rejects.toThrow();
});

test('a port that is taken is a known error', async () => {
  const other = await new Promise<Server>((resolve) => {
    const socket = createServer().listen(0, '127.0.0.1', () => resolve(socket));
  });
  try {
    const { port } = other.address() as AddressInfo;
    await expect(listen(createClient().server, { port })).rejects.toMatchObject({ code: 'port-in-use', message: expect.stringContaining(String(port)) as string });
  } finally {
    other.close();
  }
});
