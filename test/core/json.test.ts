/** How deep JSON is read. */
import fc from 'fast-check';
import { DEEPEST, isTooDeep } from '../../scripts/core/json';

const depthOf = (value: unknown): number => (typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0);

test('as deep as is read, and one deeper', () => {
  expect(isTooDeep('['.repeat(DEEPEST) + ']'.repeat(DEEPEST))).toBe(false);
  expect(isTooDeep('['.repeat(DEEPEST + 1) + ']'.repeat(DEEPEST + 1))).toBe(true);
  expect(isTooDeep('{"a":'.repeat(DEEPEST + 1))).toBe(true);
});

test('what is beside each other is not deep, nor is what stands in texts, whatever is escaped there', () => {
  expect(isTooDeep(`[${'[],{},'.repeat(DEEPEST)}1]`)).toBe(false);
  expect(isTooDeep(JSON.stringify(['['.repeat(1000), '\\', '"[', '\\"['.repeat(1000)]))).toBe(false);
  expect(isTooDeep(`"\\\\"${'['.repeat(DEEPEST + 1)}`)).toBe(true);
  expect(isTooDeep('"no end')).toBe(false);
});

test('any JSON is too deep where its value is', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.integer({ min: DEEPEST - 6, max: DEEPEST + 1 }), (value, around) => isTooDeep(`${'['.repeat(around)}${JSON.stringify(value)}${']'.repeat(around)}`) === around + depthOf(value) > DEEPEST));
});
