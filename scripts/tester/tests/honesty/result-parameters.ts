/** Parameters that shape an answer, with values that no server knows: what was passed over has no place in the self link. https://hl7.org/fhir/R4/search.html#conformance */
import { localReference } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { failedWithOutcome } from '../../answer';
import type { TestContext } from '../../context';
import { decodePairs, readableQuery, type Pair } from '../../gather/query';
import { linkOf, type SearchAnswer } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, pass, warn } from '../../judge/judgements';
import { INVENTED } from '../../judge/self-link';
import { isPartial } from '../../knowledge';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';

interface Unusable {
  readonly pair: Pair;
  /** What a link that claims it makes. */
  readonly claimed: 'fail' | 'warn';
  /** Whether the answer shows that the server did use it after all. */
  readonly wasUsed?: (context: TestContext, answer: SearchAnswer) => boolean;
}

/**
 * "The server SHALL return the parameters that were actually used", and "the server returns the sort it performs" (https://hl7.org/fhir/R4/search.html#sort).
 * A link that claims an order or an unknown parameter misleads. Of the others a server may say that it used what has no effect: that deserves a word.
 */
const UNUSABLE: readonly Unusable[] = [
  { pair: ['_sort', INVENTED], claimed: 'fail' },
  { pair: [`_${INVENTED}`, 'x'], claimed: 'fail' },
  { pair: ['_include', `${FOCUS}:${INVENTED}`], claimed: 'warn' },
  { pair: ['_revinclude', `DiagnosticReport:${INVENTED}`], claimed: 'warn' },
  { pair: ['_summary', INVENTED], claimed: 'warn' },
  { pair: ['_total', INVENTED], claimed: 'warn' },
  { pair: ['_elements', 'scoutUnknown'], claimed: 'warn', wasUsed: isCut },
];

export const HONESTY_RESULT_TESTS: readonly TestCase[] = [
  {
    id: 'honesty.unknown-result-values',
    title: 'Values of _sort, _include, _summary and the like that do not exist are not claimed in the self link',
    group: 'honesty',
    resourceType: FOCUS,
    requirement: 'search-self-link',
    also: ['status-server-error'],
    needs: needsSearch(FOCUS),
    tags: ['_sort', '_include', '_revinclude', '_summary', '_total', '_elements'],
    run: unknownValues,
  },
];

async function unknownValues(context: TestContext): Promise<Judgement> {
  const asked = await Promise.all(UNUSABLE.map(async (row) => ({ row, answer: await context.search(FOCUS, [row.pair, ['_count', '1']], { firstPageOnly: true }) })));
  const claimed: Unusable[] = [];
  const links: string[] = [];
  let refused = 0;
  let decisive: Exchange | undefined;
  for (const { row, answer } of asked) {
    const query = readableQuery(FOCUS, [row.pair]);
    const { trouble, pages } = answer;
    if (trouble?.kind === 'unanswered') return failedToAsk(`${query}: ${trouble.says}.`, trouble.exchange);
    if (trouble?.kind === 'failed') return { ...fail(`${query} makes the server break down: ${trouble.says}.`, trouble.exchange), requirement: 'status-server-error' };
    // R4 allows it, yet no client can tell it from a breakdown.
    if (trouble !== undefined && failedWithOutcome(trouble.exchange)) return { ...warn(`${query} makes the server answer ${trouble.says}, as if it had broken down; 400 is the code for a value that does not exist.`, trouble.exchange), requirement: 'status-server-error' };
    if (trouble?.kind === 'refused') refused += 1;
    const page = pages[0];
    const self = page === undefined ? undefined : linkOf(page.bundle, 'self');
    if (page === undefined || self === undefined) continue;
    links.push(self);
    const says = decodePairs(self.split('?')[1] ?? '').some(([name, value]) => name === row.pair[0] && value === row.pair[1]);
    if (!says || row.wasUsed?.(context, answer) === true) continue;
    // Those that make a failure come first.
    decisive ??= page.exchange;
    claimed.push(row);
  }
  if (claimed.length > 0) {
    const judge = claimed.some((row) => row.claimed === 'fail') ? fail : warn;
    return judge(`The self link claims what no server can have used: ${claimed.map(({ pair }) => pair.join('=')).join(', ')}.`, decisive);
  }
  if (refused === UNUSABLE.length) return info('Result parameters with values that do not exist are all refused; a server may, though it should ignore what it does not know.', asked[0]?.answer.first);
  if (links.length === 0) return noData('No answer has a self link to judge by.', asked[0]?.answer.first);
  return pass(`No self link claims a value that does not exist; ${refused} of ${UNUSABLE.length} are refused.`, asked[0]?.answer.first);
}

/** A name that no element has still asks for a part: the mandatory elements alone. */
function isCut({ known }: TestContext, { matches }: SearchAnswer): boolean {
  return matches.some((match) => {
    const whole = known.index.get(localReference(match) ?? '');
    return isPartial(match) || (whole !== undefined && Object.keys(match).length < Object.keys(whole).length);
  });
}
