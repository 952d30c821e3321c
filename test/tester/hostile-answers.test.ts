/** Whatever a server answers, every test comes to a verdict in a plain sentence: none breaks, and the run comes to its end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KnownError } from '../../scripts/core/known-error';
import type { Run } from '../../scripts/core/result';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED, exampleResources } from './embedded';
import { noWait } from './fake-server';
import { hostile } from './hostile-answers';

/** Tests that read foreign resources, entries, headers and statuses in ways of their own. */
const READING = ['read.*', 'search.imagingstudy.status.*', 'search.imagingstudy.started.ge-*', 'search.system.*', 'include.*', 'paging.imagingstudy.total*', 'data.imagingstudy.*', 'reference.*', 'error.*', 'result.*'];
const WRITING = ['write.transaction.*', 'write.batch.*', 'write.patient.history*', 'write.patient.patch*', 'write.patient.update*', 'write.observation.*', 'write.patient.conditional*'];

async function sayings(seed: number, write: boolean): Promise<string[]> {
  const journalDir = mkdtempSync(join(tmpdir(), 'scout-hostile-'));
  const { transport } = embedded();
  const options = write ? { write, mayStay: true, fixtures: exampleResources().filter(({ resourceType }) => resourceType === 'Patient'), journalDir, only: WRITING } : { only: READING };
  try {
    const run: Run = await runTests({ url: EMBEDDED, transport: hostile(transport, seed), wait: noWait, concurrency: 1, runId: `hostile-${seed}`, ...options });
    return run.results.map(({ id, message }) => `${id}: ${message}`);
  } catch (error) {
    // There is no run where the server does not let itself be written to, or shows nothing.
    if (error instanceof KnownError) return [error.message];
    throw error;
  } finally {
    rmSync(journalDir, { recursive: true });
  }
}

test.each([1000, 1036, 3, 5, 13])('seed %i, read only', async (seed) => {
  expect((await sayings(seed, false)).filter((text) => /The test itself broke|\[object |\bNaN\b/.test(text))).toEqual([]);
}, 120_000);

test.each([102, 103, 34, 55])('seed %i, writing', async (seed) => {
  expect((await sayings(seed, true)).filter((text) => /The test itself broke|\[object |\bNaN\b/.test(text))).toEqual([]);
}, 120_000);
