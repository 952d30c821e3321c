/** Which answers of 5xx are a failure, and which R4 allows: searches that cannot be executed, and bodies that are rejected. */
import type { Exchange } from '../../scripts/core/result';
import { EXCHANGE_RULES } from '../../scripts/tester/judge/exchange-rules';

const rule = EXCHANGE_RULES.find(({ id }) => id === 'error.breakdown');
const OUTCOME = JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] });

function levelOf(method: string, path: string, status: number, body = OUTCOME): string | undefined {
  const exchange = { request: { method, url: `http://server.example/fhir/${path}`, headers: {} }, response: { status, headers: {}, body } } as unknown as Exchange;
  return rule?.check(exchange)?.map(({ level }) => level).join(' ');
}

test.each([
  ['GET', 'ImagingStudy?modality:in=https://general.example/fhir/ValueSet/trunk', 500, 'warn'],
  ['POST', 'ImagingStudy/_search', 500, 'warn'],
  ['GET', '?_type=Patient', 500, 'warn'],
  ['POST', 'Patient', 500, 'warn'],
  ['PUT', 'Patient/1', 500, 'warn'],
  ['GET', 'Patient/1', 500, 'fail'],
  ['GET', 'Patient/1/_history/2', 500, 'fail'],
  ['GET', 'Patient/_history?_count=1', 500, 'fail'],
  ['GET', 'metadata', 500, 'fail'],
  ['DELETE', 'Patient/1', 500, 'fail'],
  ['DELETE', 'Patient?identifier=x', 500, 'fail'],
  ['GET', 'ImagingStudy?modality:in=x', 501, ''],
  ['GET', 'ImagingStudy?modality=CT', 503, ''],
  ['GET', 'ImagingStudy?modality=CT', 400, ''],
])('%s %s, answered by %i with an OperationOutcome: "%s"', (method, path, status, level) => {
  expect(levelOf(method, path, status)).toBe(level);
});

test('a breakdown that says nothing is a failure wherever it is', () => {
  expect(levelOf('GET', 'ImagingStudy?modality:in=x', 500, '<html>Oops</html>')).toBe('fail');
  expect(levelOf('POST', 'Patient', 500, '')).toBe('fail');
});
