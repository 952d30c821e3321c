/** What runs of one process share: the same text and the same resources give what was found before, others never do. */
import fc from 'fast-check';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import type { Exchange } from '../../scripts/core/result';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { createSearchIndex } from '../../scripts/search/search-index';
import { bodyOf, parseShared } from '../../scripts/tester/answer';
import { predictPairs } from '../../scripts/tester/gather/predict-pairs';
import { createKnowledge } from '../../scripts/tester/knowledge';
import { createSharedWork, type SharedWork } from '../../scripts/tester/shared-work';

const BASE = 'http://server.test/fhir';
const definitions = loadSearchDefinitions(FHIR_VERSIONS.R4);
const exchangeOf = (body: string, more: object = {}): Exchange => ({ request: { method: 'GET', url: BASE, headers: {} }, response: { status: 200, headers: {}, body, ...more }, durationMs: 0 });

function parsedBy(shared: SharedWork, exchange: Exchange): unknown {
  parseShared(exchange, shared.bodies);
  return bodyOf(exchange).json;
}

test('the same text is parsed once, and what is cut is not taken for it', () => {
  const shared = createSharedWork();
  const first = parsedBy(shared, exchangeOf('{"a":1}'));
  expect(first).toEqual({ a: 1 });
  expect(parsedBy(shared, exchangeOf('{"a":1}'))).toBe(first);
  expect(parsedBy(shared, exchangeOf('{"a":2}'))).toEqual({ a: 2 });
  expect(parsedBy(shared, exchangeOf('{"a":1}', { truncatedAt: 7 }))).toBeUndefined();
});

test('beyond the limit the text that was longest unused is parsed anew', () => {
  const shared = createSharedWork(14);
  const [one, two] = ['{"a":1}', '{"a":2}'].map((text) => parsedBy(shared, exchangeOf(text)));
  expect(parsedBy(shared, exchangeOf('{"a":1}'))).toBe(one);
  parsedBy(shared, exchangeOf('{"a":3}'));
  expect(parsedBy(shared, exchangeOf('{"a":1}'))).toBe(one);
  expect(parsedBy(shared, exchangeOf('{"a":2}'))).not.toBe(two);
});

const patients = ['female', 'male'].flatMap((gender) => ['a', 'b'].map((id) => ({ resourceType: 'Patient', id, gender })));
const knowing = (shared?: SharedWork) => createKnowledge(createSearchIndex(definitions, BASE), shared?.history(definitions, BASE));
const females = (known: ReturnType<typeof knowing>) => predictPairs({ definitions, known }, 'Patient', [['gender', 'female']]).prediction;

test('a prediction over the same resources is made once', () => {
  const shared = createSharedWork();
  const [one, other] = [knowing(shared), knowing(shared)];
  for (const known of [one, other]) known.learn(patients.slice(0, 2));
  expect(females(other)).toBe(females(one));
  other.forget('Patient/a', 410);
  expect([...females(other).must]).toEqual(['Patient/b']);
  expect([...females(one).must]).toEqual(['Patient/a', 'Patient/b']);
});

test('whatever runs learn and forget, they predict what a run of its own does', () => {
  const step = fc.oneof(fc.nat(patients.length - 1), fc.constantFrom('Patient/a', 'Patient/b'));
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 4 }), (runs) => {
      const shared = createSharedWork(undefined, 8);
      for (const steps of runs) {
        const [sharing, alone] = [knowing(shared), knowing()];
        for (const next of steps) {
          for (const known of [sharing, alone]) {
            if (typeof next === 'string') known.forget(next, 404);
            else known.learn(patients.slice(next, next + 1));
          }
          expect(females(sharing)).toEqual(females(alone));
        }
      }
    }),
  );
});

test('what is measured by the clock is predicted anew', () => {
  const shared = createSharedWork();
  const known = knowing(shared);
  known.learn([{ resourceType: 'Patient', id: 'a', birthDate: '2000-01-01' }]);
  const about = () => predictPairs({ definitions, known }, 'Patient', [['birthdate', 'ap2000-01-01']]);
  expect(about()).not.toBe(about());
});

test('definitions without a guide are the same object at every call, with one they are not', () => {
  expect(loadSearchDefinitions(FHIR_VERSIONS.R4)).toBe(definitions);
  expect(loadSearchDefinitions(FHIR_VERSIONS.R5)).not.toBe(definitions);
  const extra = { resourceType: 'SearchParameter', url: 'http://x/sp', code: 'x', type: 'token', base: ['Patient'], expression: 'Patient.gender' };
  expect(loadSearchDefinitions(FHIR_VERSIONS.R4, [extra]).find('Patient', 'x')).toBeDefined();
  expect(definitions.find('Patient', 'x')).toBeUndefined();
});
