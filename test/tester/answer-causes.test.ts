/** Answers that are none to what was asked: where they are alike, they are the cause of all that comes of them. */
import type { Exchange, HttpResponse } from '../../scripts/core/result';
import { answerTrouble } from '../../scripts/tester/answer-causes';

const OUTCOME = (severity: string) => JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity, code: 'processing' }] });

interface Answer extends Partial<HttpResponse> {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  sent?: Record<string, string>;
}

function trouble({ method = 'GET', path = 'Patient?name=eve', sent = { Accept: 'application/fhir+json' }, ...response }: Answer): string | undefined {
  const exchange: Exchange = { request: { method, url: `http://server.test/fhir/${path}`, headers: sent }, response: { status: 200, headers: {}, body: '{"resourceType":"Bundle"}', ...response }, durationMs: 1 };
  return answerTrouble({ exchanges: [exchange] });
}

test.each<[string, Answer, RegExp]>([
  ['an error with a status of success', { body: OUTCOME('error') }, /^Errors are answered with a status of success/],
  ['a fatal one, of a write too', { method: 'PUT', path: 'Patient/1', body: OUTCOME('fatal') }, /^Errors are answered with a status of success/],
  ['no JSON', { body: 'oops' }, /^Answers with a status of success hold no FHIR: the answer is not JSON$/],
  ['no JSON where a search is posted', { method: 'POST', path: 'Patient/_search', body: 'oops' }, /hold no FHIR: the answer is not JSON$/],
  ['no JSON, the header in small letters', { sent: { accept: 'application/fhir+json' }, body: '<html>' }, /hold no FHIR: the answer is a web page/],
  ['no resource', { body: '{"total":1}' }, /hold no FHIR: they have no resourceType/],
  ['null', { body: 'null' }, /they have no resourceType/],
  ['a redirect to another place', { status: 302, headers: { location: 'http://server.test/fhir/login' } }, /^Requests are redirected in a circle/],
])('%s is the cause', (_, answer, says) => {
  expect(trouble(answer)).toMatch(says);
});

test.each<[string, Answer]>([
  ['a resource', {}],
  ['an outcome that only informs', { body: OUTCOME('information') }],
  ['an error with its status', { status: 400, body: OUTCOME('error') }],
  ['a body that was cut', { body: '{"resourc', truncatedAt: 9 }],
  ['another format that was asked for', { body: '<Bundle/>', sent: { Accept: 'application/fhir+xml' } }],
  ['a format asked for in the address', { body: '<Bundle/>', path: 'Patient?_format=xml' }],
  ['the empty answer to a write', { method: 'PUT', path: 'Patient/1', body: '' }],
  ['the empty answer to a create', { method: 'POST', path: 'Patient', body: '' }],
])('%s is none', (_, answer) => {
  expect(trouble(answer)).toBeUndefined();
});

test('without an answer there is none to say anything of', () => {
  expect(answerTrouble({ exchanges: [] })).toBeUndefined();
  expect(answerTrouble({ exchanges: [{ request: { method: 'GET', url: 'http://server.test', headers: {} }, error: 'no answer', durationMs: 1 }] })).toBeUndefined();
});
