/** A journal's content in; everything it tells of deleted, and nothing else, out. */
import { localReference, type Coding, type Resource } from '../../core/fhir';
import type { Exchange } from '../../core/result';
import { answerInWords, resourceOf, succeeded } from '../answer';
import { encodePairs } from '../gather/query';
import { followPages } from '../gather/follow-pages';
import { searchAnswer } from '../gather/search-answer';
import type { ClientRequest } from '../http/client';
import type { Journal, JournalContent } from './journal';
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
  /** Written to as resources go. */
  journal?: Pick<Journal, 'add'>;
  onStep?(done: number, reference: string): void;
}

/**
 * Deletes what a run has made, the last first, so that nothing refers to what is deleted. A resource is deleted only if it
 * carries the run's tag: an id that someone else has come to use stays.
 */
export async function cleanUp(content: JournalContent, options: CleanupOptions): Promise<Cleaned> {
  const { tag } = content.header;
  const result: Cleaned = { removed: [], absent: [], left: [] };
  const found = (await Promise.all(content.types.map((type) => byTag(type, tag, options)))).flat();
  let waiting = [...new Set([...content.remaining, ...found])].reverse();
  let done = 0;
  // What is referred to by something that is deleted later may be refused at first: another round finds it free.
  for (let round = 0; round < 4 && waiting.length > 0; round += 1) {
    const refused: typeof result.left = [];
    for (const reference of waiting) {
      const outcome = await removeOne(reference, tag, options);
      if (outcome.kind === 'left') {
        refused.push({ reference, says: outcome.says });
        continue;
      }
      result[outcome.kind].push(reference);
      options.journal?.add({ kind: 'gone', reference });
      options.onStep?.((done += 1), reference);
    }
    if (refused.length === waiting.length || round === 3) result.left = refused;
    if (refused.length === waiting.length) break;
    waiting = refused.map(({ reference }) => reference);
  }
  return result;
}

type Outcome = { kind: 'removed' } | { kind: 'absent' } | { kind: 'left'; says: string };

async function removeOne(reference: string, tag: JournalContent['header']['tag'], { send }: CleanupOptions): Promise<Outcome> {
  const read = await send({ method: 'GET', url: reference, headers: { 'Cache-Control': 'no-cache' } });
  const status = read.response?.status;
  if (status === 404 || status === 410) return { kind: 'absent' };
  const resource = resourceOf(read);
  if (!succeeded(read) || resource === undefined) return { kind: 'left', says: `it cannot be read: ${answerInWords(read)}` };
  if (!carries(resource, tag)) return { kind: 'left', says: 'it does not carry the tag of the run, so it is not ours' };
  const deleted = await versionAware({
    headers: {},
    // Whatever was declared: what is ours has to go.
    demanded: true,
    versionId: () => Promise.resolve(versionIn(read)),
    send: (headers) => send({ method: 'DELETE', url: reference, headers }),
  });
  if (succeeded(deleted) || deleted.response?.status === 404 || deleted.response?.status === 410) return { kind: 'removed' };
  return { kind: 'left', says: `its deletion is answered by ${answerInWords(deleted)}` };
}

function carries(resource: Resource, tag: JournalContent['header']['tag']): boolean {
  const tags: unknown = resource.meta?.tag;
  return Array.isArray(tags) && (tags as Coding[]).some(({ system, code }) => system === tag.system && code === tag.code);
}

/** Resources with the run's tag whose ids the run may never have learnt. */
async function byTag(type: string, tag: JournalContent['header']['tag'], { send, base }: CleanupOptions): Promise<string[]> {
  const first = await send({ method: 'GET', url: `${type}?${encodePairs([['_tag', `${tag.system}|${tag.code}`], ['_count', '100']])}`, headers: { 'Cache-Control': 'no-cache' } });
  const { exchanges } = await followPages(first, (url) => send({ method: 'GET', url }), base, 50);
  // Whatever the search says, only what carries the tag is deleted.
  return searchAnswer(type, exchanges).matches.filter((resource) => carries(resource, tag)).flatMap((resource) => localReference(resource) ?? []);
}
