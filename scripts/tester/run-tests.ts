/** The address of a server and what to test in, the whole run out. */
import { KnownError } from '../core/known-error';
import { fhirVersion, type FhirVersionRecord } from '../core/fhir-version';
import { toolVersion } from '../core/package-root';
import { SILENT, type Progress } from '../core/progress';
import { summarize, type Result, type Run } from '../core/result';
import { loadSearchDefinitions } from '../search/definitions';
import { createSearchIndex } from '../search/search-index';
import type { Target } from './context';
import { baseUrl } from './discovery/base-url';
import { discover } from './discovery/discover';
import { harvest, HARVEST_LIMITS } from './harvest';
import { createClient, type FhirClient } from './http/client';
import { BUDGET_USED_UP, realWait } from './http/limits';
import { createKnowledge } from './knowledge';
import { DEFAULTS, type TestOptions } from './options';
import { createRecorder, openRecording } from './record';
import { requirementOf } from './requirements';
import { runTest } from './run-test';
import { selectTests } from './select';
import type { TestCase } from './test-case';
import { catalogue } from './tests/index';
import { createWatch } from './watch';

/**
 * Tests a FHIR server and reports what it does.
 * @throws KnownError where there is nothing to test at the address, or an option is wrong; what goes wrong in a single test is its own result
 */
export async function runTests(options: TestOptions): Promise<Run> {
  const now = options.now ?? Date.now;
  const started = now();
  const replay = options.replayDir === undefined ? undefined : openRecording(options.replayDir);
  const address = baseUrl(replay?.header.base ?? options.url);
  const wanted = options.fhir === undefined ? undefined : fhirVersion(options.fhir);
  // A wrong pattern is said before anything is asked of the server.
  const version = wanted ?? fhirVersion('R4');
  selectTests(catalogue(loadSearchDefinitions(version)), version, options.only, options.skip);

  const startedAt = replay?.header.startedAt ?? new Date(started).toISOString();
  const deadline = deadlineSignal(options);
  const recorder = options.recordDir === undefined || replay !== undefined ? undefined
    : createRecorder(options.recordDir, { kind: 'fhir-scout-recording', version: 1, base: address.base, mode: 'read-only', runId: options.runId ?? startedAt, startedAt, options: {} });
  const client = replay?.client ?? liveClient(options, address.base, address.authorization, deadline.signal, recorder?.add);
  const notes = [...address.remarks];
  try {
    const target = await openTarget(client, wanted, options);
    const tests = selectTests(catalogue(target.definitions), target.version, options.only, options.skip);
    notes.push(...(await gather(target, tests, options.progress ?? SILENT)));
    const before = changeCount(target);
    const results = await runAll(tests, target, options.concurrency ?? DEFAULTS.concurrency, options.progress ?? SILENT, deadline.signal);
    if (changeCount(target) !== before) notes.push('Data changed or appeared on the server during the run.');
    if (deadline.signal.aborted) notes.push('The run was stopped before all tests were done.');
    return {
      tool: toolVersion(),
      target: { url: address.base, fhirVersion: target.version.version, ...(target.declared.software === undefined ? {} : { software: target.declared.software }) },
      mode: 'read-only',
      startedAt,
      durationMs: Math.round(now() - started),
      requests: client.sent,
      summary: summarize(results),
      results,
      notes,
    };
  } finally {
    deadline.clear();
    recorder?.close();
  }
}

function liveClient(options: TestOptions, base: string, authorization: string | undefined, signal: AbortSignal, onExchange?: Parameters<typeof createClient>[0]['onExchange']): FhirClient {
  const { name, version } = toolVersion();
  return createClient({
    base,
    mode: 'read-only',
    headers: { ...(authorization === undefined ? {} : { Authorization: authorization }), ...options.headers },
    userAgent: `${name}/${version}`,
    budget: options.budget ?? DEFAULTS.budget,
    ...(options.rate === undefined ? {} : { rate: options.rate }),
    concurrency: options.concurrency ?? DEFAULTS.concurrency,
    timeoutMs: options.timeoutMs ?? DEFAULTS.timeoutMs,
    maxBytes: options.maxBytes ?? DEFAULTS.maxBytes,
    signal,
    ...(options.transport === undefined ? {} : { transport: options.transport }),
    ...(options.now === undefined ? {} : { now: options.now }),
    wait: options.wait ?? realWait,
    ...(onExchange === undefined ? {} : { onExchange }),
  });
}

async function openTarget(client: FhirClient, wanted: FhirVersionRecord | undefined, options: TestOptions): Promise<Target> {
  options.progress?.start(`Asking ${client.base}/metadata`);
  const { version, statement, declared, exchange } = await discover(client, wanted);
  options.progress?.end([`FHIR ${version.name}`, declared.software].filter(Boolean).join(', '));
  const definitions = loadSearchDefinitions(version);
  const watch = createWatch();
  watch.exchange(exchange);
  return {
    client,
    version,
    statement,
    statementExchange: exchange,
    declared,
    definitions,
    known: createKnowledge(createSearchIndex(definitions, client.base)),
    limits: { pageSize: DEFAULTS.pageSize, maxPages: DEFAULTS.maxPages },
    memory: new Map(),
    searching: { method: 'GET' },
    watch,
  };
}

/** Reads the data, unless no chosen test looks at any. */
async function gather(target: Target, tests: readonly TestCase[], progress: Progress): Promise<string[]> {
  if (tests.every((test) => test.group === 'capability')) return [];
  try {
    return await harvest(target, HARVEST_LIMITS, progress);
  } catch (error) {
    if (error instanceof KnownError && error.code === BUDGET_USED_UP) return ['The request budget was used up while the data was read.'];
    throw error;
  }
}

function changeCount({ known }: Target): number {
  return known.changes;
}

/** Runs independent tests at the same time; the results keep the catalogue's order. */
async function runAll(tests: readonly TestCase[], target: Target, concurrency: number, progress: Progress, signal: AbortSignal): Promise<Result[]> {
  const results = new Map<string, Result>();
  progress.start('Testing', tests.length);
  for (const phase of [undefined, 'last'] as const) {
    const queue = tests.filter((test) => test.phase === phase);
    const worker = async () => {
      for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
        results.set(test.id, signal.aborted ? stopped(test, target, signal) : await runTest(test, target));
        progress.step(results.size, test.id);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  }
  const ordered = tests.flatMap((test) => results.get(test.id) ?? []);
  const { fail, error } = summarize(ordered);
  progress.end(`${ordered.length} tests, ${fail} failed${error > 0 ? `, ${error} could not be carried out` : ''}`);
  return ordered;
}

function stopped(test: TestCase, target: Target, signal: AbortSignal): Result {
  const { expectation, ...requirement } = requirementOf(test.requirement, target.version);
  const why = signal.reason instanceof Error ? signal.reason.message : 'the run was stopped';
  return { id: test.id, title: test.title, group: test.group, ...(test.resourceType === undefined ? {} : { resourceType: test.resourceType }), expectation, requirement, verdict: 'error', message: `Not done: ${why}.`, exchanges: [] };
}

/** Aborts when the caller does, or when the time for the whole run is over. */
function deadlineSignal(options: TestOptions): { signal: AbortSignal; clear(): void } {
  const limit = new AbortController();
  const minutes = (options.maxTimeMs ?? DEFAULTS.maxTimeMs) / 60_000;
  const timer = setTimeout(() => limit.abort(new KnownError('run-time-out', `the time of ${minutes} minutes for the whole run is over`)), options.maxTimeMs ?? DEFAULTS.maxTimeMs);
  const stop = () => limit.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted === true) stop();
  return {
    signal: limit.signal,
    clear: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
    },
  };
}
