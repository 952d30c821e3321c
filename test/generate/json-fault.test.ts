/** The place of a fault in JSON, held against JSON.parse. */
import fc from 'fast-check';
import { jsonFault } from '../../scripts/generate/json-fault';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test('finds a fault exactly where JSON.parse does, in damaged and undamaged JSON', () => {
  const damage = fc.record({ at: fc.nat(), remove: fc.nat(2), insert: fc.constantFrom('', ',', '}', '{', '"', '01', ' ', 'x', '\u0007') });
  let broken = 0;
  fc.assert(
    fc.property(fc.json(), damage, (json, { at, remove, insert }) => {
      const place = json.length === 0 ? 0 : at % json.length;
      const text = json.slice(0, place) + insert + json.slice(place + remove);
      const whole = parses(text);
      broken += whole ? 0 : 1;
      expect({ text, faultless: jsonFault(text) === undefined }).toEqual({ text, faultless: whole });
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect(broken).toBeGreaterThan(200);
});

test.each([
  ['{"a": 1 "b": 2}', 8, '"," or "}" was expected, not ""b":"'],
  ['{"a": }', 6, 'a value was expected, not "}"'],
  ['{"a": 1,}', 8, 'an element name in quotes was expected, not "}"'],
  ['[1, 2', 5, '"," or "]" was expected, not the end'],
  ['{} x', 3, 'the end was expected, not "x"'],
  ['{"a" 1}', 5, '":" was expected, not "1}"'],
])('%s', (text, offset, message) => {
  expect(jsonFault(text)).toEqual({ offset, message });
});
