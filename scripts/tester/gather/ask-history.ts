/** A history's address in, its pages out, as far as they are to be followed. */
import type { BundleEntry } from '../../core/fhir';
import type { Exchange } from '../../core/result';
import { bundleOf } from '../answer';
import { SEARCH_HEADERS, type TestContext } from '../context';
import { historyTrouble, outOfOrder, entryReference, entryVersion, type HistoryQuestion } from '../judge/history';
import { fail } from '../judge/judgements';
import type { Judgement } from '../test-case';
import { resolveUrl } from '../http/client';

export interface HistoryAnswer {
  /** Entries of all pages that were read. */
  readonly entries: readonly BundleEntry[];
  readonly first: Exchange;
  /** The last page had no next link. */
  readonly complete: boolean;
  /** What is wrong with a page, or with the pages together. */
  readonly trouble?: Judgement;
}

/** Asks for a history and judges every page of it. @param maxPages how many pages are followed */
export async function askHistory(context: TestContext, url: string, question: Omit<HistoryQuestion, 'asked'>, maxPages: number): Promise<HistoryAnswer> {
  const asked = `GET ${url}`;
  const first = await context.send({ method: 'GET', url, headers: SEARCH_HEADERS });
  const entries: BundleEntry[] = [];
  let exchange = first;
  for (let page = 1; ; page += 1) {
    const trouble = historyTrouble(exchange, { ...question, asked: page === 1 ? asked : `page ${page} of ${asked}` });
    if (trouble !== undefined) return { entries, first, complete: false, trouble };
    const bundle = bundleOf(exchange);
    entries.push(...(bundle?.entry ?? []));
    const together = twice(entries) ?? (outOfOrder(entries) === undefined ? undefined : 'a page begins with a newer version than the page before ends with');
    if (together !== undefined) return { entries, first, complete: false, trouble: fail(`On the pages of ${asked} ${together}.`, exchange) };
    const next = bundle?.link?.find(({ relation }) => relation === 'next')?.url;
    if (next === undefined || page >= maxPages) return { entries, first, complete: next === undefined };
    exchange = await context.send({ method: 'GET', url: resolveUrl(context.client.base, next), headers: SEARCH_HEADERS });
  }
}

function twice(entries: readonly BundleEntry[]): string | undefined {
  const seen = new Set<string>();
  for (const entry of entries) {
    const version = entryVersion(entry);
    const reference = entryReference(entry);
    if (version === undefined || reference === undefined) continue;
    const key = `${reference} version ${version}`;
    if (seen.has(key)) return `${key} stands twice`;
    seen.add(key);
  }
  return undefined;
}
