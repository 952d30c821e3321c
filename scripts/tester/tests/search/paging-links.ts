/** The links of a page that lead back and to the ends: first, previous and last. A server need not give them. https://hl7.org/fhir/R4/http.html#paging */
import { localReference } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import type { TestContext } from '../../context';
import { UNCACHED } from '../../http/client';
import { narrowingOf } from '../../gather/sample';
import type { Pair } from '../../gather/query';
import { readableQuery } from '../../gather/query';
import { linkOf, searchAnswer, type SearchPage } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, info, noData, pass } from '../../judge/judgements';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';

/** Pages that the test means to read: the second has one on either side. */
const PAGES = 3;
const MOST_PAGES = 12;

export const PAGING_LINK_TESTS: readonly TestCase[] = [
  {
    id: 'paging.imagingstudy.links',
    title: `${FOCUS}: the links first, previous and last lead where they say`,
    group: 'paging',
    resourceType: FOCUS,
    requirement: 'search-paging',
    needs: needsSearch(FOCUS),
    tags: ['paging'],
    run: async (context) => {
      const first = await walk(context, false);
      // Data may have moved between two pages: a failure has to show twice.
      return first.verdict === 'fail' ? walk(context, true) : first;
    },
  },
];

async function walk(context: TestContext, fresh: boolean): Promise<Judgement> {
  const narrowing = await narrowingOf(context, FOCUS, []);
  const size = narrowing?.references.length ?? context.known.index.all(FOCUS).length;
  const pairs: Pair[] = [...(narrowing?.pairs ?? []), ['_count', String(Math.max(1, Math.ceil(size / PAGES)))]];
  const answer = await context.search(FOCUS, pairs, { maxPages: MOST_PAGES, fresh });
  const [one, two] = answer.pages;
  const end = answer.pages.at(-1);
  // What is wrong with the way forward has tests of its own.
  if (one === undefined || two === undefined || end === undefined || answer.unfinished !== undefined || answer.trouble !== undefined) return noData('Needed: a search whose pages can be read to their end, two or more.', answer.first);
  const previous = linkOf(two.bundle, 'previous') !== undefined ? 'previous' : 'prev';
  const ways = [
    { page: two, relation: 'first', to: one, place: 0 },
    { page: two, relation: previous, to: one, place: -1 },
    { page: one, relation: 'last', to: end, place: -1 },
  ] as const;
  const followed: string[] = [];
  // Two of the links are often one, and one of those followed forward.
  const asked = new Map(answer.pages.map(({ exchange }) => [exchange.request.url, exchange]));
  for (const { page, relation, to, place } of ways) {
    const link = linkOf(page.bundle, relation);
    const wanted = referencesOf(to).at(place);
    if (link === undefined || wanted === undefined || !URL.canParse(link, page.exchange.request.url)) continue;
    const url = new URL(link, `${context.client.base}/`).href;
    if (new URL(url).origin !== new URL(context.client.base).origin) continue;
    const exchange: Exchange = asked.get(url) ?? (await context.send({ method: 'GET', url, headers: UNCACHED }));
    asked.set(url, exchange);
    const there = searchAnswer(FOCUS, [exchange]);
    const query = readableQuery(FOCUS, pairs);
    if (there.trouble !== undefined) return fail(`The ${relation} link of ${query} is not answered by a page: ${there.trouble.says}.`, exchange);
    // "last: a URI that refers to the furthest following document" (RFC 5005), and so on: how many stand beside it is the server's affair.
    if (!there.matches.some((resource) => localReference(resource) === wanted)) return wrong(query, relation, wanted, exchange, there.matches.length);
    followed.push(relation);
  }
  return followed.length === 0 ? info('There are no links but next, which is legal.', two.exchange) : pass(`The links ${followed.join(', ')} lead where they say.`, two.exchange);
}

function wrong(query: string, relation: string, wanted: string, exchange: Exchange, count: number): Judgement {
  const page = { first: 'the first page', last: 'the last page' }[relation] ?? 'the page before';
  return { ...fail(`The ${relation} link of ${query} does not lead to ${page}: ${wanted}, which stands there, is not among the ${count} matches that came.`, exchange), expected: [wanted] };
}

function referencesOf(page: SearchPage): string[] {
  return searchAnswer(FOCUS, [page.exchange]).matches.flatMap((resource) => localReference(resource) ?? []);
}
