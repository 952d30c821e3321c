/** The JSON reader agrees with JSON.parse on what is JSON and what it means, and knows where everything stands. */
import * as fc from 'fast-check';
import { findJson, readJsonTree, type JsonNode } from '../../scripts/validate/json-tree';
import { textPlaces } from '../../scripts/validate/text-place';

const SPACES = [undefined, 1, '\t', '\r\n'] as const;

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Every node's slice of the text means what JSON.parse says of it. */
function agrees(text: string, node: JsonNode, value: unknown): void {
  expect(JSON.parse(text.slice(node.start, node.end))).toEqual(value);
  node.items?.forEach((item, i) => agrees(text, item, (value as unknown[])[i]));
  for (const [name, member] of node.members ?? []) {
    expect(text[member.nameStart]).toBe('"');
    agrees(text, member.value, (value as Record<string, unknown>)[name]);
  }
}

test('the tree of any JSON value cuts its text into the texts of its parts', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...SPACES), (value, space) => {
      const text = `\n ${JSON.stringify(value, null, space)} \n`;
      const { root, faults } = readJsonTree(text);
      expect(faults).toEqual([]);
      agrees(text, root as JsonNode, JSON.parse(text));
    }),
  );
});

test('whatever is done to a text, it is refused exactly when JSON.parse refuses it', () => {
  const damage = fc.tuple(fc.jsonValue(), fc.nat(), fc.nat(3), fc.constantFrom('', ',', '"', '}', ']', '0', '\\', '-', '\u0001', '.', 'e', ':', '\u00e9'));
  fc.assert(
    fc.property(damage, ([value, where, length, put]) => {
      const whole = JSON.stringify(value);
      const at = where % (whole.length + 1);
      const text = whole.slice(0, at) + put + whole.slice(at + length);
      const { root, faults } = readJsonTree(text);
      expect(root !== undefined).toBe(parses(text));
      expect(faults.some(({ code }) => code === 'json-syntax')).toBe(!parses(text));
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['{"a": }', 6, 'a value was expected, not "}"'],
  ['{"a":1,}', 7, 'a property name in quotes was expected, not "}"'],
  ['{"a" 1}', 5, '":" was expected, not "1}"'],
  ['[1 2]', 3, '"," or "]" was expected, not "2]"'],
  ['{"a":1', 6, '"," or "}" was expected, not the end of the text'],
  ['{"a":"b', 5, 'a string that begins here has no closing quotation mark'],
  ['{"a":"b\nc"}', 7, 'a control character (U+000a) stands in a string; it has to be escaped'],
  ['{"a":"\\x"}', 6, 'an escape like \\n or \\u00e9 was expected, not "\\\\x\\"}"'],
  ['{} {}', 3, 'the end was expected, not "{}"'],
  ['01', 1, 'the end was expected, not "1"'],
])('%j is refused at offset %d', (text, offset, message) => {
  expect(readJsonTree(text)).toEqual({ faults: [{ code: 'json-syntax', offset, message }] });
});

test('nesting that would exhaust a stack is refused, deep but sane nesting is not', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(readJsonTree(nested(400)).root).toBeDefined();
  expect(readJsonTree(nested(100_000)).faults).toEqual([{ code: 'json-syntax', offset: 501, message: 'nested deeper than 500 levels' }]);
});

test('a property that occurs twice is named where it occurs again, at any depth, and the rest is read', () => {
  const { root, faults } = readJsonTree('{"id":"a","name":[{"use":"x","use":"y"}],"id":"b"}');
  expect(faults.map(({ code, offset }) => [code, offset])).toEqual([
    ['duplicate-property', 29],
    ['duplicate-property', 41],
  ]);
  expect(root?.members?.get('id')?.value).toMatchObject({ start: 46 });
});

test('a path leads to its value, or to the nearest one above it', () => {
  const text = '{"series":[{"uid":"1.2"}]}';
  const root = readJsonTree(text).root as JsonNode;
  const at = (...path: (string | number)[]) => {
    const { start, complete } = findJson(root, path);
    return [text.slice(start, start + 5), complete];
  };
  expect(at('series', 0, 'uid')).toEqual(['"uid"', true]);
  expect(at('series', 0, 'modality')).toEqual(['{"uid', false]);
  expect(at('series', 7)).toEqual(['"seri', false]);
  expect(at('subject')).toEqual(['{"ser', false]);
  expect(at()).toEqual(['{"ser', true]);
});

test('the place of an offset counts lines and columns as an editor does', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\u00e9', '\n', '\r\n', '\ud83d\ude00')).map((parts) => parts.join('')), fc.nat(), (text, where) => {
      const offset = where % (text.length + 1);
      const before = text.slice(0, offset).split('\n');
      expect(textPlaces(text)(offset)).toEqual({ line: before.length, column: (before.at(-1) ?? '').length + 1 });
    }),
  );
});
