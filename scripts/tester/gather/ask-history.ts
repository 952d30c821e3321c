/** A history's address in, its pages out, as far as they are to be followed. */
import { counted } from '../../core/grammar';
import type { BundleEntry } from '../../core/fhir';
import type { Exchange } from '../../core/result';
import { bundleOf } from '../answer';
import type { TestContext } from '../context';
import { UNCACHED } from '../http/client';
import { historyTrouble, outOfOrder, entryReference, entryVersion, type HistoryQuestion } from '../judge/history';
import { fail } from '../judge/judgements';
import { entriesIn, linkOf, totalOf } from './search-answer';
import type { Judgement } from '../test-case';

export interface HistoryAnswer {
  /** Entries of all pages that were read. */
  readonly entries: readonly BundleEntry[];
  readonly first: Exchange;
  /** The last page had no next link; false where there are more pages than were to be read, or they lie on another host. */
  readonly complete: boolean;
  /** What is wrong with a page, or with the pages together. */
  readonly trouble?: Judgement;
}

/** How often a history that grew while its pages were read is read anew. */
const READ_AGAIN = 2;

/** Asks for a history and judges every page of it. @param path below the base @param maxPages how many pages are followed */
export async function askHistory(context: TestContext, path: string, question: Omit<HistoryQuestion, 'asked'>, maxPages: number, again = READ_AGAIN): Promise<HistoryAnswer> {
  const asked = `GET ${path}`;
  const first = await context.send({ method: 'GET', url: path, headers: UNCACHED });
  const entries: BundleEntry[] = [];
  let exchange = first;
  for (let page = 1; ; page += 1) {
    const trouble = historyTrouble(exchange, { ...question, asked: page === 1 ? asked : `page ${page} of ${asked}` });
    if (trouble !== undefined) return { entries, first, complete: false, trouble };
    const bundle = bundleOf(exchange);
    const onPage = entriesIn(exchange);
    entries.push(...onPage);
    const together = twice(entries) ?? (outOfOrder(entries) === undefined ? undefined : 'a page begins with a newer version than the page before ends with');
    if (together !== undefined) {
      // How pages hold together while the data changes is for the server to choose: https://hl7.org/fhir/R4/http.html#paging
      const grown = page > 1 && twice(onPage) === undefined && (await hasGrown(context, path, first));
      if (grown && again > 0) return askHistory(context, path, question, maxPages, again - 1);
      if (grown) return { entries: eachOnce(entries), first, complete: false };
      return { entries, first, complete: false, trouble: fail(`On the pages of ${asked} ${together}.`, exchange) };
    }
    const next = bundle === undefined ? undefined : linkOf(bundle, 'next');
    if (next === undefined) {
      const total = totalOf(bundleOf(first) ?? {});
      const miscounted = question.id !== undefined && question.since === undefined && total !== undefined && total !== entries.length && !(await hasGrown(context, path, first));
      return { entries, first, complete: true, ...(miscounted ? { trouble: fail(`${asked} has a total of ${total}, but its pages hold ${counted(entries.length, 'entry', 'entries')}.`, first) } : {}) };
    }
    if (page >= maxPages) return { entries, first, complete: false };
    // The tester stays on the host that it was pointed at; a proxy may write another name into links.
    if (!URL.canParse(next, `${context.client.base}/`)) return { entries, first, complete: false, trouble: fail(`${asked} has the next link "${next}", which is no URL.`, exchange) };
    const url = new URL(next, `${context.client.base}/`);
    if (url.origin !== new URL(context.client.base).origin) return { entries, first, complete: false };
    exchange = await context.send({ method: 'GET', url: url.href, headers: UNCACHED });
  }
}

/** Whether the history begins with another version by now. */
async function hasGrown(context: TestContext, path: string, first: Exchange): Promise<boolean> {
  const newest = (exchange: Exchange) => entriesIn(exchange).map(versionOf)[0];
  return newest(await context.send({ method: 'GET', url: path, headers: UNCACHED })) !== newest(first);
}

function twice(entries: readonly BundleEntry[]): string | undefined {
  const seen = new Set<string>();
  for (const key of entries.flatMap((entry) => versionOf(entry) ?? [])) {
    if (seen.has(key)) return `${key} stands twice`;
    seen.add(key);
  }
  return undefined;
}

function eachOnce(entries: readonly BundleEntry[]): BundleEntry[] {
  const known = entries.map(versionOf);
  return entries.filter((_, index) => known[index] === undefined || known.indexOf(known[index]) === index);
}

/** `Type/id version 3`, as far as the entry says it. */
function versionOf(entry: BundleEntry): string | undefined {
  const version = entryVersion(entry);
  const reference = entryReference(entry);
  return version === undefined || reference === undefined ? undefined : `${reference} version ${version}`;
}
