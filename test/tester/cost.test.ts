/** What a whole run costs: no request that changes nothing is sent again while nothing has changed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED, exampleResources } from './embedded';

/** `METHOD url` of each request that repeats an earlier one with no write in between. */
async function repeated(write: boolean): Promise<{ requests: number; repeated: string[] }> {
  const { transport } = embedded();
  const journalDir = mkdtempSync(join(tmpdir(), 'scout-cost-'));
  const sent: { method: string; url: string; key: string }[] = [];
  const spy: Transport = (request, ...rest) => {
    const { method, url, headers, body } = request;
    sent.push({ method, url, key: JSON.stringify([method, url, headers, body ?? '']) });
    return transport(request, ...rest);
  };
  try {
    await runTests({ url: EMBEDDED, transport: spy, runId: 'cost', wait: () => Promise.resolve(), ...(write ? { write, fixtures: exampleResources(), journalDir } : {}) });
  } finally {
    rmSync(journalDir, { recursive: true, force: true });
  }
  let known = new Set<string>();
  const again = sent.filter(({ method, url, key }, at) => {
    if (method !== 'GET' && method !== 'HEAD' && !url.includes('/_search')) known = new Set();
    else if (!known.has(key)) known.add(key);
    // Before the cleanup deletes anything it looks whether it is still the run's own.
    else return !(sent[at + 1]?.method === 'DELETE' && sent[at + 1]?.url === url);
    return false;
  });
  return { requests: sent.length, repeated: again.map(({ method, url }) => `${method} ${url}`) };
}

test('a read-only run asks nothing twice', async () => {
  const { requests, repeated: again } = await repeated(false);
  expect(requests).toBeGreaterThan(500);
  expect(again).toEqual([]);
}, 120_000);

test('a run that writes asks nothing twice unless something was written in between', async () => {
  expect((await repeated(true)).repeated).toEqual([]);
}, 120_000);
