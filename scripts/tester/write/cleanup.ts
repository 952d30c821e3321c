/** A journal's content in; everything it tells of deleted, and nothing else, out. */
import { localReference } from '../../core/fhir';
import type { Exchange } from '../../core/result';
import { answerInWords, resourceOf, succeeded } from '../answer';
import { encodePairs } from '../gather/query';
import { followPages } from '../gather/follow-pages';
import { searchAnswer } from '../gather/search-answer';
import type { ClientRequest } from '../http/client';
import type { Journal, JournalContent } from './journal';
import { carriesTag, isOwn, isReference, type RunTag } from './own';
import { versionAware, versionIn } from './version-aware';

export interface Cleaned {
  removed: string[];
  /** What was gone already, or never came to be. */
  absent: string[];
  /** What could not be removed, and why. */
  left: { reference: string; says: string }[];
}

export interface CleanupOptions {
  base: string;
  send: (request: ClientRequest) => Promise<Exchange>;
  /** Waits some milliseconds: for a server to index, or to carry out what it has accepted. */
  pause: (ms: number) => Promise<void>;
  /** Written to as resources go. */
  journal?: Pick<Journal, 'add'>;
  onStep?(done: number, reference: string): void;
}

/** A server that has not answered so many requests in a row is down: nobody waits for each of hundreds to time out. */
const SILENT_REQUESTS = 3;
/** How long all pauses together may be in which something unanswered may come to be found, or something deleted may go. */
const LONGEST_WAIT_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const FRESH = { 'Cache-Control': 'no-cache' };

/**
 * Deletes what a run has made, the last first, so that nothing refers to what is deleted. A resource is deleted only if it is seen to be
 * the run's: an id that someone else has come to use stays.
 */
export async function cleanUp(content: JournalContent, options: CleanupOptions): Promise<Cleaned> {
  const { tag } = content.header;
  const foreign = new Set(content.foreign);
  const work: Work = { ...options, tag, send: untilSilent(options.send) };
  const result: Cleaned = { removed: [], absent: [], left: [] };
  const search = async () => (await Promise.all(content.types.map((type) => byTag(type, work)))).flat().filter((reference) => !foreign.has(reference));
  await removeAll([...new Set([...content.remaining.filter((reference) => !foreign.has(reference)), ...(await search())])].reverse(), work, result);
  // What came of a write without an answer is found only when the server has indexed it.
  for (let waited = 0, pause = FIRST_PAUSE_MS; content.unanswered > 0 && waited < LONGEST_WAIT_MS; waited += pause, pause *= 2) {
    await options.pause(pause);
    const known = new Set([...result.removed, ...result.left.map(({ reference }) => reference)]);
    await removeAll((await search()).filter((reference) => !known.has(reference)), work, result);
  }
  return verified(result, work);
}

interface Work extends CleanupOptions {
  readonly tag: RunTag;
}

/** Requests that are not sent any more once so many in a row were not answered. */
function untilSilent(send: CleanupOptions['send']): CleanupOptions['send'] {
  let silent = 0;
  return async (request) => {
    if (silent >= SILENT_REQUESTS) return { request: { method: request.method, url: request.url, headers: {} }, error: 'the server does not answer any more', durationMs: 0 };
    const exchange = await send(request);
    silent = exchange.response === undefined ? silent + 1 : 0;
    return exchange;
  };
}

async function removeAll(references: readonly string[], work: Work, result: Cleaned): Promise<void> {
  let waiting = references;
  // What is referred to by something that is deleted later may be refused at first: another round finds it free.
  for (let round = 0; round < 4 && waiting.length > 0; round += 1) {
    const refused: Cleaned['left'] = [];
    for (const reference of waiting) {
      const outcome = await removeOne(reference, work);
      if (outcome.kind === 'left') {
        refused.push({ reference, says: outcome.says });
        continue;
      }
      result[outcome.kind].push(reference);
      if (outcome.kind === 'absent') work.journal?.add({ kind: 'gone', reference });
      work.onStep?.(result.removed.length + result.absent.length, reference);
    }
    if (refused.length === waiting.length || round === 3) {
      result.left.push(...refused);
      return;
    }
    waiting = refused.map(({ reference }) => reference);
  }
}

type Outcome = { kind: 'removed' } | { kind: 'absent' } | { kind: 'left'; says: string };

async function removeOne(reference: string, { tag, send }: Work): Promise<Outcome> {
  const read = await send({ method: 'GET', url: reference, headers: FRESH });
  if (isGone(read)) return { kind: 'absent' };
  const resource = resourceOf(read);
  if (!succeeded(read) || resource === undefined) return { kind: 'left', says: `it cannot be read: ${answerInWords(read)}` };
  if (!isOwn(resource, reference, tag)) return { kind: 'left', says: 'it does not carry the tag of the run, so it is not ours' };
  const deleted = await versionAware({
    headers: {},
    // Whatever was declared: what is ours has to go.
    demanded: true,
    versionId: () => Promise.resolve(versionIn(read)),
    send: (headers) => send({ method: 'DELETE', url: reference, headers }),
  });
  if (succeeded(deleted) || isGone(deleted)) return { kind: 'removed' };
  return { kind: 'left', says: `its deletion is answered by ${answerInWords(deleted)}` };
}

function isGone({ response }: Exchange): boolean {
  return response?.status === 404 || response?.status === 410;
}

/** A deletion that was answered by success may not have been done, or not yet ("202 Accepted"): what can still be read is not removed. */
async function verified(result: Cleaned, { send, pause, journal, tag }: Work): Promise<Cleaned> {
  const still = new Map<string, string>();
  let doubtful: readonly string[] = result.removed;
  for (let waited = 0, wait = FIRST_PAUSE_MS; ; waited += wait, wait *= 2) {
    const reads = await Promise.all(doubtful.map(async (reference) => ({ reference, read: await send({ method: 'GET', url: reference, headers: FRESH }) })));
    still.clear();
    for (const { reference, read } of reads) {
      const resource = succeeded(read) ? resourceOf(read) : undefined;
      if (resource !== undefined && isOwn(resource, reference, tag)) still.set(reference, 'its deletion is answered by success, but it is still there');
      else if (read.response === undefined) still.set(reference, `whether its deletion was carried out is not known: ${answerInWords(read)}`);
      else journal?.add({ kind: 'gone', reference });
    }
    doubtful = [...still.keys()];
    if (doubtful.length === 0 || waited >= LONGEST_WAIT_MS || reads.every(({ read }) => read.response === undefined)) break;
    await pause(wait);
  }
  return { ...result, removed: result.removed.filter((reference) => !still.has(reference)), left: [...result.left, ...[...still].map(([reference, says]) => ({ reference, says }))] };
}

/** Resources with the run's tag whose ids the run may never have learnt. */
async function byTag(type: string, { tag, send, base }: Work): Promise<string[]> {
  const first = await send({ method: 'GET', url: `${type}?${encodePairs([['_tag', `${tag.system}|${tag.code}`], ['_count', '100']])}`, headers: FRESH });
  const { exchanges } = await followPages(first, (url) => send({ method: 'GET', url }), base, 50);
  // Whatever the search says, only what carries the tag is deleted.
  return searchAnswer(type, exchanges).matches.filter((resource) => carriesTag(resource, tag)).flatMap((resource) => localReference(resource) ?? []).filter(isReference);
}
