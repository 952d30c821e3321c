/** A server that indexes late and passes over chains and _has, as its self links say: both are legal, together too. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

test.each([['has-ignored'], ['chains-ignored']])('%s beside late-index is not taken for a search that sees the past', async (variant) => {
  const journalDir = mkdtempSync(join(tmpdir(), 'scout-late-'));
  try {
    const { transport } = embedded({ variants: [variant, 'late-index'] });
    const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, write: true, fixtures: [], journalDir, runId: 'late', only: ['write.patient.has-*', 'write.imagingstudy.chain-*'] });
    expect(results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')).toEqual([]);
    expect(results.filter(({ verdict }) => verdict === 'not-declared')).toHaveLength(2);
  } finally {
    rmSync(journalDir, { recursive: true });
  }
});
