/** A journal file and the way to reach its server in, what could be removed out. */
import { toolVersion } from '../../core/package-root';
import { SILENT, type Progress } from '../../core/progress';
import { createClient } from '../http/client';
import { realWait, type Wait } from '../http/limits';
import type { Transport } from '../http/transport';
import { DEFAULTS } from '../options';
import { cleanUp, type Cleaned } from './cleanup';
import { appendJournal, readJournal } from './journal';

export interface JournalCleanup {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  progress?: Progress;
  transport?: Transport;
  wait?: Wait;
}

/**
 * Removes what a run has made, asking the server that the journal names and no other.
 * @throws KnownError `no-journal`, `bad-journal`
 */
export async function cleanUpByJournal(path: string, { headers, signal, progress = SILENT, transport, wait = realWait }: JournalCleanup): Promise<{ base: string; cleaned: Cleaned; unanswered: number }> {
  const content = readJournal(path);
  const { name, version } = toolVersion();
  const client = createClient({
    base: content.header.base,
    mode: 'write',
    userAgent: `${name}/${version}`,
    concurrency: 1,
    timeoutMs: DEFAULTS.timeoutMs,
    maxBytes: DEFAULTS.maxBytes,
    wait,
    ...(headers === undefined ? {} : { headers }),
    ...(signal === undefined ? {} : { signal }),
    ...(transport === undefined ? {} : { transport }),
  });
  progress.start(`Cleaning up ${client.base}`, content.remaining.length);
  const cleaned = await cleanUp(content, { base: client.base, send: (request) => client.send(request, 'cleanup'), pause: (ms) => wait(ms, signal), journal: appendJournal(path), onStep: (done, reference) => progress.step(done, reference) });
  progress.end(`${cleaned.removed.length} resources removed`);
  return { base: client.base, cleaned, unanswered: content.unanswered };
}
