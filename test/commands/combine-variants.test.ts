import { combinations, CONTRADICTORY } from '../../scripts/commands/selftest/combine-variants';
import { plantedBehaviour, plantedRows } from '../../scripts/server/planted';

const drawn = combinations(plantedRows(), 60, 3);
const guarded = new Set(plantedRows().filter((row) => row.guarded).map(({ id }) => id));

test('each is of three to twelve different legal variants that can be planted together', () => {
  for (const { variants, kind } of drawn) {
    expect(kind).toBe('variant');
    expect(variants.length).toBeGreaterThanOrEqual(3);
    expect(variants.length).toBeLessThanOrEqual(12);
    expect(new Set(variants).size).toBe(variants.length);
    expect(() => plantedBehaviour([], variants)).not.toThrow();
  }
  expect(new Set(drawn.flatMap(({ variants }) => variants)).size).toBeGreaterThan(50);
});

test('what contradicts each other is never in one, and is written by names that are there', () => {
  const ids = plantedRows().map(({ id }) => id);
  for (const group of CONTRADICTORY) {
    for (const id of group) expect(ids).toContain(id);
    for (const { variants } of drawn) expect(variants.filter((id) => group.includes(id)).length).toBeLessThanOrEqual(1);
  }
});

test('a server has rules of access where one of its variants is about them', () => {
  for (const { variants, guarded: guards } of drawn) expect(guards === true).toBe(variants.some((id) => guarded.has(id)));
  expect(drawn.filter((row) => row.guarded === true).length).toBeGreaterThan(5);
});

test('the seed alone decides, and more are the same ones and others', () => {
  expect(combinations(plantedRows(), 5, 3)).toEqual(drawn.slice(0, 5));
  expect(combinations(plantedRows(), 5, 4)).not.toEqual(drawn.slice(0, 5));
  expect(combinations([], 5, 3)).toEqual([]);
});
