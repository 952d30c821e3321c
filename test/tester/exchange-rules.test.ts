/** What is said of every HTTP answer: its media type, its letters, what its errors betray. */
import type { Exchange, HttpResponse } from '../../scripts/core/result';
import { EXCHANGE_RULES } from '../../scripts/tester/judge/exchange-rules';

interface Answer extends Partial<HttpResponse> {
  method?: string;
  path?: string;
  accept?: string;
}

const FHIR = 'application/fhir+json';
const PATIENT = '{"resourceType":"Patient","id":"1"}';

/** What a rule says of one answer; undefined where it has nothing to look at. */
function told(rule: string, { method = 'GET', path = 'Patient/1', accept = FHIR, ...response }: Answer): string[] | undefined {
  const exchange: Exchange = { request: { method, url: `http://server.test/fhir/${path}`, headers: { Accept: accept } }, response: { status: 200, headers: {}, body: PATIENT, ...response }, durationMs: 1 };
  return EXCHANGE_RULES.find(({ id }) => id === rule)?.check(exchange)?.map(({ level, message }) => `${level}: ${message}`);
}

const typed = (type: string) => ({ headers: { 'content-type': type } });

describe('the media type', () => {
  test.each([FHIR, `${FHIR};charset=utf-8`, 'Application/FHIR+JSON; fhirVersion=4.0'])('%s is in order', (type) => {
    expect(told('result.content-type', typed(type))).toEqual([]);
  });
  test.each<[Answer, RegExp]>([
    [typed('application/json'), /^fail: .* has Content-Type "application\/json" instead/],
    [typed('application/fhir+json2'), /^fail: /],
    [{}, /^fail: .* has no Content-Type/],
    // A proxy in front of the server answers errors in its own way.
    [{ ...typed('application/json'), status: 400 }, /^info: /],
    [{ ...typed('application/json'), status: 502 }, /^info: /],
    [{ ...typed('application/json'), status: 399 }, /^fail: /],
  ])('%j is told', (answer, says) => {
    expect(told('result.content-type', answer)).toEqual([expect.stringMatching(says)]);
  });
  test.each<[string, Answer]>([
    ['HEAD, which has no body', { method: 'HEAD' }],
    ['what is no JSON', { body: 'oops' }],
    ['what was asked for in another type', { ...typed('application/json'), accept: 'application/json' }],
    ['what was asked for by _format', { ...typed('application/json'), path: 'Patient/1?_format=json' }],
  ])('of %s it says nothing', (_, answer) => {
    expect(told('result.content-type', answer)).toBeUndefined();
  });
});

describe('the letters', () => {
  test.each([FHIR, `${FHIR};charset=utf-8`, `${FHIR}; charset="UTF8"`, `${FHIR}; fhirVersion=4.0; Charset = UTF-8; x=y`])('%s is in order', (type) => {
    expect(told('result.encoding', typed(type))).toEqual([]);
  });
  test.each<[Answer, RegExp]>([
    [typed(`${FHIR};charset=ISO-8859-1`), /^fail: .* charset ISO-8859-1 instead/],
    [typed(`${FHIR};charset=utf-16`), /^fail: .* charset utf-16/],
    [{ notUtf8: true }, /^fail: .* is not UTF-8/],
    [{ body: `\ufeff${PATIENT}` }, /^fail: .* byte order mark/],
    [{ ...typed(`${FHIR};charset=ISO-8859-1`), status: 404 }, /^info: /],
  ])('%j is told', (answer, says) => {
    expect(told('result.encoding', answer)).toEqual([expect.stringMatching(says)]);
  });
  test('of what is no JSON it says nothing', () => expect(told('result.encoding', { ...typed('text/html;charset=ISO-8859-1'), body: '<html/>' })).toBeUndefined());
});

describe('what errors betray', () => {
  const betrays = (text: string, status = 500) => told('error.internals', { status, body: JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception', diagnostics: text }] }) });
  test.each([
    'java.lang.NullPointerException\n\tat ca.uhn.fhir.jpa.SearchBuilder.create(SearchBuilder.java:120)',
    'boom\n    at Object.<anonymous> (/srv/app/index.js:10:5)',
    '   at Fhir.Search.Run() in C:\\src\\Search.cs:line 42',
    'Traceback (most recent call last):',
    'File "/srv/app.py", line 12, in run',
    "app/models/patient.rb:12:in `find'",
    '#0 /var/www/index.php(12): run()',
    'goroutine 1 [running]:',
  ])('a line of a stack: %j', (text) => {
    expect(betrays(text)).toEqual([expect.stringMatching(/^warn: .* with a stack trace/)]);
    expect(betrays(text, 200)).toBeUndefined();
  });
  test('an address with a password', () => {
    expect(betrays('cannot connect to postgresql://fhir:s3cret@db.internal:5432/fhir')).toEqual([expect.stringMatching(/^warn: .* the password of "fhir"/)]);
    expect(betrays('cannot connect to postgresql://fhir:s3cret@db.internal:5432/fhir')?.join()).not.toContain('s3cret');
  });
  test.each(['Unknown search parameter "foo" at position 3', 'see http://server.test:8080/docs or mail to help@server.test', 'Invalid date at line 3, column 5', 'Resource Patient/1 is not known', 'http://a.test/x:y@z'])('nothing: %s', (text) => {
    expect(betrays(text)).toEqual([]);
  });
  test('an error without a body says nothing', () => expect(told('error.internals', { status: 500, body: '' })).toBeUndefined());
});

describe('the OperationOutcome', () => {
  const XML = '<OperationOutcome xmlns="http://hl7.org/fhir"><issue><severity value="error"/><code value="not-found"/></issue></OperationOutcome>';
  test.each([XML, `<?xml version="1.0"?>\n${XML}`, ` <f:OperationOutcome xmlns:f="http://hl7.org/fhir"/>`])('may come in XML: %j', (body) => {
    expect(told('error.outcome', { status: 404, body })).toEqual([]);
  });
  test.each(['<html><body>OperationOutcome</body></html>', '<?xml version="1.0"?><error/>', '{"error":"gone"}', ''])('is not: %s', (body) => {
    expect(told('error.outcome', { status: 404, body })).toEqual([expect.stringMatching(/^warn: .* without an OperationOutcome/)]);
  });
  test.each<[string, Answer]>([
    ['no error', { status: 399 }],
    ['HEAD', { status: 404, method: 'HEAD', body: '' }],
    ['an answer that was cut', { status: 404, body: '{"resour', truncatedAt: 8 }],
  ])('of %s it says nothing', (_, answer) => {
    expect(told('error.outcome', answer)).toBeUndefined();
  });
});
