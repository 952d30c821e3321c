/** A client in; the server's version, software and capabilities out, or a plain sentence why nothing can be tested there. */
import { FHIR_VERSIONS, type FhirVersionRecord } from '../../core/fhir-version';
import type { Resource } from '../../core/fhir';
import { withArticle } from '../../core/grammar';
import { KnownError } from '../../core/known-error';
import type { Exchange } from '../../core/result';
import { answerInWords, bodyOf, denied, looksLikeHtml, resourceOf } from '../answer';
import { redirectTarget, type FhirClient } from '../http/client';
import { NETWORK_TROUBLES } from '../http/network-trouble';
import { readDeclared, type Declared } from './declared';
import { chosenVersion, versionEvidence } from './version-evidence';

export interface Discovery {
  version: FhirVersionRecord;
  statement: Resource;
  declared: Declared;
  exchange: Exchange;
}

/** Scope of the discovery's exchanges in a recording. */
export const DISCOVERY_SCOPE = 'discovery';

/**
 * Asks for the CapabilityStatement: https://hl7.org/fhir/R4/http.html#capabilities
 * @param wanted tests by the rules of this version, whatever the server states
 * @throws KnownError with the reason why the server at this address cannot be tested
 */
export async function discover(client: FhirClient, wanted?: FhirVersionRecord): Promise<Discovery> {
  const first = await client.send({ method: 'GET', url: 'metadata' }, DISCOVERY_SCOPE);
  const exchange = await olderJson(first, client);
  const statement = statementOf(exchange, client.base);
  const declared = readDeclared(statement);
  return { version: wanted ?? chosenVersion(versionEvidence(declared.fhirVersion, exchange.response?.headers['content-type'], client.base), client.base), statement, declared, exchange };
}

/** The base URL at which the statement was found: another where the server redirects within its host. */
export function foundAt({ request }: Exchange, base: string): string {
  const [, found] = /^(.*)\/metadata$/.exec(request.url) ?? [];
  return found ?? base;
}

/** Servers of before STU3 know FHIR's JSON by another name only: they are asked again where they refuse the present one or answer no JSON. */
async function olderJson(first: Exchange, client: FhirClient): Promise<Exchange> {
  const { response } = first;
  const isRefused = response?.status === 406 || response?.status === 415;
  const isOther = response !== undefined && response.status >= 200 && response.status < 300 && resourceOf(first) === undefined && !looksLikeHtml(response.body);
  if (!isRefused && !isOther) return first;
  const second = await client.send({ method: 'GET', url: 'metadata', headers: { Accept: FHIR_VERSIONS['0.5'].jsonType } }, DISCOVERY_SCOPE);
  return resourceOf(second) === undefined ? first : second;
}

/** The client for a version whose JSON goes by another name: it asks for that. */
export function speaking(client: FhirClient, { jsonType }: FhirVersionRecord): FhirClient {
  if (jsonType === FHIR_VERSIONS.R4.jsonType) return client;
  return {
    base: client.base,
    get sent() {
      return client.sent;
    },
    send: (request, scope) => client.send({ ...request, headers: { Accept: jsonType, ...request.headers } }, scope),
  };
}

function statementOf(exchange: Exchange, base: string): Resource {
  const asked = `${base}/metadata`;
  const { response, error } = exchange;
  if (response === undefined) throw new KnownError('no-answer', `${base} does not answer: ${error ?? 'unknown reason'}.`, hintFor(error));
  const elsewhere = redirectTarget(exchange);
  // Within the host redirects are followed, up to a limit.
  if (elsewhere !== undefined && new URL(elsewhere).origin === new URL(base).origin) throw new KnownError('redirected', `${asked} redirects in a circle, last to ${elsewhere}.`, 'Look at the settings of the server, or of the proxy before it.');
  if (elsewhere !== undefined) {
    throw new KnownError('redirected', `${asked} redirects to ${elsewhere}.`, 'The tester does not follow to another host or scheme; if that is the server you mean, give its address.');
  }
  if (denied(exchange)) throw noAccess(exchange);
  if (response.status === 429) {
    throw new KnownError('too-many-requests', `${asked} answers 429 (too many requests), even after waiting.`, 'Try again later, or with --rate 1.');
  }
  const statement = resourceOf(exchange);
  if (response.status >= 200 && response.status < 300 && statement !== undefined) {
    if (Object.values(FHIR_VERSIONS).some((row) => row.statement === statement.resourceType)) return statement;
    throw new KnownError('no-fhir', `${asked} answers with ${withArticle(statement.resourceType)}, not with a CapabilityStatement.`, 'Give the base URL of a FHIR server.');
  }
  if (/<[\w:]+[^>]*\sxmlns(?::\w+)?=["']http:\/\/hl7\.org\/fhir["']/.test(response.body.slice(0, 1000))) {
    throw new KnownError('no-json', `${asked} answers in FHIR's XML, though JSON was asked for.`, 'The tester speaks JSON: switch it on at the server, if it can.');
  }
  if (response.status >= 500) throw new KnownError('no-fhir', `${asked} answers ${answerInWords(exchange)}: the server, or what stands before it, is out of order.`, 'Look at its log, or try again later.');
  throw new KnownError('no-fhir', `No FHIR server answers at ${base}: GET ${asked} gave ${whatCame(exchange)}.`, 'Is the path right? Typical base URLs end in /fhir, /r4 or /baseR4.');
}

/** What a request without sufficient rights ends in. */
export function noAccess({ request, response }: Exchange): KnownError {
  const given = Object.keys(request.headers).some((name) => name.toLowerCase() === 'authorization');
  return new KnownError(
    'no-access',
    `${request.url} answers ${response?.status}: ${given ? 'the authorization given does not suffice' : 'it wants authorization'}.`,
    given ? 'Is the token or password still valid, and meant for this server?' : 'Give --token TOKEN, --user NAME:PASSWORD or --header "Name: value".',
  );
}

function whatCame(exchange: Exchange): string {
  const { response } = exchange;
  if (response === undefined) return 'nothing';
  if (looksLikeHtml(response.body)) return `a web page (${response.status})`;
  const problem = bodyOf(exchange).problem;
  if (response.status >= 200 && response.status < 300) return problem === undefined ? 'JSON that is not a FHIR resource' : `no FHIR: ${problem}`;
  return answerInWords(exchange);
}

function hintFor(error: string | undefined): string | undefined {
  return Object.values(NETWORK_TROUBLES).find((row) => error?.startsWith(row.says) === true)?.hint;
}
