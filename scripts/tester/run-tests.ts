/** The address of a server and what to test in, the whole run out. */
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import { FHIR_VERSIONS, fhirVersion, type FhirVersionRecord } from '../core/fhir-version';
import { toolVersion } from '../core/package-root';
import { SILENT, type Progress } from '../core/progress';
import { summarize, type Exchange, type Run } from '../core/result';
import { loadSearchDefinitions } from '../search/definitions';
import { createSearchIndex } from '../search/search-index';
import { parseShared } from './answer';
import { clientOptionsOf } from './client-options';
import type { AccessGiven, Target } from './context';
import { validateOnce } from './data-validation';
import { openDeadline } from './deadline';
import { baseUrl } from './discovery/base-url';
import { discover, foundAt, speaking } from './discovery/discover';
import { findOwnBase } from './discovery/own-base';
import { COMPANIONS, FOCUS, harvest, HARVEST_LIMITS } from './harvest';
import { openCrossCheck } from './dicomweb/cross-check/access';
import { atBase, createClient, type ClientOptions, type FhirClient } from './http/client';
import { BUDGET_USED_UP, realWait } from './http/limits';
import { createHonestyLedger, seenToFilter } from './honesty-ledger';
import { honestyTable } from './honesty-table';
import { createKnowledge, everyResource } from './knowledge';
import { leftOut, withoutUnanswered, withoutUnread } from './left-out';
import { createMemory } from './memory';
import { DEFAULTS, type TestOptions } from './options';
import { createRecorder, openRecording } from './record';
import { ruleOfResult } from './requirements';
import { withRootCauses } from './root-causes';
import { runAll } from './run-all';
import { selectTests, usableTests } from './select';
import type { SharedWork } from './shared-work';
import type { TestCase } from './test-case';
import { catalogue } from './tests/index';
import { underLoad } from './under-load';
import { createWatch } from './watch';
import { without } from './without';
import { inVersion } from './write/in-version';
import { load, openWriteRun, removeAll, tryFirst, type WriteRun } from './write/write-phase';

/**
 * Tests a FHIR server and reports what it does.
 * @throws KnownError where there is nothing to test at the address, or an option is wrong; what goes wrong in a single test is its own result
 */
export async function runTests(options: TestOptions): Promise<Run> {
  const now = options.now ?? Date.now;
  const started = now();
  const replay = options.replayDir === undefined ? undefined : openRecording(options.replayDir);
  const address = baseUrl(replay?.header.base ?? options.url);
  const mode = replay?.header.mode ?? (options.write === true ? 'write' : 'read-only');
  const wanted = options.fhir === undefined ? undefined : fhirVersion(options.fhir);
  // A wrong pattern is said before anything is asked of the server, whose version is not known yet: some version must have tests that fit.
  const foreseen = chosenOfAny(wanted === undefined ? Object.values(FHIR_VERSIONS) : [wanted], mode, options);

  const startedAt = replay?.header.startedAt ?? new Date(started).toISOString();
  const runId = replay?.header.runId ?? options.runId ?? startedAt.replace(/[^0-9]/g, '').slice(0, 17);
  // What may fail comes before the deadline, whose clock would keep the process alive.
  const recorder = options.recordDir === undefined || replay !== undefined ? undefined
    : createRecorder(options.recordDir, { kind: 'fhir-scout-recording', version: 1, base: address.base, mode, runId, startedAt, options: recordedAccess(options, address) });
  const deadline = openDeadline(options.maxTimeMs ?? DEFAULTS.maxTimeMs, options.signal);
  const onExchange = (exchange: Exchange, scope: string) => {
    if (options.shared !== undefined) parseShared(exchange, options.shared.bodies);
    recorder?.add(exchange, scope);
  };
  const clientOptions = clientOptionsOf(options, address, mode, onExchange);
  const notes = [...address.remarks];
  let recovered = 0;
  const befalls: Pick<ClientOptions, 'onGivenUp' | 'onPlaceClosed' | 'onRecovered'> = {
    onGivenUp: ({ message, hint }) => notes.push(`The run was ended early: ${message} ${hint ?? ''}`.trim()),
    onPlaceClosed: (place, status) => notes.push(`Requests to ${place} were answered by ${status} again and again, each time asking to come back later, while others were served: tests that need them could not be carried out. Try those again later, or ask the server less: --rate 1, --concurrency 1.`),
    onRecovered: () => (recovered += 1),
  };
  const client = replay?.client ?? createClient({ ...clientOptions, signal: deadline.signal, ...befalls });
  const progress = options.progress ?? SILENT;
  let { base } = address;
  let writeRun: WriteRun | undefined;
  let cleaner: FhirClient | undefined;
  const unreported: string[] = [];
  const finish = async () => {
    if (writeRun?.journalPath === undefined || cleaner !== undefined) return;
    // Neither Ctrl-C nor a budget that is used up stops the removal of what was written.
    cleaner = createClient({ ...without(clientOptions, 'budget', 'gate'), base });
    const { isClean, notes: told } = await removeAll(writeRun.journalPath, writeRun.writing, cleaner, options.wait ?? realWait, progress);
    notes.push(...told);
    unreported.push(...told);
    if (!isClean) options.onLeft?.();
  };
  try {
    const wait = replay === undefined ? (options.wait ?? realWait) : () => Promise.resolve();
    const opened = await openTarget(client, wanted, accessGiven(replay?.header.options ?? recordedAccess(options, address), options.patientAccess?.token), (ms) => wait(ms, deadline.signal), progress, options.shared);
    base = opened.client.base;
    if (base !== address.base) notes.push(`${address.base} redirects to ${base}, which is what was tested.`);
    const { base: ownBase } = opened.known.index;
    if (ownBase !== base) notes.push(`In its answers the server calls itself ${ownBase}, not ${base}, and the links that it gives lead there. Where a proxy stands before it, the server has to be told its public base URL.`);
    // Before there is a journal: a run that cannot be leaves nothing behind.
    const tests = opened.version === foreseen.version ? foreseen.tests : chosenTests(opened.version, mode, options);
    if (mode === 'write') writeRun = openWriteRun({ base, runId, startedAt, journalDir: replay === undefined ? (options.journalDir ?? '.') : undefined });
    const target: Target = { ...opened, ...(writeRun === undefined ? {} : { writing: writeRun.writing }), ...validation(options, opened), ...crossChecking(options, { client, clientOptions: { ...clientOptions, signal: deadline.signal }, replays: replay !== undefined, runId, now: new Date(startedAt) }) };
    if (target.version.draft === true) notes.push(`FHIR ${target.version.name} is a draft: its rules may change until it is published.`);
    const gathered = await gather(target, tests, { ...options, patients: givenPatients(replay?.header.options, options) }, progress);
    notes.push(...gathered.notes);
    const before = target.known.changes;
    const done = await runAll(tests, target, options.concurrency ?? DEFAULTS.concurrency, progress, deadline.signal);
    const read = withoutUnanswered(gathered.cutOff ? withoutUnread(done) : done, (type) => target.known.completeness(type).unanswered);
    const results = withRootCauses(read, target.grounds, ruleOfResult(target.version), seenToFilter(target.ledger));
    const strain = underLoad(results, options.concurrency ?? DEFAULTS.concurrency);
    if (strain !== undefined) notes.push(strain);
    if (mode === 'read-only' && target.known.changes !== before) notes.push('Data changed or appeared on the server during the run.');
    const unknown = replay?.client.unknown ?? 0;
    if (unknown > 0) notes.push(`${counted(unknown, 'request is', 'requests are')} not in the recording, and what they would have shown is not known: a recording answers for the tests and options of its own run.`);
    notes.push(...leftOut(results));
    if (recovered > 0) notes.push(`${counted(recovered, 'request was', 'requests were')} answered by 502, 503 or 504 first, and otherwise a second later: the server, or a gateway before it, fails now and then.`);
    await finish();
    const { declared, version, known, statement } = target;
    options.onSeen?.({ base: known.index.base, version, statement, resources: everyResource(target), unfinished: [FOCUS, ...COMPANIONS].filter((type) => !known.completeness(type).complete) });
    return {
      tool: toolVersion(),
      target: { url: base, fhirVersion: version.version, ...(declared.software === undefined ? {} : { software: declared.software }) },
      mode,
      startedAt,
      durationMs: Math.round(now() - started),
      requests: client.sent + sentBy(cleaner),
      summary: summarize(results),
      results,
      notes,
      honesty: honestyTable({ tests, results, declared, ledger: target.ledger, version: target.version }),
    };
  } catch (error) {
    await finish();
    // There is no report then, and what a cleanup has still to be run for would be told nowhere.
    if (!(error instanceof KnownError) || unreported.length === 0) throw error;
    throw new KnownError(error.code, error.message, [...(error.hint === undefined ? [] : [error.hint]), ...unreported].join(' '), { cause: error });
  } finally {
    await finish();
    deadline.clear();
    recorder?.close();
  }
}

function sentBy(client: FhirClient | undefined): number {
  return client?.sent ?? 0;
}

/** What a recording has to keep of the caller's access, without its secrets, so that a replay asks the same. */
function recordedAccess({ headers, patientAccess, patients }: TestOptions, { authorization }: { authorization?: string }): Record<string, unknown> {
  const credentials = authorization !== undefined || Object.keys(headers ?? {}).length > 0;
  return { ...(credentials ? { credentials } : {}), ...(patientAccess === undefined ? {} : { patient: patientAccess.patient }), ...(patients === undefined ? {} : { patients }) };
}

/** Those of the run that is judged again, as far as it had any. */
function givenPatients(recorded: Record<string, unknown> | undefined, { patients }: TestOptions): readonly string[] {
  const own = recorded === undefined ? patients : recorded['patients'];
  return Array.isArray(own) ? own.filter((id): id is string => typeof id === 'string') : [];
}

function accessGiven({ credentials, patient }: Record<string, unknown>, token = ''): AccessGiven {
  if (typeof patient !== 'string') return { credentials: credentials === true };
  return { credentials: credentials === true, patient: { reference: `Patient/${patient.replace(/^Patient\//, '')}`, headers: { Authorization: `Bearer ${token}` } } };
}

function validation({ validateData }: TestOptions, { known, definitions, client, version }: Target): Pick<Target, 'validation'> {
  return validateData === undefined ? {} : { validation: validateOnce(validateData, { known, definitions }, client.base, version) };
}

/** Archives are asked read-only, by clients of their own that share the limits; the credentials go to the host that they are for. */
function crossChecking({ crossCheck }: TestOptions, { client, clientOptions, replays, runId, now }: { client: FhirClient; clientOptions: ClientOptions; replays: boolean; runId: string; now: Date }): Pick<Target, 'crossCheck'> {
  if (crossCheck === undefined) return {};
  const clientFor = (base: string): FhirClient => {
    // A recording answers by the address; whose client asked it does not matter.
    if (replays) return atBase(client, base);
    const ours = new URL(base).origin === new URL(clientOptions.base).origin;
    return createClient({ ...(ours ? clientOptions : { ...without(clientOptions, 'headers'), secrets: [...(clientOptions.secrets ?? []), ...Object.values(clientOptions.headers ?? {})] }), base, mode: 'read-only' });
  };
  return { crossCheck: openCrossCheck({ ...crossCheck, runId, now, clientFor }) };
}

/** The catalogue as far as the mode and the caller want it. */
function chosenTests(version: FhirVersionRecord, mode: Run['mode'], { only, skip, validateData, crossCheck }: TestOptions): TestCase[] {
  const chosen = selectTests(catalogue(loadSearchDefinitions(version), version), version, only, skip);
  const usable = usableTests(chosen, { writes: mode === 'write', validates: validateData !== undefined, crossChecks: crossCheck !== undefined });
  if (chosen.length === 0 && skip !== undefined && skip.length > 0) throw new KnownError('no-such-test', `Nothing is left to test: --skip ${skip.join(',')} leaves out all${only === undefined || only.length === 0 ? '' : ' that --only chooses'}.`, 'scout test --list --skip PATTERN shows what is left.');
  if (usable.length === 0) throw new KnownError('no-such-test', 'The chosen tests write to the server, need a validator or ask other servers, or they look only at what a run without --write finds.', 'Add --write, --validate or --dicomweb to run them; leave --write out for the last.');
  return usable;
}

/** The first of the versions that has tests for each pattern, and these. @throws KnownError what the first says, where none has */
function chosenOfAny([first, ...others]: readonly FhirVersionRecord[], mode: Run['mode'], options: TestOptions): { version?: FhirVersionRecord; tests: TestCase[] } {
  try {
    return first === undefined ? { tests: [] } : { version: first, tests: chosenTests(first, mode, options) };
  } catch (error) {
    for (const version of others) {
      try {
        return { version, tests: chosenTests(version, mode, options) };
      } catch {
        // The next version may have them; if none does, the first is the one to speak.
      }
    }
    throw error;
  }
}

async function openTarget(client: FhirClient, wanted: FhirVersionRecord | undefined, access: AccessGiven, pause: Target['pause'], progress: Progress, shared: SharedWork | undefined): Promise<Target> {
  progress.start(`Asking ${client.base}/metadata`);
  const { version, statement, declared, exchange } = await discover(client, wanted);
  progress.end([`FHIR ${version.name}`, declared.software].filter(Boolean).join(', '));
  const definitions = loadSearchDefinitions(version);
  const spoken = speaking(atBase(client, foundAt(exchange, client.base)), version);
  const ownBase = (await findOwnBase(spoken, declared)) ?? spoken.base;
  const watch = createWatch();
  watch.exchange(exchange);
  return {
    client: spoken,
    version,
    statement,
    statementExchange: exchange,
    declared,
    definitions,
    known: createKnowledge(createSearchIndex(definitions, ownBase), shared?.history(definitions, ownBase)),
    access,
    limits: { pageSize: DEFAULTS.pageSize, maxPages: DEFAULTS.maxPages },
    memory: createMemory(),
    searching: { method: 'GET' },
    watch,
    ledger: createHonestyLedger(),
    grounds: new Map(),
    pause,
  };
}

/** Loads and reads the data, unless no chosen test looks at any; `cutOff` where the budget did not suffice for it. */
async function gather(target: Target, tests: readonly TestCase[], options: TestOptions, progress: Progress): Promise<{ notes: string[]; cutOff: boolean }> {
  const notes: string[] = [];
  if (tests.every((test) => test.group === 'capability')) return { notes, cutOff: false };
  try {
    if (target.writing !== undefined) await tryFirst(target, options.mayStay === true);
    if (target.writing !== undefined && tests.some((test) => test.phase !== 'write')) notes.push(...(await load(target, [...inVersion(options.fixtures ?? [], target.version), ...(options.fixturesOnlyIn?.(target.version.mimeVersion) ?? [])], progress)));
    notes.push(...(await harvest(target, { ...HARVEST_LIMITS, unfinished: options.unfinished ?? [], givenPatients: options.patients ?? [] }, progress, tests.some(({ resourceType }) => resourceType === FOCUS))));
  } catch (error) {
    if (!(error instanceof KnownError) || error.code !== BUDGET_USED_UP) throw error;
    notes.push('The request budget was used up while the data was read.');
    return { notes, cutOff: true };
  }
  return { notes, cutOff: false };
}
