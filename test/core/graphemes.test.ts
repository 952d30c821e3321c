import { graphemes, isPlain } from '../../scripts/core/graphemes';

test.each([
  ['CT Kopf', ['C', 'T', ' ', 'K', 'o', 'p', 'f']],
  ['', []],
  ['Zu\u0308rich', ['Z', 'u\u0308', 'r', 'i', 'c', 'h']],
  ['a\u{1f9e0}b', ['a', '\u{1f9e0}', 'b']],
  ['\r\nx', ['\r\n', 'x']],
])('%j is read as its letters', (text, expected) => {
  expect(graphemes(text)).toEqual(expected);
});

test.each([
  ['CT ~', true],
  ['', true],
  ['a\tb', false],
  ['é', false],
])('%j is plain: %s', (text, expected) => {
  expect(isPlain(text)).toBe(expected);
});
