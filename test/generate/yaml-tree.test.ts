/** The placed tree says what js-yaml says, and stands where the text stands. */
import fc from 'fast-check';
import { dump, load } from 'js-yaml';
import { closest } from '../../scripts/core/nearest';
import { parseYaml, plainValue, type YamlNode } from '../../scripts/generate/yaml-tree';

test('the same values as js-yaml gives', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'), tie('tree'), { maxKeys: 4 })),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const text = dump(value);
      const { tree: node, findings } = parseYaml({ file: 'a', text });
      expect({ text, findings, value: node && plainValue(node) }).toEqual({ text, findings: [], value: load(text) });
    }),
    { numRuns: 200, seed: 1 },
  );
});

const TEXT = `a: 'quoted'
b:
  - one   # comment
  - {c: "two", d: *x}
e: &x [007, 2024-01-01]
f: |
  block
g:
`.replace('d: *x', 'd: 1');

test('each value stands where a person sees it, its text as written', () => {
  const places: string[] = [];
  const walk = (node: YamlNode): void => {
    if (node.kind === 'scalar') places.push(`${node.place.line}:${node.place.column} ${node.text.trim()}`);
    else if (node.kind === 'sequence') node.items.forEach(walk);
    else node.entries.forEach(({ value }) => walk(value));
  };
  walk(parseYaml({ file: 'a', text: TEXT }).tree!);
  expect(places).toEqual(['1:4 quoted', '3:5 one', '4:9 two', '4:19 1', '5:8 007', '5:13 2024-01-01', '7:1 block', '8:1 ']);
});

test('an alias stands for the value at its anchor', () => {
  expect(plainValue(parseYaml({ file: 'a', text: 'a: &x [1]\nb: *x\n' }).tree!)).toEqual({ a: [1], b: [1] });
});

test.each([
  ['modalty', 'modality'],
  ['fmaily', 'family'],
  ['ct', 'CT'],
  ['xyz', undefined],
  ['', undefined],
])('%s: meant %s', (word, meant) => {
  expect(closest(word, ['modality', 'family', 'CT', 'status'])).toBe(meant);
});
