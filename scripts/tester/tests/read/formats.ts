/** In which format a read is answered: _format and the Accept header. https://hl7.org/fhir/R4/http.html#mime-type */
import { withArticle } from '../../../core/grammar';
import type { Exchange } from '../../../core/result';
import { answerInWords, bodyOf, refused, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { fail, failedToAsk, noData, pass, warn } from '../../judge/judgements';
import type { Judgement } from '../../test-case';
import { some } from './steps';

export async function formatJson(context: TestContext, type: string): Promise<Judgement> {
  const known = some(context, type)[0];
  if (known === undefined) return noData(`Needed: ${withArticle(type)}.`);
  const works: string[] = [];
  let ignored: Judgement | undefined;
  let decisive: Exchange | undefined;
  for (const format of ['json', 'application/json', 'application/fhir+json']) {
    const asked = `GET ${known.reference}?_format=${format}`;
    // The parameter has to win over a header that asks for something else.
    const exchange = await context.send({ method: 'GET', url: `${known.reference}?_format=${encodeURIComponent(format)}`, headers: { Accept: 'application/fhir+xml' } });
    if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
    if (!succeeded(exchange) && !refused(exchange)) return fail(`${asked} is answered by ${answerInWords(exchange)}.`, exchange);
    const json = succeeded(exchange) && resourceOf(exchange) !== undefined;
    if (json) works.push(format);
    else ignored ??= warn(`${asked} with Accept: application/fhir+xml is answered ${succeeded(exchange) ? `with no JSON resource: ${bodyOf(exchange).problem ?? 'no resourceType'}` : `by ${answerInWords(exchange)}`}.`, exchange);
    decisive ??= json ? exchange : undefined;
  }
  if (ignored === undefined) return pass('_format=json and the media types of JSON return JSON.', decisive);
  return { ...ignored, message: `${ignored.message} ${works.length === 0 ? 'The server passes over _format, which it should support.' : `It is the same format as _format=${works[0]}, which returns JSON.`}` };
}

export async function notAcceptable(context: TestContext, type: string): Promise<Judgement> {
  const known = some(context, type)[0];
  if (known === undefined) return noData(`Needed: ${withArticle(type)}.`);
  const exchange = await context.send({ method: 'GET', url: known.reference, headers: { Accept: 'application/x-scout-no-such-format' } });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (refused(exchange)) return pass(`It is answered by ${answerInWords(exchange)}.`, exchange);
  // HTTP lets a server disregard the header, FHIR asks for negotiation: https://www.rfc-editor.org/rfc/rfc9110#name-accept
  return succeeded(exchange) ? warn(`Accept: application/x-scout-no-such-format is answered with "${exchange.response.headers['content-type'] ?? ''}"; 406 would be plain.`, exchange) : fail(`Accept: application/x-scout-no-such-format is answered by ${answerInWords(exchange)}.`, exchange);
}

/** What many clients send by default: first a format that the server does not declare, then JSON. */
export async function acceptList(context: TestContext, type: string): Promise<Judgement> {
  const known = some(context, type)[0];
  if (known === undefined) return noData(`Needed: ${withArticle(type)}.`);
  const foreign = ['xml', 'turtle'].find((format) => !context.declared.formats.some((declared) => declared.includes(format)));
  const accept = `application/${foreign === undefined ? 'x-scout-no-such-format' : `fhir+${foreign}`}, ${context.version.jsonType};q=0.5`;
  const exchange = await context.send({ method: 'GET', url: known.reference, headers: { Accept: accept } });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (succeeded(exchange)) return pass(`Accept: ${accept} is answered with "${exchange.response.headers['content-type'] ?? ''}".`, exchange);
  // 406 is for a server that has nothing acceptable: https://www.rfc-editor.org/rfc/rfc9110#name-406-not-acceptable
  return fail(`Accept: ${accept} is answered by ${answerInWords(exchange)}, though the server has JSON, the second of the two.`, exchange);
}
