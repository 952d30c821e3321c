/** When a run says that the number of requests at a time may be what breaks the server down. */
import type { Exchange } from '../../scripts/core/result';
import { underLoad } from '../../scripts/tester/under-load';

const answered = (...statuses: (number | undefined)[]) => ({
  exchanges: statuses.map((status): Exchange => ({ request: { method: 'GET', url: 'http://a', headers: {} }, ...(status === undefined ? {} : { response: { status, headers: {}, body: '' } }) }) as unknown as Exchange),
});

test('three tests that met an internal error are enough, whatever else they met', () => {
  const results = [answered(201, 500), answered(503), answered(200), answered(undefined, 502)];
  expect(underLoad(results, 4)).toMatch(/In 3 tests .* up to 4 requests .*--concurrency 1/);
});

test('one after another there is nothing to blame it on', () => {
  expect(underLoad([answered(500), answered(500), answered(500)], 1)).toBeUndefined();
});

test('two are findings of their tests', () => {
  expect(underLoad([answered(500), answered(500, 500), answered(200)], 4)).toBeUndefined();
});

test('what a server does not implement is no breakdown', () => {
  expect(underLoad([answered(501), answered(501), answered(505), answered(404)], 4)).toBeUndefined();
});
