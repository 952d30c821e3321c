/** One test in, one result out: whatever the test throws is an error of that test alone. */
import { KnownError } from '../core/known-error';
import { curlLine } from '../core/curl';
import type { Exchange, Result } from '../core/result';
import { answerInWords, denied, megabytes, notNow } from './answer';
import { openContext, type Target } from './context';
import { RUN_TIME_OUT } from './deadline';
import { undemanded } from './demanded';
import { evidence } from './evidence';
import { redirectTarget } from './http/client';
import { BUDGET_USED_UP } from './http/limits';
import { CUT_BY_BUDGET, CUT_BY_STOP } from './left-out';
import { noSearch, unmetNeed } from './needs';
import { requirementOf } from './requirements';
import type { Judgement, TestCase } from './test-case';

/** Runs a test against the target and writes down what its judge says. */
export async function runTest(test: TestCase, target: Target): Promise<Result> {
  const context = openContext(target, test.id);
  const unmet = unmetNeed(test.needs, target.declared);
  const judgement: Judgement = unmet === undefined ? (noSearch(test.needs, target.known) ?? answered(fairly(test, withDemands(test, await judged(() => test.run(context)), target)), context.exchanges)) : { verdict: 'not-declared', message: unmet };
  const result = resultOf(test, judgement, context.exchanges, target.version);
  const curl = result.curl ?? readingOf(result.witness?.reference, target);
  return curl === undefined ? result : { ...result, curl };
}

/** What is wrong in the data was seen among much else, and no request is the decisive one: reading the resource shows it. */
function readingOf(reference: string | undefined, { client, statementExchange }: Target): string | undefined {
  if (reference === undefined || !/^[A-Za-z]+\/[A-Za-z0-9.-]+$/.test(reference)) return undefined;
  // The headers of the run, credentials masked.
  return curlLine({ method: 'GET', url: `${client.base}/${reference}`, headers: statementExchange.request.headers });
}

/** A judgement written down with its requirement and its evidence. */
export function resultOf(test: Pick<TestCase, 'id' | 'title' | 'group' | 'resourceType' | 'requirement'>, judgement: Judgement, sent: readonly Exchange[], version: Target['version']): Result {
  const { expectation, ...requirement } = requirementOf(judgement.requirement ?? test.requirement, version);
  const exchanges = evidence(sent, judgement.decisive, judgement.verdict);
  const decisive = exchanges[0];
  return {
    id: test.id,
    title: test.title,
    group: test.group,
    ...(test.resourceType === undefined ? {} : { resourceType: test.resourceType }),
    expectation,
    requirement,
    verdict: judgement.verdict,
    message: cut(judgement.message),
    ...(judgement.cause === undefined ? {} : { cause: judgement.cause }),
    ...(judgement.expected === undefined ? {} : { expected: judgement.expected }),
    ...(judgement.actual === undefined ? {} : { actual: judgement.actual }),
    ...(judgement.witness === undefined ? {} : { witness: judgement.witness }),
    ...(judgement.pictures === undefined ? {} : { pictures: judgement.pictures }),
    ...(decisive === undefined ? {} : { curl: curlLine(decisive.request) }),
    exchanges,
  };
}

/** Characters of a message: data of a server may have ids and values of any length. */
const LONGEST_MESSAGE = 4000;

function cut(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}… (${message.length - LONGEST_MESSAGE} characters more)`;
}

/** Tests that are about access itself, or about all answers together. */
const ABOUT_ACCESS: readonly string[] = ['security', 'capability'];

/** Of what a server refuses for want of a patient, tests of errors and of access say what they find all the same. */
function withDemands(test: Pick<TestCase, 'group' | 'phase'>, judgement: Judgement, { known, client }: Pick<Target, 'known' | 'client'>): Judgement {
  return test.phase === 'last' || test.group === 'security' || test.group === 'error' ? judgement : undemanded(judgement, known, client.base);
}

/** An answer that says nothing of the server's behaviour decides nothing: it is overloaded, or the user's rights do not suffice. */
export function fairly(test: Pick<TestCase, 'group' | 'phase'>, judgement: Judgement): Judgement {
  const { decisive, verdict } = judgement;
  if (decisive === undefined || test.phase === 'last' || ABOUT_ACCESS.includes(test.group) || verdict === 'error' || verdict === 'no-data') return judgement;
  const asked = `${decisive.request.method} ${decisive.request.url}`;
  if (notNow(decisive)) return { verdict: 'error', message: `${asked} is answered by ${decisive.response?.status}${wasWaitedFor(decisive) ? ', after waiting' : ''}: the server cannot answer at present.`, decisive };
  if (denied(decisive)) return { verdict: 'no-data', message: `${asked} is answered by ${answerInWords(decisive)}: the access given does not suffice for this test.`, decisive };
  const elsewhere = redirectTarget(decisive);
  // A client may be sent elsewhere: https://www.rfc-editor.org/rfc/rfc9110#section-15.4. Ours stays, for safety, and so does not know what is said there.
  if (elsewhere !== undefined && verdict !== 'pass' && new URL(elsewhere).origin !== new URL(decisive.request.url).origin) {
    const { origin } = new URL(elsewhere);
    return { verdict: 'error', message: `${asked} redirects to another host (${origin}), where the tester does not go for safety.`, cause: `Requests are redirected to another host (${origin})`, decisive };
  }
  const cutAt = decisive.response?.truncatedAt;
  if (cutAt !== undefined && verdict !== 'pass') return { verdict: 'error', message: `${asked} is answered by more than ${megabytes(cutAt)}, and was cut there: what it says is not known.`, decisive };
  return judgement;
}

/** Where the server asks for it. */
function wasWaitedFor({ response }: Exchange): boolean {
  return response?.status === 429 || (response?.status === 503 && response.headers['retry-after'] !== undefined);
}

/** What was asked in vain on the way to a failure may be what the failure stands on: a server that has just gone away is not accused of what it would have answered. */
export function answered(judgement: Judgement, exchanges: readonly Exchange[]): Judgement {
  const inVain = exchanges.find(({ response }) => response === undefined);
  if (inVain === undefined || (judgement.verdict !== 'fail' && judgement.verdict !== 'warn')) return judgement;
  return { verdict: 'error', message: `${inVain.request.method} ${inVain.request.url} is not answered: ${answerInWords(inVain)}. Without it the test decides nothing.`, decisive: inVain };
}

/** What the test says; what it throws is an error of that test. */
export async function judged(run: () => Promise<Judgement>): Promise<Judgement> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof KnownError) return { verdict: 'error', message: sentence(error), ...cutBy(error) };
    // A bug of ours: the stack goes into the message, so that a report of it can be mended.
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { verdict: 'error', message: `The test itself broke: ${stack.split('\n').slice(0, 4).join(' ')}`, cause: 'a fault of the tester' };
  }
}

/** What ends many tests alike is told once. */
function cutBy({ code }: KnownError): Pick<Judgement, 'cause'> {
  return code === BUDGET_USED_UP ? { cause: CUT_BY_BUDGET } : code === RUN_TIME_OUT || code === 'interrupted' ? { cause: CUT_BY_STOP } : {};
}

function sentence(error: KnownError): string {
  const message = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}`;
  const hint = error.code === BUDGET_USED_UP && error.hint !== undefined ? ` ${error.hint}` : '';
  return `${message.replace(/\.?$/, '.')}${hint}`;
}
