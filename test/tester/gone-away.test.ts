/** A server that goes away in the middle, and one that goes by another name than was typed: neither is accused of what it does not do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../scripts/core/result';
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

async function written(url: string, transport: Transport, only: string[]): Promise<Run> {
  const journalDir = mkdtempSync(join(tmpdir(), 'scout-gone-'));
  try {
    return await runTests({ url, transport, wait: noWait, write: true, mayStay: true, fixtures: [], journalDir, only });
  } finally {
    rmSync(journalDir, { recursive: true });
  }
}
const verdicts = ({ results }: Run) => Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]));

test('a failure that stands on what was asked in vain is none: after a refused deletion the server does not answer', async () => {
  const server = embedded();
  let isAway = false;
  const leaving: Transport = async (request, limits) => {
    if (isAway && request.method === 'GET') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const answer = await server.transport(request, limits);
    isAway ||= request.method === 'DELETE' && answer.status === 412;
    return answer;
  };
  const run = await written(EMBEDDED, leaving, ['write.patient.stale-if-match-delete']);
  expect(verdicts(run)).toEqual({ 'write.patient.stale-if-match-delete': 'error' });
  expect(run.results[0]?.message).toMatch(/^GET \S+ is not answered: no answer: the connection broke off .* Without it the test decides nothing\.$/);
}, 60_000);

test('where a proxy gives the server another name, what its answers say was made is found', async () => {
  const { transport } = embedded();
  const typed = 'https://public.test/imaging';
  const proxy: Transport = (request, limits) => transport({ ...request, url: request.url.replace(typed, EMBEDDED) }, limits);
  const run = await written(typed, proxy, ['write.transaction.*', 'write.batch.*', 'write.patient.create*', 'write.patient.conditional*']);
  expect(run.results.filter(({ verdict }) => !['pass', 'info', 'not-declared'].includes(verdict)).map(({ id, message }) => `${id}: ${message}`)).toEqual([]);
}, 60_000);
