/** A wrong set in, what lies behind it out, where the answer itself shows it: whatever the query was about, that is not its doing. */
import { RULES } from '../../search/rules';
import type { TestContext } from '../context';
import { passedOver } from '../judge/passed-over';
import { setDifference, type SetQuestion } from '../judge/search-set';
import { readSelfLink } from '../judge/self-link';
import { requirementOf } from '../requirements';
import type { Judgement } from '../test-case';
import { predictPairs } from './predict-pairs';
import { readableQuery } from './query';
import { linkOf } from './search-answer';

/** What lies behind a failure, where the answer shows it. @param idle the parameter does nothing */
export function causeOf(context: TestContext, question: SetQuestion, idle: boolean): string | undefined {
  // Where GET is the usual way, a POST that filters nothing says something of POST, whichever parameter it was; of one that GET passes over too, its other tests tell.
  if (idle && question.answer.first.request.method === 'POST' && context.searching.method !== 'POST') return POST_PASSES_OVER;
  if (idle) return `${question.type}: ${question.pairs[0]?.[0].split('.')[0] ?? ''} does not filter`;
  if (isOfOthers(question)) return requirementOf('search-entry-mode', context.version).text;
  return lacksAbsolute(context, question) ? RULES['reference-url'].text : undefined;
}

const POST_PASSES_OVER = 'A search by POST does not filter: its body is passed over';

/** Whether all that is wrong is that resources of other types are among the matches: what was included is marked as a match. */
function isOfOthers({ answer, prediction, type }: SetQuestion): boolean {
  const { extra, absent } = setDifference({ answer, prediction, type });
  return absent.length === 0 && extra.length > 0 && extra.every((reference) => !reference.startsWith(`${type}/`));
}

/** Whether all that is wrong is that what came fills one page, to the last place that this server has on a page, and no next link leads on. */
export function isCutOff(context: TestContext, { answer, prediction, type }: SetQuestion): boolean {
  const { extra, absent } = setDifference({ answer, prediction, type });
  const [page] = answer.pages;
  return extra.length === 0 && absent.length > 0 && answer.pages.length === 1 && page !== undefined && linkOf(page.bundle, 'next') === undefined && answer.matches.length === context.searching.pageCap;
}

/** More matches than fit on a page are reached by its next link: https://hl7.org/fhir/R4/http.html#paging */
export function cutOff({ searching, version }: TestContext, judgement: Judgement): Judgement {
  const { text } = requirementOf('search-paging', version);
  return { ...judgement, requirement: 'search-paging', cause: text, message: `${judgement.message} The ${searching.pageCap} that came are as many as this server puts on a page, and there is no next link: the rest cannot be reached.` };
}

/** Whether all that is wrong is that resources are missing whose references are written as absolute URLs: whatever the query, that is not its doing. */
function lacksAbsolute(context: TestContext, question: SetQuestion): boolean {
  const { extra, absent } = setDifference(question);
  const { base } = context.known.index;
  return extra.length === 0 && absent.length > 0 && absent.every((reference) => {
    const read = JSON.stringify(question.excerpt(reference));
    // What was sent so may be shown relative by a server that keeps it as it came (HAPI cuts its own base off what it shows).
    return read.includes(`"reference":"${base}/`) || (context.writing?.absolute.has(reference) === true && read.includes('"reference":"'));
  });
}

/** A wrong set that is right for the parameters which the server says it used, the others being such as it need not know. */
export function withoutPassedOver(context: TestContext, { type, pairs, answer }: SetQuestion, judgement: Judgement): Judgement {
  const unused = judgement.verdict === 'fail' && answer.trouble === undefined ? passedOver(answer, pairs, context.searching.method) : [];
  if (unused.length === 0) return judgement;
  const { prediction } = predictPairs(context, type, pairs.filter((pair) => !unused.includes(pair)));
  const { extra, absent } = setDifference({ answer, prediction, type });
  if (extra.length > 0 || absent.length > 0) return judgement;
  const names = unused.map(([name]) => name).join(', ');
  return { verdict: 'not-declared', message: `${readableQuery(type, pairs)} is answered without regard to ${names}, and the self link says so: a server need not support this.`, decisive: answer.first };
}

/** A wrong set that is right for the search without what has a modifier: the rule that is broken is that of refusing a modifier which is not supported, whatever it means. */
export function withoutModifier(context: TestContext, { type, pairs, answer }: SetQuestion, judgement: Judgement): Judgement {
  const modified = judgement.verdict === 'fail' && answer.trouble === undefined ? pairs.filter(([name]) => hasModifier(name)) : [];
  if (modified.length === 0 || answer.first.request.method !== context.searching.method) return judgement;
  const self = answer.pages[0] === undefined ? undefined : linkOf(answer.pages[0].bundle, 'self');
  if (self !== undefined && readSelfLink(modified, self).dropped.length < modified.length) return judgement;
  const { prediction } = predictPairs(context, type, pairs.filter((pair) => !modified.includes(pair)));
  const { extra, absent } = setDifference({ answer, prediction, type });
  if (extra.length > 0 || absent.length > 0) return judgement;
  const names = modified.map(([name]) => name).join(', ');
  return { ...judgement, requirement: 'rule:unsupported-modifier', message: `${judgement.message} It is the answer to a search without ${names}${self === undefined ? '' : ', and the self link says so'}: a modifier that is not supported has to be refused.` };
}

/** `status:not`, but no chain and no `_has`, which are parameters of their own that a server need not know. */
function hasModifier(name: string): boolean {
  return name.includes(':') && !name.includes('.') && !name.startsWith('_has:');
}
