/** All pages of a search in, a judgement over their union out. https://hl7.org/fhir/R4/http.html#paging */
import { counted } from '../../core/grammar';
import { localReference } from '../../core/fhir';
import type { Prediction } from '../../search/types';
import { readableQuery, type Pair } from '../gather/query';
import { entriesOf, linkOf, modeOf, totalOf, type SearchAnswer } from '../gather/search-answer';
import type { Judgement } from '../test-case';
import { few } from './search-set';

export interface PagesQuestion {
  type: string;
  pairs: readonly Pair[];
  answer: SearchAnswer;
  prediction: Prediction;
  /** The server has given a next link in this run: it supports paging. */
  pages?: boolean;
}

/** The union of the pages is the whole set, each match stands once, and the pages come to an end. */
export function judgePages(question: PagesQuestion): Judgement {
  const { type, pairs, answer, prediction } = question;
  const query = readableQuery(type, pairs);
  // The first page can be asked for again, and leads to the others: links to later ones may have run out when somebody tries the curl line.
  const decisive = answer.trouble?.exchange ?? answer.first;
  const expected = [...prediction.must].sort();
  const references = answer.matches.flatMap((resource) => localReference(resource) ?? []);
  const actual = [...new Set(references)].sort();
  const sets = { expected, actual, decisive };
  const pages = answer.pages.length;
  if (answer.trouble !== undefined) {
    // Whether it may be refused is the matter of other tests: modifiers, chains, includes and order may.
    if (pages === 0 && answer.trouble.kind === 'refused') return { verdict: 'info', message: `${query} is refused, so there are no pages to read: ${answer.trouble.says}.`, ...sets };
    if (pages === 0) return { verdict: answer.trouble.kind === 'unanswered' ? 'error' : 'fail', message: `${query} is not answered: ${answer.trouble.says}.`, ...sets };
    return { verdict: 'fail', message: `The next link of page ${pages} of ${query} is not answered by a page: ${answer.trouble.says}.`, ...sets };
  }
  if (answer.unfinished !== undefined) {
    const elsewhere = answer.unfinished.includes('another host');
    return { verdict: elsewhere ? 'info' : 'fail', message: `The pages of ${query} cannot be read to their end: ${answer.unfinished}.`, ...sets };
  }
  const extra = actual.filter((reference) => !prediction.must.has(reference) && !prediction.either.has(reference));
  const absent = expected.filter((reference) => !actual.includes(reference));
  const twice = [...new Set(references.filter((reference, i) => references.indexOf(reference) !== i))];
  if (pages === 1 && absent.length > 0 && extra.length === 0) return { ...withoutNext(question, query, matchesOf(answer, 0), expected.length), ...sets };
  const s = pages === 1 ? 's' : '';
  const faults = [
    ...(absent.length > 0 ? [`leave${s} out ${few(absent)}`] : []),
    ...(extra.length > 0 ? [`bring${s} ${few(extra)}, which do not match`] : []),
    ...(twice.length > 0 ? [`bring${s} ${few(twice)} more than once`] : []),
  ];
  if (faults.length > 0) {
    const reference = absent[0] ?? extra[0] ?? twice[0] ?? '';
    const why = faults[0] ?? '';
    return { verdict: 'fail', message: `${pages === 1 ? `The only page of ${query}` : `The ${pages} pages of ${query} together`} ${faults.join(', and ')}.`, ...sets, witness: { reference, excerpt: { pages: answer.pages.map((page) => linkOf(page.bundle, 'self') ?? page.exchange.request.url) }, why: `The page${pages === 1 ? '' : 's'} ${why}.` } };
  }
  if (pages < 2) return { verdict: 'no-data', message: `${query} brings ${actual.length === 1 ? 'its one match' : `all ${actual.length} matches`} on one page; needed: more matches than _count.`, ...sets };
  return { verdict: 'pass', message: `The ${pages} pages of ${query} together hold ${counted(actual.length, 'match', 'matches')}, each once.`, ...sets };
}

/**
 * "Servers SHOULD support paging", "and if they do, they SHALL conform to this method": https://hl7.org/fhir/R4/http.html#paging. A page that `_count` cuts off is all
 * there is where paging is not supported ("even if they don't support paging", https://hl7.org/fhir/R4/search.html#count); what a server cuts off by itself nobody has asked it to leave out.
 */
function withoutNext({ pairs, answer, pages }: PagesQuestion, query: string, shown: number, expected: number): Pick<Judgement, 'verdict' | 'message'> {
  const total = answer.pages[0] === undefined ? undefined : totalOf(answer.pages[0].bundle);
  const came = `${query} brings ${shown} of ${counted(expected, 'match', 'matches')}${total !== undefined && total > shown ? `, states a total of ${total},` : ''}`;
  const count = Number(pairs.find(([name]) => name === '_count')?.[1] ?? Infinity);
  if (shown === 0) return { verdict: 'fail', message: `${query} brings none of ${counted(expected, 'match', 'matches')}.` };
  if (shown < count) return { verdict: 'fail', message: `${came} and has no next link, though ${Number.isFinite(count) ? '_count allows more' : 'no _count was given'}: the rest is missing.` };
  const message = `${came} and has no next link: the rest cannot be reached.`;
  return pages === true ? { verdict: 'fail', message: `${message} The server gives next links elsewhere.` } : { verdict: 'warn', message };
}

function matchesOf(answer: SearchAnswer, page: number): number {
  const bundle = answer.pages[page]?.bundle;
  return bundle === undefined ? 0 : entriesOf(bundle).filter((entry) => modeOf(entry, answer.type) === 'match').length;
}
