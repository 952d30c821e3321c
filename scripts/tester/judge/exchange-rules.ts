/** The rules that hold for every HTTP answer, whatever was asked, one row each: one exchange in, its offences out. */
import type { OperationOutcomeIssue } from '../../core/fhir';
import { inWords, isObject } from '../../core/json';
import type { Exchange } from '../../core/result';
import { bodyOf, BYTE_ORDER_MARK, failedWithOutcome, notNow, outcomeOf } from '../answer';
import type { Offence, WatchRule } from './offence';

export const EXCHANGE_RULES: readonly WatchRule<Exchange>[] = [
  {
    id: 'result.content-type',
    title: 'Resources travel as application/fhir+json',
    requirement: 'content-type',
    looksAt: 'a body with a resource',
    check: contentType,
  },
  {
    id: 'result.encoding',
    title: 'Resources travel as UTF-8',
    requirement: 'encoding',
    looksAt: 'a body with a resource',
    check: encoding,
  },
  {
    id: 'error.outcome',
    title: 'Errors carry an OperationOutcome',
    requirement: 'error-outcome',
    looksAt: 'a status of 400 or more',
    check: errorOutcome,
  },
  {
    id: 'error.internals',
    title: 'Errors show no stack trace and no credentials',
    requirement: 'security-error-internals',
    looksAt: 'a status of 400 or more',
    check: internals,
  },
  {
    id: 'error.breakdown',
    title: 'No request makes the server break down',
    requirement: 'status-server-error',
    looksAt: 'a status',
    check: breakdown,
  },
];

/** Lines of stack traces: Java and .NET, JavaScript, Python, Go, Ruby, PHP. */
const STACK_LINES = [/\bat [\w$.]+(<\w+>)?\([\w$]+\.(java|kt|scala|groovy):\d+\)/, /\bat .{1,200} in .{1,200}:line \d+/, /\bat .{0,200}\.[cm]?[jt]s:\d+:\d+\)?/, /Traceback \(most recent call last\)/, /\bFile \\?"[^"]{1,200}", line \d+, in /, /\.rb:\d+:in /, /#\d+ .{1,200}\.php\(\d+\)/, /\bgoroutine \d+ \[/];

/** An address with a user's name and password, as connections to databases have it. */
const CREDENTIALS = /\b[a-z][a-z0-9+.-]{1,30}:\/\/([^\s/:@"]{1,60}):[^\s/@"]{1,100}@[\w.-]/i;

function internals(exchange: Exchange): Offence[] | undefined {
  const { response, request } = exchange;
  if (response === undefined || response.status < 400 || response.body === '') return undefined;
  // In JSON, line ends and tabs are letters after a backslash.
  const head = response.body.slice(0, 20_000).replace(/\\[nrt]/g, ' ');
  const [, user] = CREDENTIALS.exec(head) ?? [];
  if (user !== undefined) return [{ level: 'warn', exchange, message: `${request.method} ${request.url} is answered by ${response.status} with an address that holds the password of "${user}".` }];
  if (!STACK_LINES.some((line) => line.test(head))) return [];
  return [{ level: 'warn', exchange, message: `${request.method} ${request.url} is answered by ${response.status} with a stack trace.` }];
}

/** The last part of an address under which searches and writes lie, reads do not: a type, _search, or the base with parameters. */
const BELOW_A_TYPE = /\/[A-Z][A-Za-z]+\/[^/]+(\/_history(\/[^/]*)?)?$/;

function breakdown(exchange: Exchange): Offence[] | undefined {
  const status = exchange.response?.status;
  if (status === undefined) return undefined;
  if (status < 500 || status === 501 || notNow(exchange)) return [];
  const { method, url } = exchange.request;
  const asked = `${method} ${url} makes the server answer ${status}`;
  const [path = ''] = url.split('?', 1);
  const searches = (method === 'GET' && !BELOW_A_TYPE.test(path) && !/\/(metadata|_history)$/.test(path)) || path.endsWith('/_search');
  const mayFail = searches || method === 'POST' || method === 'PUT';
  if (!mayFail || !failedWithOutcome(exchange)) return [{ level: 'fail', exchange, message: `${asked}: an internal error.` }];
  return [{ level: 'warn', exchange, message: `${asked} with an OperationOutcome. A ${searches ? 'search that cannot be executed' : 'body that is rejected'} may be answered so, but a client takes it for a breakdown, and for worth another try; 4xx would be plain.` }];
}

function contentType(exchange: Exchange): Offence[] | undefined {
  const { response, request } = exchange;
  if (response === undefined || request.method === 'HEAD' || bodyOf(exchange).json === undefined) return undefined;
  const accept = request.headers['Accept'] ?? '';
  // Only where we asked for it plainly; _format and other Accept headers have tests of their own.
  if (accept !== 'application/fhir+json' || request.url.includes('_format=')) return undefined;
  const stated = response.headers['content-type'];
  const type = stated?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/fhir+json') return [];
  const what = stated === undefined ? 'has no Content-Type' : `has Content-Type "${stated}"`;
  // A proxy or framework in front of the server may answer errors in its own format.
  return [{ level: response.status >= 400 ? 'info' : 'fail', exchange, message: `The answer to ${request.method} ${request.url} ${what} instead of application/fhir+json.` }];
}

/** JSON alone: what other bodies begin with is their own affair. */
function encoding(exchange: Exchange): Offence[] | undefined {
  const { response, request } = exchange;
  if (response === undefined || request.method === 'HEAD' || bodyOf(exchange).json === undefined) return undefined;
  // A proxy or framework in front of the server may write errors in its own way.
  const level = response.status >= 400 ? 'info' : 'fail';
  const asked = `The answer to ${request.method} ${request.url}`;
  if (response.notUtf8 === true) return [{ level, exchange, message: `${asked} is not UTF-8: letters beyond ASCII cannot be read.` }];
  if (response.body.charCodeAt(0) === BYTE_ORDER_MARK) return [{ level, exchange, message: `${asked} begins with a byte order mark, which many clients refuse as no JSON.` }];
  // "requests and responses SHALL explicitly set the character encoding to UTF-8": left out is as good as right, for JSON has no other; another name makes clients read other letters. https://hl7.org/fhir/R4/http.html#mime-type
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(response.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) return [{ level, exchange, message: `${asked} states the charset ${charset} instead of UTF-8: clients that go by it read other letters.` }];
  return [];
}

/** Codes of an issue in every version since STU3; the last ones came with R5: https://hl7.org/fhir/R5/valueset-issue-type.html */
const ISSUE_TYPES: readonly string[] = [
  'invalid', 'structure', 'required', 'value', 'invariant', 'security', 'login', 'unknown', 'expired', 'forbidden', 'suppressed', 'processing', 'not-supported', 'duplicate', 'multiple-matches',
  'not-found', 'deleted', 'too-long', 'code-invalid', 'extension', 'too-costly', 'business-rule', 'conflict', 'transient', 'lock-error', 'no-store', 'exception', 'timeout', 'incomplete', 'throttled',
  'informational', 'success', 'limited-filter',
];
/** The last one came with R5: https://hl7.org/fhir/R5/valueset-issue-severity.html */
const SEVERITIES: readonly string[] = ['fatal', 'error', 'warning', 'information', 'success'];

function errorOutcome(exchange: Exchange): Offence[] | undefined {
  const { response, request } = exchange;
  if (response === undefined || response.status < 400 || request.method === 'HEAD' || response.truncatedAt !== undefined) return undefined;
  const outcome = outcomeOf(exchange);
  const asked = `${request.method} ${request.url}`;
  // Told in XML where that was asked for; the tests of XML look into it.
  if (outcome === undefined && /^\s*<(\?xml|\w*:?OperationOutcome\b)/.test(response.body) && /<(\w+:)?OperationOutcome\b/.test(response.body.slice(0, 500))) return [];
  if (outcome === undefined) return [{ level: 'warn', exchange, message: `${asked} is answered by ${response.status} without an OperationOutcome.` }];
  const issues: unknown = outcome.issue;
  if (!Array.isArray(issues) || issues.length === 0) return [{ level: 'fail', exchange, message: `${asked} is answered by ${response.status} with an OperationOutcome that has no issue.` }];
  for (const issue of issues as (Partial<OperationOutcomeIssue> | null)[]) {
    const severity: unknown = issue?.severity;
    if (typeof severity !== 'string' || !SEVERITIES.includes(severity)) return [{ level: 'fail', exchange, message: `${asked} is answered by ${response.status} with an issue ${severity === undefined ? 'without a severity' : `of severity ${inWords(severity)}`}; its value set has ${SEVERITIES.join(', ')}.` }];
    if (typeof issue?.code === 'string' && issue.code !== '' && !ISSUE_TYPES.includes(issue.code)) return [{ level: 'fail', exchange, message: `${asked} is answered by ${response.status} with an issue of code ${inWords(issue.code)}, which is none of its value set (https://hl7.org/fhir/R4/valueset-issue-type.html).` }];
    if (typeof issue?.code !== 'string' || issue.code === '') return [{ level: 'fail', exchange, message: `${asked} is answered by ${response.status} with an issue that lacks its mandatory code.` }];
    const flaw = formFlaw(issue);
    if (flaw !== undefined) return [{ level: 'fail', exchange, message: `${asked} is answered by ${response.status} with an issue whose ${flaw} (https://hl7.org/fhir/R4/operationoutcome.html).` }];
  }
  // "error: The issue is sufficiently important to cause the action to fail": https://hl7.org/fhir/R4/valueset-issue-severity.html
  const grave = (issues as OperationOutcomeIssue[]).some(({ severity }) => severity === 'error' || severity === 'fatal');
  return grave ? [] : [{ level: 'warn', exchange, message: `${asked} is answered by ${response.status}, but no issue of the OperationOutcome is an error: whoever reads it takes the request for carried out.` }];
}

const ISSUE_ELEMENTS: readonly string[] = ['id', 'extension', 'modifierExtension', 'severity', 'code', 'details', 'diagnostics', 'location', 'expression'];

/** What in an issue has not the form of its element: such an answer a FHIR library cannot read, so that the reason is lost. */
function formFlaw(issue: object): string | undefined {
  for (const [name, value] of Object.entries(issue) as [string, unknown][]) {
    if (!ISSUE_ELEMENTS.includes(name.replace(/^_/, ''))) return `"${name}" is no element of an issue`;
    if (name === 'details' && !isObject(value)) return `details are ${inWords(value)}, not a CodeableConcept`;
    if (name === 'diagnostics' && (typeof value !== 'string' || value === '')) return `diagnostics are ${inWords(value)}, not a text`;
    if ((name === 'location' || name === 'expression') && !(Array.isArray(value) && value.length > 0)) return `${name} is ${inWords(value)}, not a list of texts`;
  }
  return undefined;
}
