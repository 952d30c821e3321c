/** The order of search results. https://hl7.org/fhir/R4/search.html#sort */
import { counted } from '../../../core/grammar';
import { localReference } from '../../../core/fhir';
import { orderFault } from '../../../search/sort';
import { isInstant } from '../../choose/date-forms';
import type { TestContext } from '../../context';
import { predictPairs } from '../../gather/predict-pairs';
import { decodePairs, readableQuery, type Pair } from '../../gather/query';
import { linkOf } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, info, noData, pass } from '../../judge/judgements';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { narrow, unanswered } from './paging';

export const SORT_TESTS: readonly TestCase[] = ['started', '-started', '_lastUpdated', '-_lastUpdated', 'status,-started', '-status,started', '_id'].map((sort): TestCase => ({
  id: `paging.imagingstudy.sort-${sort.replace(/^-/, 'descending-').replaceAll(',-', '-then-descending-').replaceAll(',', '-then-').toLowerCase()}`,
  title: `${FOCUS}: results in the order of _sort=${sort}`,
  group: 'paging',
  resourceType: FOCUS,
  requirement: 'rule:sort',
  needs: needsSearch(FOCUS, ...sort.split(',').map((key) => key.replace(/^-/, ''))),
  tags: ['_sort'],
  run: (context) => sorted(context, sort),
}));

/** Studies without the time that they are sorted by, which servers leave out, and two whose times stand in another order than what is written: a sample of much data holds them. */
function telling({ known }: TestContext, sort: string): string[] {
  if (!/^-?started$/.test(sort)) return [];
  const studies = known.index.all(FOCUS).map((study) => ({ reference: localReference(study) ?? '', text: typeof study['started'] === 'string' ? study['started'] : undefined }));
  const without = studies.filter(({ text }) => text === undefined).slice(0, 2);
  const written = studies.flatMap(({ reference, text = '' }) => (isInstant(text) ? [{ reference, text, at: Date.parse(text) }] : [])).sort((a, b) => (a.text < b.text ? -1 : 1));
  const second = written.findIndex(({ at }, i) => i > 0 && at < (written[i - 1]?.at ?? at));
  return [...without, ...(second > 0 ? written.slice(second - 1, second + 1) : [])].map(({ reference }) => reference);
}

/** Whether studies come in the order asked. @param bait studies whose order a known fault changes */
export async function sorted(context: TestContext, sort: string, bait: readonly string[] = telling(context, sort)): Promise<Judgement> {
  const narrowed = await narrow(context, FOCUS, [], bait);
  const pairs: Pair[] = [...narrowed, ['_sort', sort]];
  const answer = await context.search(FOCUS, pairs);
  const query = readableQuery(FOCUS, pairs);
  const first = answer.pages[0];
  // A server need not sort: https://hl7.org/fhir/R4/search.html#sort
  if (first === undefined) return unanswered(answer, query, info);
  const order = answer.matches.flatMap((resource) => localReference(resource) ?? []);
  const parsed = predictPairs(context, FOCUS, pairs);
  const fault = orderFault(context.known.index, parsed.query, order);
  const evidence = { actual: order, decisive: first.exchange };
  if (fault !== undefined) {
    const message = `${query} puts ${fault.first} (${fault.values[0]}) before ${fault.second} (${fault.values[1]}).`;
    const link = linkOf(first.bundle, 'self') ?? '';
    // "The server returns the sort it performs": https://hl7.org/fhir/R4/search.html#sort
    const performed = decodePairs(link.split('?')[1] ?? '').filter(([name]) => name === '_sort');
    const claimed = performed.some(([, value]) => value === sort);
    // So one that says of itself that it performs none does what is asked of it.
    if (link !== '' && performed.length === 0) return { ...info(`${query} is answered without regard to _sort, and the self link says so: a server need not sort.`), ...evidence };
    const witness = { reference: fault.first, excerpt: { [fault.parameter]: fault.values }, why: 'It stands before one that has to come first.' };
    return claimed ? { verdict: 'fail', message: `${message} The self link claims the order.`, witness, ...evidence } : { verdict: 'warn', message, witness, ...evidence };
  }
  const missing = [...parsed.prediction.must].filter((reference) => !order.includes(reference));
  if (answer.unfinished === undefined && answer.trouble === undefined && missing.length > 0) return { ...fail(`${query} leaves out ${counted(missing.length, 'resource')} that the search without _sort brings.`), expected: [...parsed.prediction.must].sort(), ...evidence };
  // The reverse order has to be a fault, else the data cannot tell sorted from unsorted.
  if (orderFault(context.known.index, parsed.query, [...order].reverse()) === undefined) return { ...noData(`Needed: two studies that differ in ${sort}.`), ...evidence };
  return { ...pass(`${query} brings ${counted(order.length, 'resource')} in order.`), ...evidence };
}
