/** A server that closes a connection which it kept open, just as the next request is sent: what changes nothing is sent once more. https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1 */
import { createClient } from '../../scripts/tester/http/client';
import type { Transport } from '../../scripts/tester/http/transport';
import { BASE, fakeServer, noWait } from './fake-server';

test.each([
  ['a read', { method: 'GET', url: 'ImagingStudy/1' }, [200, 2]],
  ['a search by POST', { method: 'POST', url: 'ImagingStudy/_search', body: 'modality=CT' }, [200, 2]],
  ['a create', { method: 'POST', url: 'ImagingStudy', body: '{}' }, [undefined, 1]],
] as const)('%s: status, and how often it is sent', async (_, request, expected) => {
  const { transport } = fakeServer(() => ({ json: {} }));
  let sent = 0;
  const breaking: Transport = (what, limits) => ((sent += 1) === 1 ? Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })) : transport(what, limits));
  const done = await createClient({ base: BASE, mode: 'write', userAgent: 'scout-test', concurrency: 4, timeoutMs: 1000, maxBytes: 1_000_000, wait: noWait, transport: breaking }).send(request, 'test');
  expect([done.response?.status, sent]).toEqual(expected);
});
