/** The entries of a history in, what a search shows otherwise out: as it was before, or in part. https://hl7.org/fhir/R4/search.html#currency */
import { localReference, type BundleEntry } from '../../../core/fhir';
import { resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import type { HistoryAnswer } from '../../gather/ask-history';
import { readableQuery, type Pair } from '../../gather/query';
import { entryReference } from '../../judge/history';
import { fail, warn } from '../../judge/judgements';
import { copyFault } from '../../judge/same-copy';
import type { Judgement } from '../../test-case';
import { lookUntil } from '../../write/look-until';

/** A history tells what was changed last, and whole; of that searches show a former copy where they have one of their own. Undefined where they agree. */
export async function shownAsItWas(context: TestContext, { entries }: HistoryAnswer): Promise<Judgement | undefined> {
  const newest = new Map<string, BundleEntry>();
  for (const entry of entries) {
    const reference = entryReference(entry);
    if (reference !== undefined && !newest.has(reference)) newest.set(reference, entry);
  }
  const { index } = context.known;
  const reference = [...newest].find(([one, { resource }]) => {
    const shown = index.get(one);
    return resource?.meta?.versionId !== undefined && shown?.meta?.versionId !== undefined && copyFault(shown, resource, index.base) !== undefined;
  })?.[0];
  const type = reference?.split('/')[0] ?? '';
  if (reference === undefined || !context.declared.interaction(type, 'search-type')) return undefined;
  const compare = async (): Promise<Judgement | undefined> => {
    const pairs: Pair[] = [['_id', reference.slice(type.length + 1)]];
    const [answer, read] = [await context.search(type, pairs, { fresh: true }), await context.read(reference, { fresh: true })];
    const [shown, current] = [answer.matches.find((resource) => localReference(resource) === reference), succeeded(read) ? resourceOf(read) : undefined];
    const fault = shown === undefined || current === undefined ? undefined : copyFault(shown, current, index.base);
    return fault === undefined ? undefined : { ...(fault.verdict === 'fail' ? fail : warn)(`${readableQuery(type, pairs)} ${fault.says}.`, answer.first), requirement: 'search-currency' };
  };
  // A search may see a change some seconds later.
  return lookUntil(compare, (judgement) => judgement?.verdict !== 'fail', context.pause);
}
