/** Security basics: access without credentials, what errors give away, CORS as declared. https://hl7.org/fhir/R4/security.html */
import { answerInsteadOf, answerInWords, refused, resourceOf, succeeded } from '../../answer';
import { NO_SUCH_ID } from '../../choose/values';
import type { TestContext } from '../../context';
import { entriesIn } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { failedToAsk, info, noData, notDeclared, pass, warn } from '../../judge/judgements';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { PATIENT_ACCESS_TESTS } from './patient-token';

/** A token that nobody has issued. */
const FORGED = 'scout-forged-token-7f3a9c';
/** An origin from which no web page of the server's own comes. */
const FOREIGN_ORIGIN = 'https://fhir-scout.org';

export const SECURITY_TESTS: readonly TestCase[] = [
  {
    id: 'security.anonymous',
    title: 'Without credentials no data is shown, where the statement declares security',
    group: 'security',
    resourceType: FOCUS,
    requirement: 'security-anonymous',
    needs: needsSearch(FOCUS),
    run: (context) => unauthorized(context, {}, 'Without credentials'),
  },
  {
    id: 'security.forged-token',
    title: 'With a token that nobody issued no data is shown, where the statement declares security',
    group: 'security',
    resourceType: FOCUS,
    requirement: 'security-forged',
    needs: needsSearch(FOCUS),
    run: (context) => unauthorized(context, { Authorization: `Bearer ${FORGED}` }, 'With a forged bearer token'),
  },
  {
    id: 'security.error-secret',
    title: 'An error does not repeat the credentials of the request',
    group: 'security',
    requirement: 'security-error-secret',
    needs: [],
    run: errorSecret,
  },
  {
    id: 'security.cors',
    title: 'Declared CORS is sent',
    group: 'security',
    requirement: 'security-cors',
    needs: [],
    run: cors,
  },
  ...PATIENT_ACCESS_TESTS,
];

/**
 * "Types of security services that are supported/required by the system": a server may support a service and still show its data to
 * everybody, as public test servers do. So it is a hint at most, and only where the user has credentials for this server.
 */
async function unauthorized(context: TestContext, headers: Record<string, string>, how: string): Promise<Judgement> {
  const { declared, access } = context;
  if (declared.security.length === 0) return notDeclared('The statement declares no security service.');
  const exchange = await context.send({ method: 'GET', url: `${FOCUS}?_count=1`, headers, anonymous: true });
  const { response } = exchange;
  if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  const asked = `${how} GET ${FOCUS}?_count=1 is answered by ${answerInWords(exchange)}`;
  if (!succeeded(exchange)) {
    const denied = response.status === 401 || response.status === 403 || (response.status >= 300 && response.status < 400);
    return denied ? pass(`${asked}.`, exchange) : info(`${asked}; 401 is the code for it.`, exchange);
  }
  const shown = entriesIn(exchange).length;
  if (shown === 0) return pass(`${asked}, with nothing in it.`, exchange);
  const message = `${asked} and shows data, though the statement declares ${declared.security.join(', ')}.`;
  return access.credentials ? warn(message, exchange) : info(`${message} No credentials were given for this run, so it may be meant to be public.`, exchange);
}

async function errorSecret(context: TestContext): Promise<Judgement> {
  const exchange = await context.send({ method: 'GET', url: `${FOCUS}/${NO_SUCH_ID}`, headers: { Authorization: `Bearer ${FORGED}` }, anonymous: true });
  const { response } = exchange;
  if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (!refused(exchange) && response.status < 500) return noData(`Needed: an error; GET ${FOCUS}/${NO_SUCH_ID} is answered by ${response.status}.`, exchange);
  const told = response.body.includes(FORGED) || Object.values(response.headers).some((value) => value.includes(FORGED));
  return told
    ? warn(`The error ${response.status} to GET ${FOCUS}/${NO_SUCH_ID} repeats the bearer token of the request; errors end up in logs and on screens.`, exchange)
    : pass(`The error ${response.status} does not repeat the bearer token of the request.`, exchange);
}

async function cors(context: TestContext): Promise<Judgement> {
  if (context.declared.cors !== true) return notDeclared('CORS is not declared.');
  const exchange = await context.send({ method: 'GET', url: 'metadata', headers: { Origin: FOREIGN_ORIGIN } });
  const { response } = exchange;
  if (response === undefined || !succeeded(exchange) || resourceOf(exchange) === undefined) return failedToAsk(`GET metadata is answered by ${answerInsteadOf('CapabilityStatement', exchange)}.`, exchange);
  const allowed = response.headers['access-control-allow-origin'];
  if (allowed === '*' || allowed === FOREIGN_ORIGIN) return pass(`CORS is declared, and Access-Control-Allow-Origin is ${allowed}.`, exchange);
  if (allowed !== undefined) return info(`CORS is declared; Access-Control-Allow-Origin is ${allowed}, so only some pages may use the server.`, exchange);
  // A server may answer only origins that it knows.
  return warn(`CORS is declared, but the answer to a request with Origin: ${FOREIGN_ORIGIN} has no Access-Control-Allow-Origin.`, exchange);
}
