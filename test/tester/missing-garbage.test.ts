/** A server that breaks down at :missing: told under the clause of the modifier where its value does not matter, else as a breakdown. */
import type { Transport } from '../../scripts/tester/http/transport';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

async function about(breaksAt: RegExp) {
  const { transport } = embedded();
  const breaking: Transport = (request, limits) => (breaksAt.test(request.url) ? Promise.resolve({ status: 500, headers: {}, body: '' }) : transport(request, limits));
  const { results } = await runTests({ url: EMBEDDED, transport: breaking, wait: noWait, only: ['search.imagingstudy.status.missing-*'] });
  return new Map(results.map(({ id, verdict, requirement }) => [id.split('.').at(-1), `${verdict} ${requirement.id}`]));
}

test('at any value', async () => {
  expect(Object.fromEntries(await about(/status:missing=/))).toEqual({ 'missing-true': 'fail fhir-r4-search-missing', 'missing-false': 'fail fhir-r4-search-missing', 'missing-garbage': 'fail fhir-r4-search-missing' });
}, 60_000);

test('at a value that is none', async () => {
  expect((await about(/status:missing=scout/)).get('missing-garbage')).toBe('fail fhir-r4-status-server-error');
}, 60_000);
