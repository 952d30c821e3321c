/** What a run with --write does before and after its tests: fixtures loaded and indexed, and everything removed again. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../core/grammar';
import type { Resource } from '../../core/fhir';
import { KnownError } from '../../core/known-error';
import type { Progress } from '../../core/progress';
import { openContext, type Target, type Writing } from '../context';
import { readOne } from '../harvest';
import type { FhirClient } from '../http/client';
import { cleanUp } from './cleanup';
import { createJournal, readJournal, RUN_TAG_SYSTEM, type Journal, type JournalHeader } from './journal';
import { loadAbsoluteTwin, loadFixtures, type Loaded } from './load';
import { tryWriting } from './trial';
import { waitForIndex } from './wait-for-index';

/** Scopes of the exchanges in a recording. */
const LOAD_SCOPE = 'fixtures';
const CLEANUP_SCOPE = 'cleanup';

export interface WriteRun {
  writing: Writing;
  /** Absent in a replay: nothing is written, so nothing has to be removed. */
  journalPath?: string;
}

/** Opens the journal of a run, before anything is sent. In a replay it is kept nowhere. */
export function openWriteRun({ base, runId, startedAt, journalDir }: { base: string; runId: string; startedAt: string; journalDir: string | undefined }): WriteRun {
  const header: JournalHeader = { kind: 'fhir-scout-journal', version: 1, base, tag: { system: RUN_TAG_SYSTEM, code: runId }, startedAt };
  const path = journalDir === undefined ? undefined : join(journalDir, `journal-${runId}.ndjson`);
  const journal: Journal = path === undefined ? { path: '', header, nextWrite: () => 0, add: () => undefined } : createJournal(path, header);
  return { writing: { journal, own: new Set(), foreign: new Set(), rehearsed: new Map(), absolute: new Set(), sent: new Map() }, ...(path === undefined ? {} : { journalPath: path }) };
}

/**
 * Tries whether the server can be written to, and cleared again.
 * @throws KnownError `no-access`, `cannot-remove`
 */
export async function tryFirst(target: Target, mayStay: boolean): Promise<void> {
  await tryWriting(openContext(target, LOAD_SCOPE), mayStay);
}

/** Loads the fixtures and waits until searches find them; returns what a reader of the report has to know. */
export async function load(target: Target, fixtures: readonly Resource[], progress: Progress): Promise<string[]> {
  const context = openContext(target, LOAD_SCOPE);
  const { writer, writing } = context;
  if (writer === undefined || writing === undefined) throw new Error('fixtures are loaded only in a run that writes');
  if (fixtures.length === 0) return ['There are no fixtures to load: only the data at hand and the tests that write decide.'];
  const loaded = await loadFixtures(fixtures, writer, target.declared, target.known.index.base, progress);
  for (const [reference, resource] of loaded.sent) writing.sent.set(reference, resource);
  const notes = [`${counted(loaded.references.length, 'fixture was', 'fixtures were')} loaded under the tag ${writer.tag.system}|${writer.tag.code}.`];
  notes.push(...notLoaded(loaded.refused));
  const [bare] = loaded.unclaimed;
  if (bare !== undefined) notes.push(`${counted(loaded.unclaimed.length, 'fixture was', 'fixtures were')} loaded without the profile claimed, for the server refuses the claim: ${bare.says}.`);
  progress.start('Waiting for the index');
  const { ms, missing } = await waitForIndex(context, loaded.references);
  progress.end(`${ms / 1000} s`);
  if (ms > 0 && missing.length === 0) notes.push(`Searches found the fixtures after ${ms / 1000} s.`);
  if (missing.length > 0) notes.push(`After ${ms / 1000} s searches do not find all fixtures of ${[...new Set(missing.map((reference) => reference.split('/')[0]))].join(', ')}.`);
  // What no search brings is read, so that it is known all the same.
  await Promise.all(loaded.references.filter((reference) => target.known.state(reference) === 'unknown').map((reference) => readOne(context, reference)));
  const resources = loaded.references.flatMap((reference) => target.known.index.get(reference) ?? []);
  const twin = await loadAbsoluteTwin(resources, writer, target.declared, target.known.index.base);
  if (twin !== undefined) {
    writing.absolute.add(twin);
    await waitForIndex(context, [twin]);
  }
  for (const reference of twin === undefined ? loaded.references : [...loaded.references, twin]) target.known.own.add(reference);
  return notes;
}

/** A sentence for each reason; those that differ in what they quote alone are one. */
function notLoaded(refused: Loaded['refused']): string[] {
  const reasons = new Map<string, Loaded['refused']>();
  for (const row of refused) {
    const reason = row.says.replace(/"[^"]*"?/g, '').slice(0, REASON_LENGTH);
    reasons.set(reason, [...(reasons.get(reason) ?? []), row]);
  }
  return [...reasons.values()].map((rows) => `${rows.length === 1 ? '1 fixture was' : `${rows.length} fixtures were`} not loaded (${rows.slice(0, 3).map(({ fixture }) => fixture).join(', ')}${rows.length > 3 ? ' ...' : ''}): ${rows[0]?.says}.`);
}

/** What is told is cut, and where depends on what is quoted before: so much of it tells reasons apart. */
const REASON_LENGTH = 60;

interface Removal {
  /** Nothing is known to have stayed. */
  isClean: boolean;
  /** What a reader of the report has to know. */
  notes: string[];
}

/**
 * Removes what the journal tells of, through a client that an interrupted run has not stopped; then the journal itself, unless something
 * stayed or may still come to be.
 */
export async function removeAll(journalPath: string, writing: Writing, client: FhirClient, pause: (ms: number) => Promise<void>, progress: Progress): Promise<Removal> {
  const content = readJournal(journalPath);
  progress.start('Cleaning up', content.remaining.length);
  try {
    const cleaned = await cleanUp(content, { base: client.base, send: (request) => client.send(request, CLEANUP_SCOPE), pause, journal: writing.journal, onStep: (done, reference) => progress.step(done, reference) });
    progress.end(`${cleaned.removed.length} resources removed`);
    const notes = content.foreign.map((reference) => `A create was answered with ${reference}, which was there before: the server has merged what it was sent into it, or says so. It was left alone.`);
    if (cleaned.left.length === 0) {
      if (content.unanswered > 0) return { isClean: true, notes: [...notes, `The server has not answered ${counted(content.unanswered, 'write')}. Should something come of it later, it is removed by: scout cleanup ${journalPath}`] };
      rmSync(journalPath, { force: true });
      return { isClean: true, notes };
    }
    const first = cleaned.left[0];
    return { isClean: false, notes: [...notes, `${counted(cleaned.left.length, 'resource')} could not be removed (${first?.reference}: ${first?.says}). Try again with: scout cleanup ${journalPath}`] };
  } catch (error) {
    progress.end('not finished');
    const why = error instanceof KnownError || error instanceof Error ? error.message : String(error);
    return { isClean: false, notes: [`The cleanup did not finish (${why}). Finish it with: scout cleanup ${journalPath}`] };
  }
}
