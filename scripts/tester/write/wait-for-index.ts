/** Resources that were just written in; waits until searches find them, within a limit, and says how long it took. */
import type { TestContext } from '../context';

export interface IndexWait {
  /** Milliseconds waited. */
  ms: number;
  /** `Type/id` that no search has found in that time. */
  missing: string[];
}

/** The first pause, and how long all pauses together may be: "give a server some seconds to index after a write". */
const FIRST_PAUSE_MS = 250;
export const LONGEST_INDEX_WAIT_MS = 30_000;

/** Asks for the last written resources of each type until they are found. */
export async function waitForIndex(context: TestContext, references: readonly string[]): Promise<IndexWait> {
  const byType = new Map<string, string[]>();
  for (const reference of references) {
    const [type = '', id = ''] = reference.split('/');
    if (context.declared.interaction(type, 'search-type')) byType.set(type, [...(byType.get(type) ?? []), id]);
  }
  let ms = 0;
  let waiting = [...byType].map(([type, ids]) => ({ type, ids }));
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, 4000)) {
    waiting = (await Promise.all(waiting.map(async (row) => ({ row, found: await allFound(context, row.type, row.ids) })))).filter(({ found }) => !found).map(({ row }) => row);
    if (waiting.length === 0 || ms >= LONGEST_INDEX_WAIT_MS) return { ms, missing: waiting.flatMap(({ type, ids }) => ids.map((id) => `${type}/${id}`)) };
    await context.pause(pause);
    ms += pause;
  }
}

/** Ids in one request at most, so that no URL grows too long. */
const IDS_AT_ONCE = 40;

async function allFound(context: TestContext, type: string, ids: readonly string[]): Promise<boolean> {
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const some = ids.slice(from, from + IDS_AT_ONCE);
    const found = await search(context, type, some);
    // A server on which ids cannot be searched for is not waited for: nothing would ever be found.
    if (found === undefined) return true;
    if (some.every((id) => found.has(id))) continue;
    // Nor is one on which ids cannot be joined: where the last is found alone, and not among others, it stands for all.
    const last = some.at(-1) ?? '';
    if (some.length === 1 || found.has(last) || (await search(context, type, [last]))?.has(last) !== true) return false;
  }
  return true;
}

/** The ids that are found; undefined where the search is refused. */
async function search(context: TestContext, type: string, ids: readonly string[]): Promise<Set<string | undefined> | undefined> {
  const answer = await context.search(type, [['_id', ids.join(',')]], { fresh: true });
  return answer.trouble === undefined ? new Set(answer.matches.map(({ id }) => id)) : undefined;
}
