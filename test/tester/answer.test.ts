import type { Exchange } from '../../scripts/core/result';
import { answerInsteadOf } from '../../scripts/tester/answer';

const exchange = (status: number, body: string): Exchange => ({ request: { method: 'GET', url: 'x', headers: {} }, response: { status, headers: {}, body } }) as unknown as Exchange;

test.each([
  [200, 'oops', /^200, but the answer is not JSON/],
  [200, '', /^200, but the answer has no body$/],
  [200, '<html></html>', /^200, but the answer is a web page/],
  [200, '{"total":1}', /^200, but the answer is no FHIR resource .*a Bundle was due$/],
  [200, '{"resourceType":"OperationOutcome","issue":[{"severity":"error","diagnostics":"Too old"}]}', /^200, but the answer is an OperationOutcome \(Too old\), not a Bundle$/],
  [200, '{"resourceType":"Patient"}', /^200, but the answer is a Patient, not a Bundle$/],
  [410, '{"resourceType":"OperationOutcome","issue":[{"severity":"error","diagnostics":"Too old"}]}', /^410 \(Too old\)$/],
])('%i %s', (status, body, message) => {
  expect(answerInsteadOf('Bundle', exchange(status, body))).toMatch(message);
});
