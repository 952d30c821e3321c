import fc from 'fast-check';
import { setDifference } from '../../scripts/report/set-difference';

const sorted = (elements: readonly string[]) => [...elements].sort();

describe('setDifference', () => {
  it('tells missing, extra and common elements', () => {
    expect(setDifference(['a', 'b', 'c'], ['b', 'c', 'd'])).toEqual({ missing: ['a'], extra: ['d'], both: ['b', 'c'] });
  });

  it('counts an element that came back twice as extra once', () => {
    expect(setDifference(['a', 'b'], ['a', 'b', 'a'])).toEqual({ missing: [], extra: ['a'], both: ['a', 'b'] });
  });

  it('names the first place of another order', () => {
    expect(setDifference(['a', 'b', 'c'], ['a', 'c', 'b'])).toEqual({ missing: [], extra: [], both: ['a', 'b', 'c'], orderDiffersAt: 1 });
    expect(setDifference(['a', 'b'], ['a', 'b'])).not.toHaveProperty('orderDiffersAt');
  });

  it('loses and invents nothing', () => {
    const elements = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '__proto__'));
    fc.assert(
      fc.property(elements, elements, (expected, actual) => {
        const { missing, extra, both } = setDifference(expected, actual);
        expect(sorted([...missing, ...both])).toEqual(sorted(expected));
        expect(sorted([...extra, ...both])).toEqual(sorted(actual));
        expect(missing.filter((element) => extra.includes(element))).toEqual([]);
      }),
    );
  });
});
