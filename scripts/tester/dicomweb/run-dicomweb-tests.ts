/** The address of a DICOMweb server in, the finished run out: a sample of its studies is read, every chosen test asked and judged. */
import { FHIR_VERSIONS } from '../../core/fhir-version';
import { KnownError } from '../../core/known-error';
import { toolVersion } from '../../core/package-root';
import { SILENT } from '../../core/progress';
import { summarize, type Exchange, type Result, type Run } from '../../core/result';
import { denied, looksLikeHtml, resourceOf, succeeded } from '../answer';
import { clientOptionsOf } from '../client-options';
import { openDeadline } from '../deadline';
import { baseUrl } from '../discovery/base-url';
import { noAccess } from '../discovery/discover';
import { createClient } from '../http/client';
import { realWait } from '../http/limits';
import { DEFAULTS, type TestOptions } from '../options';
import { fairly, judged, resultOf } from '../run-test';
import { openDicomwebContext, type DicomwebTarget } from './context';
import { harvestArchive } from './harvest';
import { selectByPatterns } from './select-tests';
import type { DicomwebTest } from './test-case';

export interface DicomwebOptions extends Pick<TestOptions, 'url' | 'write' | 'only' | 'skip' | 'headers' | 'budget' | 'rate' | 'concurrency' | 'timeoutMs' | 'maxTimeMs' | 'maxBytes' | 'progress' | 'signal' | 'transport' | 'now' | 'wait' | 'runId'> {
  /** Address of the WADO-URI service, where there is one. */
  readonly uriUrl?: string;
  /** Studies looked at. */
  readonly sample?: number;
}

export const DICOMWEB_SAMPLE = 10;

const HINT = 'Give the base URL of a DICOMweb server, below which /studies is, e.g. http://localhost:8042/dicom-web';

/**
 * @throws KnownError `bad-url`, `no-such-test`, and what kept the first request from being answered; anything later is some test's own result
 */
export async function runDicomwebTests(options: DicomwebOptions, catalogue: readonly DicomwebTest[]): Promise<Run> {
  const now = options.now ?? Date.now;
  const started = now();
  const startedAt = new Date(started).toISOString();
  const runId = options.runId ?? startedAt.replace(/[^0-9]/g, '').slice(0, 17);
  const address = baseUrl(options.url, HINT);
  const { base, remarks } = address;
  const mode = options.write === true ? 'write' : 'read-only';
  const tests = selectByPatterns(catalogue, options.only, options.skip).filter(({ mode }) => mode !== 'write' || options.write === true);
  if (tests.length === 0) throw new KnownError('no-such-test', 'The chosen tests write to the server.', 'Add --write to run them.');
  const progress = options.progress ?? SILENT;
  const deadline = openDeadline(options.maxTimeMs ?? DEFAULTS.maxTimeMs, options.signal);
  const notes = [...remarks];
  const client = createClient({ ...clientOptionsOf(options, address, mode), signal: deadline.signal });
  try {
    const stored: string[] = [];
    const shared: Omit<DicomwebTarget, 'studies'> = {
      client,
      ...(options.uriUrl === undefined ? {} : { uriBase: sameOrigin(baseUrl(options.uriUrl, 'Give --wado-uri the address of the WADO-URI service, e.g. http://localhost:8042/wado').base, base) }),
      runId,
      sample: options.sample ?? DICOMWEB_SAMPLE,
      memory: new Map(),
      ...(options.write === true ? { writing: { wait: options.wait ?? realWait, stored: (text: string) => void stored.push(text) } } : {}),
    };
    progress.start('Reading a sample of the studies');
    const { studies, first } = await harvestArchive(shared);
    assertDicomweb(first, base);
    progress.end(`${studies.length} studies, ${studies.reduce((sum, { series }) => sum + series.length, 0)} series`);
    const results = await runAll(tests, { ...shared, studies }, progress, deadline.signal);
    if (stored.length > 0) notes.push(`DICOMweb cannot delete: what the tests stored stays until the archive removes it by its own means: ${stored.join('; ')}.`);
    if (deadline.signal.aborted) notes.push('The run was stopped before all tests were done.');
    const software = first.response?.headers['server'];
    return {
      tool: toolVersion(),
      target: { url: base, ...(software === undefined ? {} : { software }) },
      mode,
      startedAt,
      durationMs: Math.round(now() - started),
      requests: client.sent,
      summary: summarize(results),
      results,
      notes,
    };
  } finally {
    deadline.clear();
  }
}

/** One after the other: many share their answers, and archives are slow rather than deep. Those that write come last in the catalogue. */
async function runAll(tests: readonly DicomwebTest[], target: DicomwebTarget, progress: NonNullable<TestOptions['progress']>, signal: AbortSignal): Promise<Result[]> {
  progress.start('Testing', tests.length);
  const results: Result[] = [];
  for (const test of tests) {
    const context = openDicomwebContext(target, test.id);
    const row = { ...test, requirement: `dicomweb:${test.requirement}` as const };
    const judgement = signal.aborted ? { verdict: 'error' as const, message: 'Not done: the run was stopped.' } : fairly(test, await judged(() => test.run(context)));
    results.push(resultOf(row, judgement, context.exchanges, FHIR_VERSIONS.R4));
    progress.step(results.length, test.id);
  }
  const { fail } = summarize(results);
  progress.end(`${results.length} tests, ${fail} failed`);
  return results;
}

/** @throws KnownError `other-host`: credentials are for one host */
function sameOrigin(address: string, base: string): string {
  if (new URL(address).origin === new URL(base).origin) return address;
  throw new KnownError('other-host', `${address} is not on the host of ${base}.`, 'Test the two services in runs of their own: --only "uri.*" with the base URL on that host.');
}

/** @throws KnownError `no-answer`, `no-access`, `no-dicomweb` where the first search shows that nothing can be tested there */
function assertDicomweb(first: Exchange, base: string): void {
  const { response, error } = first;
  const hint = 'scout test-dicomweb takes the base URL of the RESTful service, below which /studies is.';
  if (response === undefined) throw new KnownError('no-answer', `${base} does not answer: ${error ?? 'unknown reason'}.`, `Check the address; ${hint}`);
  if (denied(first)) throw noAccess(first);
  const came = resourceOf(first) !== undefined ? `a FHIR ${resourceOf(first)?.resourceType}` : looksLikeHtml(response.body) && succeeded(first) ? 'a web page' : response.status === 404 ? '404' : undefined;
  if (came !== undefined) throw new KnownError('no-dicomweb', `No DICOMweb service answers at ${base}: GET ${first.request.url} gave ${came}.`, `Is the path right? ${hint}`);
}
