/** Templates: nothing in the data can break the JSON, absent elements leave no trace, partials and helpers write what they say. */
import fc from 'fast-check';
import { generateFromFiles } from '../../scripts/generate/generate-examples';
import { shapeOf } from '../../scripts/generate/shape';
import { openTemplates, readTemplate } from '../../scripts/generate/template';
import { folder } from './scenario-folder';

const NOTHING = { stated: shapeOf({}), added: shapeOf({}) };

const render = (text: string, values: object, partials?: Record<string, string>) => renderer(text, partials)(values);

function renderer(text: string, partials: Record<string, string> = {}) {
  const { set, findings } = openTemplates(Object.entries(partials).map(([file, body]) => ({ file, text: body })));
  const read = readTemplate('X', { file: 'X.hbs', text }, NOTHING, set);
  expect([...findings, ...read.findings]).toEqual([]);
  return (values: object) => {
    const rendered = read.template!.render(values);
    return 'elements' in rendered ? rendered.elements : rendered;
  };
}

const FIELDS = '---\nfields:\n  a: text\n  list: text[]\n  codes: [{ code: text }]\n---\n';

test('any text survives {{json}}, in a value, in a list and through (text)', () => {
  const write = renderer(`${FIELDS}{ "a": {{json a}}, "list": {{json list}}, "joined": {{json (text "<" a ">")}} }`);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (a) => {
      expect(write({ a, list: [a, a] })).toEqual({ a, list: [a, a], joined: `<${a}>` });
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('any text survives in a narrative, escaped', () => {
  const write = renderer(`${FIELDS}{ "text": {{#narrative}}<p>{{a}}</p>{{/narrative}} }`);
  fc.assert(
    fc.property(fc.string(), (a) => {
      const { text } = write({ a }) as { text: { div: string } };
      const inside = /^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml"><p>([\s\S]*)<\/p><\/div>$/.exec(text.div)?.[1] ?? 'no paragraph';
      expect(inside).not.toMatch(/[<>"']/);
      expect(inside.replace(/&(lt|gt|quot|amp);|&#x([0-9A-F]+);/g, (_, name: string | undefined, hex: string) => (name ? { lt: '<', gt: '>', quot: '"', amp: '&' }[name]! : String.fromCharCode(parseInt(hex, 16))))).toBe(a);
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('absent values, and the arrays and objects that they leave empty, are dropped', () => {
  expect(render(`${FIELDS}{ "a": {{json a}}, "b": { "c": {{json a}}, "d": [null, {}] }, "e": [{ "f": {{json a}} }, 1], "g": false, "h": 0 }`, {})).toEqual({ e: [1], g: false, h: 0 });
});

test('list, join and concat', () => {
  const template = `${FIELDS}{ "l": {{#list codes}}{ "n": {{json @number}}, "c": {{json code}} }{{/list}}, "j": {{json (join codes "code" "+")}}, "c": {{json (concat list a)}} }`;
  expect(render(template, { a: 'z', list: ['x', 'y'], codes: [{ code: 'A' }, { code: 'B' }] })).toEqual({ l: [{ n: 1, c: 'A' }, { n: 2, c: 'B' }], j: 'A+B', c: ['x', 'y', 'z'] });
});

test('a partial sees the fields of where it stands, and the names given to it', () => {
  const partials = { 'templates/_own.hbs': '{ "own": {{json a}} }', 'templates/_given.hbs': '{ "given": {{json what}}, "own": {{json a}} }' };
  expect(render(`${FIELDS}{ "x": {{> own}}, "y": {{> given what="w"}} }`, { a: 'q' }, partials)).toEqual({ x: { own: 'q' }, y: { given: 'w', own: 'q' } });
});

test('a resource has type, id and the claimed profile from its record, before what the template writes', () => {
  const files = {
    'settings.yaml': 'profiles: [{ type: Patient, url: "https://example.test/p" }]',
    's.yaml': 'Patient:\n  - { id: ann, family: "A\\"nn" }\n  - { id: bob, family: Bob, claimsProfile: false, tag: [] }\n',
  };
  const [ann, bob] = generateFromFiles(folder(files)).resources.map(({ resource }) => resource);
  expect(Object.keys(ann!)).toEqual(['resourceType', 'id', 'meta', 'text', 'name']);
  expect(ann).toMatchObject({ resourceType: 'Patient', id: 'ann', meta: { profile: ['https://example.test/p'] }, name: [{ family: 'A"nn' }] });
  expect(bob).not.toHaveProperty('meta');
});
