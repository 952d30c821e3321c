/** Reads that ask only for what has changed: If-None-Match and If-Modified-Since. https://hl7.org/fhir/R4/http.html#cread */
import { withArticle } from '../../../core/grammar';
import { answerInWords } from '../../answer';
import type { TestContext } from '../../context';
import { fail, failedToAsk, noData, notDeclared, pass, warn } from '../../judge/judgements';
import type { Judgement } from '../../test-case';
import { some } from './steps';

/** If-None-Match with the current version, and with one that never was. */
export function conditional(context: TestContext, type: string): Promise<Judgement> {
  return confirmed((fresh) => noneMatch(context, type, fresh));
}

/** If-Modified-Since with the time of the last change, and with one long before it. */
export function conditionalSince(context: TestContext, type: string): Promise<Judgement> {
  return confirmed((fresh) => modifiedSince(context, type, fresh));
}

/** With what an earlier read said; if that was changed since, the answer in full is right, so a failure has to show again. */
async function confirmed(judge: (fresh: boolean) => Promise<Judgement>): Promise<Judgement> {
  const first = await judge(false);
  return first.verdict === 'fail' ? judge(true) : first;
}

async function noneMatch(context: TestContext, type: string, fresh: boolean): Promise<Judgement> {
  const known = some(context, type)[0];
  if (known === undefined) return noData(`Needed: ${withArticle(type)}.`);
  const plain = await context.read(known.reference, { fresh });
  const tag = plain.response?.headers['etag'];
  if (tag === undefined) return noData('Needed: an ETag to compare with.', plain);
  const exchange = await context.send({ method: 'GET', url: known.reference, headers: { 'If-None-Match': tag } });
  const status = exchange.response?.status;
  if (status === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (status === 304) {
    const other = await context.send({ method: 'GET', url: known.reference, headers: { 'If-None-Match': 'W/"scout-no-such-version"' } });
    if (other.response === undefined) return failedToAsk(answerInWords(other), other);
    return other.response.status === 304 ? fail('If-None-Match with a version that never was is answered by 304, so that the client keeps what it does not have.', other) : pass(`If-None-Match: ${tag} is answered by 304.`, exchange);
  }
  const declared = context.declared.types.get(type)?.conditionalRead ?? 'not-supported';
  if (status !== 200) return fail(`A read with If-None-Match: ${tag} is answered by ${answerInWords(exchange)}.`, exchange);
  if (declared === 'not-match' || declared === 'full-support') return fail(`conditionalRead is declared as ${declared}, but If-None-Match: ${tag} is answered in full.`, exchange);
  return notDeclared('Conditional read is not declared, and answered in full, which is legal.', exchange);
}

async function modifiedSince(context: TestContext, type: string, fresh: boolean): Promise<Judgement> {
  const known = some(context, type)[0];
  if (known === undefined) return noData(`Needed: ${withArticle(type)}.`);
  const plain = await context.read(known.reference, { fresh });
  const time = plain.response?.headers['last-modified'];
  if (time === undefined) return noData('Needed: a Last-Modified to compare with.', plain);
  const exchange = await context.send({ method: 'GET', url: known.reference, headers: { 'If-Modified-Since': time } });
  const status = exchange.response?.status;
  if (status === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const declared = context.declared.types.get(type)?.conditionalRead ?? 'not-supported';
  const promised = declared === 'modified-since' || declared === 'full-support';
  if (status === 304) {
    const early = await context.send({ method: 'GET', url: known.reference, headers: { 'If-Modified-Since': 'Mon, 01 Jan 1990 00:00:00 GMT' } });
    if (early.response === undefined) return failedToAsk(answerInWords(early), early);
    return early.response.status === 304 ? fail('If-Modified-Since 1990 is answered by 304, though the resource was changed later.', early) : pass(`If-Modified-Since: ${time} is answered by 304.`, exchange);
  }
  if (status !== 200) return fail(`A read with If-Modified-Since: ${time} is answered by ${answerInWords(exchange)}.`, exchange);
  if (!promised) return notDeclared('Conditional read is not declared, and answered in full, which is legal.', exchange);
  // The header knows whole seconds only; a server that remembers fractions should still know its own Last-Modified again, but it is no more than a should: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3
  const later = await context.send({ method: 'GET', url: known.reference, headers: { 'If-Modified-Since': new Date(Date.parse(time) + 1000).toUTCString() } });
  if (later.response?.status === 304) return warn(`If-Modified-Since: ${time}, the Last-Modified of the resource, is answered in full; only a second later it is 304.`, exchange);
  return fail(`conditionalRead is declared as ${declared}, but If-Modified-Since: ${time} is answered in full.`, exchange);
}
