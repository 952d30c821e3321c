/** Resources are parted into Bundles so that each is judged once, with what it refers to beside it. */
import * as fc from 'fast-check';
import { makeBatches, type BatchLimits } from '../../../scripts/validate/official/batches';
import type { LinkedResource } from '../../../scripts/validate/references';

/** A set in which resource i refers to the given indexes; URLs may repeat. */
function setOf(targets: readonly (readonly number[])[], urls = targets.map((_, i) => `u${i}`)): LinkedResource[] {
  return targets.map((list, i) => ({ given: { resource: { resourceType: 'Basic' } }, fullUrl: urls[i] ?? '', targets: list, outside: [] }));
}
const LIMITS: BatchLimits = { resources: 4, characters: 40 };
const indexesOf = (set: readonly LinkedResource[]) => [...set.keys()];

const graphs = fc.integer({ min: 1, max: 16 }).chain((size) =>
  fc.record({
    targets: fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 5 }), { minLength: size, maxLength: size }),
    urls: fc.array(fc.nat(size).map(String), { minLength: size, maxLength: size }),
    sizes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: size, maxLength: size }),
  }),
);

test('every resource is in the focus of one batch; URLs are unique; limits hold; every target is beside what refers to it', () => {
  fc.assert(
    fc.property(graphs, ({ targets, urls, sizes }) => {
      // As linkResources does: a reference leads to the first resource of a URL.
      const set = setOf(targets.map((list) => [...new Set(list.map((target) => urls.indexOf(urls[target] ?? '')))]), urls);
      const batches = makeBatches(set, indexesOf(set), (index) => sizes[index] ?? 0, LIMITS);
      expect(batches.flatMap(({ focus }) => focus).sort((a, b) => a - b)).toEqual(indexesOf(set));
      for (const { focus, context } of batches) {
        const members = [...focus, ...context];
        const inBatch = members.map((index) => urls[index]);
        expect(new Set(inBatch).size).toBe(inBatch.length);
        expect(focus.length).toBeLessThanOrEqual(LIMITS.resources);
        const characters = focus.reduce((sum, index) => sum + (sizes[index] ?? 0), 0);
        expect(characters <= LIMITS.characters || focus.length === 1).toBe(true);
        const absent = members.flatMap((index) => set[index]?.targets ?? []).filter((target) => !inBatch.includes(urls[target]));
        expect(absent).toEqual([]);
      }
    }),
  );
});

test('a small set goes out whole, resources beside those they refer to', () => {
  expect(makeBatches(setOf([[2], [], []]), [0, 1, 2], () => 1, LIMITS)).toEqual([{ focus: [0, 2, 1], context: [] }]);
});

test('a target that has its place in another batch comes along as context, with what it refers to itself', () => {
  const set = setOf([[1], [2], [3], [], [1]]);
  expect(makeBatches(set, [0, 1, 2, 3, 4], () => 1, { resources: 4, characters: 100 })).toEqual([
    { focus: [0, 1, 2, 3], context: [] },
    { focus: [4], context: [1, 2, 3] },
  ]);
});

test('the members of a large group do not come along with everybody who refers to the group', () => {
  const members = Array.from({ length: 60 }, (_, i) => i + 2);
  const set = setOf([[1], members, ...members.map(() => [])]);
  const [first] = makeBatches(set, [0, 1, ...members], () => 1, { resources: 1, characters: 100 });
  expect(first).toEqual({ focus: [0], context: [1] });
});

test('only what may be sent is sent', () => {
  expect(makeBatches(setOf([[1], []]), [0], () => 1, LIMITS)).toEqual([{ focus: [0], context: [] }]);
});

test('a chain as long as the set needs no stack', () => {
  const size = 50_000;
  const chain = setOf(Array.from({ length: size }, (_, i) => (i + 1 < size ? [i + 1] : [])));
  expect(makeBatches(chain, indexesOf(chain), () => 1, { resources: size, characters: size })).toHaveLength(1);
});
