/** The guide's bad examples: each differs from its base by its patch alone and breaks the rules it says, no others; every rule has one. */
import { applyPatch, compare, type Operation } from 'fast-json-patch';
import { localReference } from '../../scripts/core/fhir';
import { referencesIn } from '../../scripts/generate/reference-order';
import { brokenRules, RULES } from '../../scripts/invariants/rules';
import { generateFromFiles } from '../../scripts/generate/generate-examples';
import { folder, ownSet } from './scenario-folder';

const { resources, bad } = ownSet();
const good = new Map(resources.map(({ resource }) => [localReference(resource), resource]));

test('every rule of the catalogue is broken by at least one', () => {
  const broken = new Set(bad.flatMap(({ expect: expected }) => expected.map(({ rule }) => rule)));
  expect(RULES.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
});

test.each(bad.map((example) => [example.id, example] as const))('%s', (_, { id, base, resource, patch, expect: expected, context }) => {
  expect(expected.length).toBeGreaterThan(0);
  // The rules that our own catalogue has: exactly those.
  const ruleIds = new Set(RULES.map((rule) => rule.id));
  expect(brokenRules(resource).map(({ rule }) => rule.id).sort()).toEqual(expected.map(({ rule }) => rule).filter((rule) => ruleIds.has(rule)).sort());
  // It differs from a good example in its id and in the elements that the patch names, and does differ in one of them.
  const element = (path: string) => path.split('/')[1];
  const changed = new Set(compare(good.get(base)!, resource).map(({ path }) => element(path)));
  expect([...changed].filter((name) => name !== 'id' && patch.every(({ path }) => element(path) !== name))).toEqual([]);
  expect(changed.size).toBeGreaterThan(1);
  expect(resource.id).toBe(id);
  // What it refers to travels with it.
  const given = new Set(context.map(localReference));
  expect([resource, ...context].flatMap(referencesIn).filter((reference) => !given.has(reference))).toEqual([]);
});

test('the patch is applied as JSON Patch says, and to a copy', () => {
  const files = {
    's.yaml': 'Patient:\n  - { id: ann, family: Ann, gender: female }\n',
    'bad/b.yaml': '- id: b\n  base: Patient/ann\n  about: x\n  patch: [{ op: replace, path: /gender, value: [1, { a: null }] }, { op: remove, path: /name }]\n  expect: [{ rule: r, path: Patient }]\n',
  };
  const set = generateFromFiles(folder(files));
  const ann = set.resources[0]!.resource;
  expect(ann['gender']).toBe('female');
  const operations: Operation[] = [{ op: 'replace', path: '/gender', value: [1, { a: null }] }, { op: 'remove', path: '/name' }];
  const wanted = applyPatch(structuredClone({ ...ann, id: 'b' }), operations).newDocument;
  expect(set.bad).toEqual([{ id: 'b', base: 'Patient/ann', about: 'x', resource: wanted, patch: operations, expect: [{ rule: 'r', severity: 'error', path: 'Patient' }], context: [], file: 'bad/b.yaml' }]);
});
