/** A journal's content in; everything it tells of deleted, and nothing else, out. */
import { localReference, type Resource } from '../../core/fhir';
import { KnownError } from '../../core/known-error';
import type { Exchange } from '../../core/result';
import { answerInWords, isGone, resourceOf, succeeded } from '../answer';
import { encodePairs } from '../gather/query';
import { followPages } from '../gather/follow-pages';
import { searchAnswer, type SearchAnswer } from '../gather/search-answer';
import { UNCACHED, type ClientRequest } from '../http/client';
import { holdsNothing } from './empty';
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

/**
 * Deletes what a run has made, the last first, so that nothing refers to what is deleted. A resource is deleted only if it is seen to be
 * the run's: an id that someone else has come to use stays.
 * @throws KnownError `no-fhir-there` where nothing that answers is a FHIR server: then nothing is deleted, and nothing taken for gone
 */
export async function cleanUp(content: JournalContent, options: CleanupOptions): Promise<Cleaned> {
  const { tag } = content.header;
  const foreign = new Set(content.foreign);
  const work: Work = { ...options, tag, send: untilSilent(options.send), accepted: new Set(), empty: new Set(content.empty) };
  let isAnswered = false;
  const result: Cleaned = { removed: [], absent: [], left: [] };
  const search = async (): Promise<Map<string, Resource>> => {
    const answers = await Promise.all(content.types.map((type) => byTag(type, work)));
    isAnswered ||= answers.some(({ pages }) => pages.length > 0);
    // Whatever the search says, only what carries the tag is deleted.
    const found = answers.flatMap(({ matches }) => matches.filter((resource) => carriesTag(resource, tag))).map((resource) => [localReference(resource) ?? '', resource] as const);
    return new Map(found.filter(([reference]) => isReference(reference) && !foreign.has(reference)));
  };
  const before = await search();
  if (!isAnswered) await assertFhir(work);
  await removeAll([...new Set([...content.remaining.filter((reference) => !foreign.has(reference)), ...before.keys()])].reverse(), before, work, result);
  // What came of a write without an answer is found only when the server has indexed it.
  for (let waited = 0, pause = FIRST_PAUSE_MS; content.unanswered > 0 && waited < LONGEST_WAIT_MS; waited += pause, pause *= 2) {
    await options.pause(pause);
    const known = new Set([...result.removed, ...result.left.map(({ reference }) => reference)]);
    const late = await search();
    await removeAll([...late.keys()].filter((reference) => !known.has(reference)), late, work, result);
  }
  // One search a type shows what has stayed, where a search showed before what there was; elsewhere, and where a deletion was only accepted, each is read.
  const searchable = new Set([...before.keys()].map(typeOf));
  const after = await search();
  return verified(result, (reference) => after.has(reference) || work.accepted.has(reference) || work.empty.has(reference) || !searchable.has(typeOf(reference)), work);
}

interface Work extends CleanupOptions {
  readonly tag: RunTag;
  /** Deletions that were answered by 202: they may be carried out later, or not at all. */
  readonly accepted: Set<string>;
  /** `Type/id` of what carries no tag, for it was made of nothing. */
  readonly empty: ReadonlySet<string>;
}

const typeOf = (reference: string) => reference.slice(0, reference.indexOf('/'));

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

/** @param seen what a search has just shown: it need not be read again */
async function removeAll(references: readonly string[], seen: ReadonlyMap<string, Resource>, work: Work, result: Cleaned): Promise<void> {
  let waiting = references;
  // What is referred to by something that is deleted later may be refused at first: another round finds it free.
  for (let round = 0; round < 4 && waiting.length > 0; round += 1) {
    const refused: Cleaned['left'] = [];
    for (const reference of waiting) {
      const outcome = await removeOne(reference, round === 0 ? seen.get(reference) : undefined, work);
      if (outcome.kind === 'left') {
        refused.push({ reference, says: outcome.says });
        continue;
      }
      result[outcome.kind].push(reference);
      if (outcome.kind === 'absent') work.journal?.add({ kind: 'gone', reference });
      work.onStep?.(result.removed.length + result.absent.length, reference);
    }
    // What a search showed may have been an older version: in the second round each is read.
    if ((refused.length === waiting.length && (round > 0 || seen.size === 0)) || round === 3) {
      result.left.push(...refused);
      return;
    }
    waiting = refused.map(({ reference }) => reference);
  }
}

type Outcome = { kind: 'removed' } | { kind: 'absent' } | { kind: 'left'; says: string };

async function removeOne(reference: string, seen: Resource | undefined, { tag, send, accepted, empty }: Work): Promise<Outcome> {
  let versionId = seen?.meta?.versionId;
  if (seen === undefined) {
    const read = await send({ method: 'GET', url: reference, headers: UNCACHED });
    if (isGone(read)) return { kind: 'absent' };
    const resource = resourceOf(read);
    if (!succeeded(read) || resource === undefined) return { kind: 'left', says: `it cannot be read: ${answerInWords(read)}` };
    if (!isOwn(resource, reference, tag) && !(empty.has(reference) && holdsNothing(resource, reference))) return { kind: 'left', says: 'it does not carry the tag of the run, so it is not ours' };
    versionId = versionIn(read);
  }
  const deleted = await versionAware({
    headers: {},
    // Whatever was declared: what is ours has to go.
    demanded: true,
    versionId: () => Promise.resolve(versionId),
    send: (headers) => send({ method: 'DELETE', url: reference, headers }),
  });
  if (deleted.response?.status === 202) accepted.add(reference);
  if (succeeded(deleted) || isGone(deleted)) return { kind: 'removed' };
  return { kind: 'left', says: `its deletion is answered by ${answerInWords(deleted)}` };
}

/** A deletion that was answered by success may not have been done, or not yet ("202 Accepted"): what can still be read is not removed. */
async function verified(result: Cleaned, isDoubtful: (reference: string) => boolean, { send, pause, journal, tag, empty }: Work): Promise<Cleaned> {
  const still = new Map<string, string>();
  let doubtful: string[] = [];
  for (const reference of result.removed) {
    if (isDoubtful(reference)) doubtful.push(reference);
    else journal?.add({ kind: 'gone', reference });
  }
  for (let waited = 0, wait = FIRST_PAUSE_MS; ; waited += wait, wait *= 2) {
    const reads = await Promise.all(doubtful.map(async (reference) => ({ reference, read: await send({ method: 'GET', url: reference, headers: UNCACHED }) })));
    still.clear();
    for (const { reference, read } of reads) {
      const resource = succeeded(read) ? resourceOf(read) : undefined;
      if (resource !== undefined && (isOwn(resource, reference, tag) || empty.has(reference))) still.set(reference, 'its deletion is answered by success, but it is still there');
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
async function byTag(type: string, { tag, send, base }: Work): Promise<SearchAnswer> {
  const first = await send({ method: 'GET', url: `${type}?${encodePairs([['_tag', `${tag.system}|${tag.code}`], ['_count', '100']])}`, headers: UNCACHED });
  const { exchanges } = await followPages(first, (url) => send({ method: 'GET', url }), base, 50);
  return searchAnswer(type, exchanges);
}

/**
 * Where another program has the address for a while, or a gateway whose server is down, everything is 404: nothing is gone for that. A FHIR
 * server says what it is: https://hl7.org/fhir/R4/http.html#capabilities
 * @throws KnownError `no-fhir-there`
 */
async function assertFhir({ send, base }: Work): Promise<void> {
  const metadata = await send({ method: 'GET', url: 'metadata', headers: UNCACHED });
  if (succeeded(metadata) && resourceOf(metadata) !== undefined) return;
  throw new KnownError('no-fhir-there', `Whether anything is left at ${base} cannot be known: no search brings a Bundle, and GET ${base}/metadata is no CapabilityStatement either (${answerInWords(metadata)}).`, 'Nothing was removed, and the journal is as it was. Run the cleanup when the server answers there, with the access that the run had.');
}
