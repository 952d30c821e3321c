import fc from 'fast-check';
import { noteWrittenNumber, parseExactly, stringifyExactly, withWrittenNumbers, writtenNumber } from '../../scripts/core/exact-json';

test.each(['{"a":1.0}', '[0.010,1,{"b":[2.50,"1.0"]}]', '{"a":123456789.123456789,"b":"\\"1.0\\""}', '{"a":1e2,"b":-0.0}', '{"a":0.0000001,"b":[-0]}'])('%s goes out as it came in', (text) => {
  expect(stringifyExactly(parseExactly(text))).toBe(text);
});

test('any number goes out as it came in', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,2})?$/), (number) => {
      for (const text of [`{"a":${number},"b":"1.2"}`, `[true,${number}]`]) expect(stringifyExactly(parseExactly(text))).toBe(text);
    }),
  );
});

test('the values themselves are numbers', () => {
  expect(parseExactly('{"a":1.0,"b":[0.010]}')).toEqual({ a: 1, b: [0.01] });
});

test('what is no JSON is refused as ever', () => {
  expect(() => parseExactly('{"a":1.0,}')).toThrow(SyntaxError);
  expect(() => parseExactly('{"a":01.0}')).toThrow(SyntaxError);
});

test('a number that was changed is written anew', () => {
  const value = parseExactly('{"a":1.0}') as { a: number };
  value.a = 2;
  expect(stringifyExactly(value)).toBe('{"a":2}');
});

test('a copy remembers where it holds the same number', () => {
  const original = parseExactly('{"a":{"b":1.0,"c":[2.0,3.0]}}') as { a: { b: number; c: number[] } };
  const copy = withWrittenNumbers({ a: { b: 1, c: [2, 4] } }, original);
  expect(stringifyExactly(copy)).toBe('{"a":{"b":1.0,"c":[2.0,4]}}');
});

test('what JSON cannot write is not remembered', () => {
  const holder = { a: 1 };
  noteWrittenNumber(holder, 'a', '+1.0');
  expect(writtenNumber(holder, 'a')).toBeUndefined();
});

test('any JSON value is read and written as JSON does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify({ value, zeros: 0 }).replace('"zeros":0', '"zeros":0.0');
      expect(parseExactly(text)).toEqual(JSON.parse(text));
      expect(stringifyExactly(parseExactly(text))).toBe(text);
    }),
  );
});
