import { expand } from '../../scripts/site/terminology/expand';
import type { CodeSystem, ValueSet } from '../../scripts/site/structure';

const ANIMALS: CodeSystem = {
  resourceType: 'CodeSystem', url: 'urn:animals', content: 'complete',
  concept: [
    { code: 'animal', property: [{ code: 'notSelectable', valueBoolean: true }], concept: [{ code: 'dog', display: 'Dog', property: [{ code: 'legs', valueInteger: 4 }], concept: [{ code: 'poodle' }] }, { code: 'bird', property: [{ code: 'legs', valueInteger: 2 }] }] },
    { code: 'wolf', property: [{ code: 'parent', valueCode: 'dog' }] },
  ],
};
const set = (compose: ValueSet['compose'], url = 'urn:set'): ValueSet => ({ resourceType: 'ValueSet', url, ...(compose === undefined ? {} : { compose }) });
const DOGS = set({ include: [{ system: 'urn:animals', filter: [{ property: 'concept', op: 'is-a', value: 'dog' }] }] }, 'urn:dogs');

function codes(compose: ValueSet['compose'], others: readonly ValueSet[] = [DOGS]) {
  const { codes: found, gaps } = expand(set(compose), { codeSystem: (url) => (url === ANIMALS.url ? ANIMALS : undefined), valueSet: (url) => others.find((one) => one.url === url) });
  return { codes: found.map(({ code }) => code), gaps };
}

describe('the codes of a value set', () => {
  it.each<[string, ValueSet['compose'], string[]]>([
    ['listed, with the displays of the code system', { include: [{ system: 'urn:animals', concept: [{ code: 'bird' }] }] }, ['bird']],
    ['all of a system but the abstract ones', { include: [{ system: 'urn:animals' }] }, ['dog', 'poodle', 'bird', 'wolf']],
    ['below one, nested or by a parent property', { include: [{ system: 'urn:animals', filter: [{ property: 'concept', op: 'descendent-of', value: 'dog' }] }] }, ['poodle', 'wolf']],
    ['by a property', { include: [{ system: 'urn:animals', filter: [{ property: 'legs', op: '=', value: '2' }] }] }, ['bird']],
    ['of another value set', { include: [{ valueSet: ['urn:dogs'] }] }, ['dog', 'poodle', 'wolf']],
    ['in a system and in a value set', { include: [{ system: 'urn:animals', valueSet: ['urn:dogs'], concept: [{ code: 'bird' }, { code: 'poodle' }] }] }, ['poodle']],
    ['without those left out', { include: [{ system: 'urn:animals' }], exclude: [{ valueSet: ['urn:dogs'] }] }, ['bird']],
  ])('are %s', (_, compose, expected) => {
    expect(codes(compose)).toEqual({ codes: expected, gaps: [] });
  });

  it.each<[string, ValueSet['compose'], RegExp]>([
    ['a system that is not there', { include: [{ system: 'http://snomed.info/sct' }] }, /snomed.*terminology server/],
    ['a value set that is not there', { include: [{ valueSet: ['urn:none'] }] }, /urn:none/],
    ['a filter that only a server knows', { include: [{ system: 'urn:animals', filter: [{ property: 'code', op: 'regex', value: '.*' }] }] }, /regex/],
    ['a value set that includes itself', { include: [{ valueSet: ['urn:set'] }] }, /itself/],
  ])('cannot all be known with %s, and it says so', (_, compose, gap) => {
    expect(codes(compose, [set({ include: [{ valueSet: ['urn:set'] }] })]).gaps.join()).toMatch(gap);
  });

  it('are taken from the expansion that the value set carries where nothing better is known', () => {
    const carried = { ...set({ include: [{ system: 'http://loinc.org' }] }), expansion: { contains: [{ system: 'http://loinc.org', code: '1-8', display: 'x', contains: [{ system: 'http://loinc.org', code: '2-6' }] }] } };
    expect(expand(carried, { codeSystem: () => undefined, valueSet: () => undefined })).toMatchObject({ carried: true, gaps: [], codes: [{ code: '1-8' }, { code: '2-6' }] });
  });
});
