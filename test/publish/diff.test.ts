/** Comparing packages: the laws that hold for any two, and what the kinds of change are called and break. */
import fc from 'fast-check';
import type { Resource } from '../../scripts/core/fhir';
import { terminalStyle } from '../../scripts/core/style';
import { mirrored, type Change } from '../../scripts/publish/diff/change';
import { describeDiff, diffMarkdown } from '../../scripts/publish/diff/describe-diff';
import { brokenParties, diffPackages } from '../../scripts/publish/diff/diff-packages';
import { packageContent } from './packages';

const URL = 'https://example.org/StructureDefinition/p';
const element = (more: object) => ({ id: 'Patient.name', path: 'Patient.name', base: { min: 0, max: '*' }, ...more });
const profile = (...elements: object[]): Resource => ({ resourceType: 'StructureDefinition', id: 'p', url: URL, status: 'active', derivation: 'constraint', type: 'Patient', snapshot: { element: [{ id: 'Patient', path: 'Patient' }, ...elements] } });
const valueSet = (id: string, codes: readonly string[]): Resource => ({ resourceType: 'ValueSet', id, url: `https://example.org/ValueSet/${id}`, status: 'active', compose: { include: [{ system: 'urn:s', concept: codes.map((code) => ({ code })) }] } });
const changesOf = (before: Resource[], after: Resource[]) => diffPackages(packageContent(before), packageContent(after)).changes;
const short = ({ kind, aspect, at, breaks }: Change) => [kind, aspect, at, breaks.join(' ')].filter((part) => part !== undefined).join('; ');

describe('one change at a time', () => {
  test.each([
    ['a higher minimum', { min: 0 }, { min: 1 }, 'tightened; min; Patient.name; producers'],
    ['a lower maximum', { max: '*' }, { max: '1' }, 'tightened; max; Patient.name; producers'],
    ['a prohibited element', { max: '1' }, { max: '0' }, 'tightened; max; Patient.name; producers'],
    ['a minimum given up', { min: 1 }, { min: 0 }, 'loosened; min; Patient.name; consumers'],
    ['fewer types', { type: [{ code: 'Quantity' }, { code: 'string' }] }, { type: [{ code: 'string' }] }, 'tightened; type; Patient.name; producers'],
    ['another type', { type: [{ code: 'Quantity' }] }, { type: [{ code: 'string' }] }, 'changed; type; Patient.name; producers consumers'],
    ['a target more', { type: [{ code: 'Reference', targetProfile: ['A'] }] }, { type: [{ code: 'Reference', targetProfile: ['A', 'B'] }] }, 'loosened; target; Patient.name (Reference); consumers'],
    ['a target at all', { type: [{ code: 'Reference' }] }, { type: [{ code: 'Reference', targetProfile: ['A'] }] }, 'tightened; target; Patient.name (Reference); producers'],
    ['a stronger binding', { binding: { strength: 'preferred', valueSet: 'v' } }, { binding: { strength: 'required', valueSet: 'v' } }, 'tightened; strength; Patient.name; producers'],
    ['a binding dropped', { binding: { strength: 'required', valueSet: 'v' } }, {}, 'loosened; strength; Patient.name; consumers'],
    ['an unknown other value set', { binding: { strength: 'required', valueSet: 'v' } }, { binding: { strength: 'required', valueSet: 'w' } }, 'changed; valueSet; Patient.name; producers consumers'],
    ['a fixed value', {}, { fixedUri: 'urn:a' }, 'tightened; fixed; Patient.name; producers'],
    ['another pattern', { patternCode: 'a' }, { patternCode: 'b' }, 'changed; pattern; Patient.name; producers consumers'],
    ['must-support', {}, { mustSupport: true }, 'tightened; mustSupport; Patient.name; producers consumers'],
    ['closed slicing', { slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'use' }] } }, { slicing: { rules: 'closed', discriminator: [{ type: 'value', path: 'use' }] } }, 'tightened; slicingRules; Patient.name; producers'],
    ['another discriminator', { slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'use' }] } }, { slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'period' }] } }, 'changed; slicing; Patient.name; producers consumers'],
    ['an invariant', {}, { constraint: [{ key: 'x-1', severity: 'error', expression: 'a' }] }, 'tightened; invariant; Patient.name x-1; producers'],
    ['a warning made an error', { constraint: [{ key: 'x-1', severity: 'warning', expression: 'a' }] }, { constraint: [{ key: 'x-1', severity: 'error', expression: 'a' }] }, 'tightened; invariant; Patient.name x-1; producers'],
    ['another expression', { constraint: [{ key: 'x-1', severity: 'error', expression: 'a' }] }, { constraint: [{ key: 'x-1', severity: 'error', expression: 'b' }] }, 'changed; invariant; Patient.name x-1; producers consumers'],
    ['a best practice', {}, { constraint: [{ key: 'x-1', severity: 'warning', expression: 'a' }] }, 'added; warning; Patient.name x-1; '],
  ])('%s', (_what, before, after, expected) => {
    expect(changesOf([profile(element(before))], [profile(element(after))]).map(short)).toEqual([expected]);
  });

  test('a slice: what is in it is not told again', () => {
    const slice = (min: number) => [{ id: 'Patient.name:official', path: 'Patient.name', sliceName: 'official', min, max: '1' }, { id: 'Patient.name:official.use', path: 'Patient.name.use', min: 1, max: '1', fixedCode: 'official' }];
    expect(changesOf([profile(element({}))], [profile(element({}), ...slice(1))]).map(short)).toEqual(['added; requiredSlice; Patient.name:official; producers']);
    expect(changesOf([profile(element({}))], [profile(element({}), ...slice(0))]).map(short)).toEqual(['added; slice; Patient.name:official; ']);
    expect(changesOf([profile(element({}), ...slice(1))], [profile(element({}))]).map(short)).toEqual(['removed; requiredSlice; Patient.name:official; consumers']);
  });

  test('walking into a datatype changes nothing by itself; what is said there does', () => {
    const use = { id: 'Patient.name.use', path: 'Patient.name.use', base: { min: 0, max: '1' }, min: 0, max: '1', type: [{ code: 'code' }], binding: { strength: 'required', valueSet: 'v' } };
    expect(changesOf([profile(element({}))], [profile(element({}), use)])).toEqual([]);
    expect(changesOf([profile(element({}))], [profile(element({}), { ...use, min: 1 })]).map(short)).toEqual(['tightened; min; Patient.name.use; producers']);
  });

  test('a value set swapped for a smaller one is tighter, as both are known', () => {
    const bound = (id: string) => profile(element({ binding: { strength: 'required', valueSet: `https://example.org/ValueSet/${id}|1.0` } }));
    const sets = [valueSet('large', ['a', 'b']), valueSet('small', ['a'])];
    expect(changesOf([bound('large'), ...sets], [bound('small'), ...sets]).map(short)).toEqual(['tightened; valueSet; Patient.name; producers']);
  });

  test('codes that came and went, through includes of other value sets and of whole code systems', () => {
    const outer = { resourceType: 'ValueSet', id: 'outer', url: 'https://example.org/ValueSet/outer', status: 'active', compose: { include: [{ valueSet: ['https://example.org/ValueSet/inner'] }, { system: 'urn:whole' }], exclude: [{ system: 'urn:whole', concept: [{ code: 'no' }] }] } };
    const system = (codes: string[]): Resource => ({ resourceType: 'CodeSystem', id: 'whole', url: 'urn:whole', status: 'active', content: 'complete', concept: codes.map((code) => ({ code, concept: [{ code: `${code}-child` }] })) });
    const changes = changesOf([outer, valueSet('inner', ['a', 'b']), system(['x', 'no'])], [outer, valueSet('inner', ['a', 'c']), system(['x', 'no'])]);
    expect(changes.map(({ artifact, kind, items }) => [artifact, kind, items])).toEqual([
      ['ValueSet/inner', 'tightened', ['urn:s|b']],
      ['ValueSet/inner', 'loosened', ['urn:s|c']],
      ['ValueSet/outer', 'tightened', ['urn:s|b']],
      ['ValueSet/outer', 'loosened', ['urn:s|c']],
    ]);
    const more = changesOf([outer, valueSet('inner', ['a']), system(['x'])], [outer, valueSet('inner', ['a']), system(['x', 'no'])]);
    expect(more.find(({ artifact }) => artifact === 'ValueSet/outer')?.items).toEqual(['urn:whole|no-child']);
  });

  test('search parameters and demands on servers', () => {
    const search = (more: object): Resource => ({ resourceType: 'SearchParameter', id: 's', url: 'https://example.org/s', status: 'active', code: 's', base: ['Patient'], type: 'token', expression: 'Patient.name', ...more });
    expect(changesOf([search({})], [search({ expression: 'Patient.id', base: ['Patient', 'Group'] })]).map(short)).toEqual(['changed; search; expression; servers consumers', 'added; search; base; ']);
    const force = (valueCode: string) => ({ extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation', valueCode }] });
    const server = (interaction: object[]): Resource => ({ resourceType: 'CapabilityStatement', id: 'c', url: 'https://example.org/c', status: 'active', rest: [{ mode: 'server', resource: [{ type: 'Patient', interaction }] }] });
    const [read, search1] = [{ code: 'read' }, { code: 'search-type' }];
    expect(changesOf([server([{ ...read, ...force('SHOULD') }])], [server([{ ...read, ...force('SHALL') }, { ...search1, ...force('MAY') }])]).map(short)).toEqual([
      'tightened; requirement; server Patient read; servers',
      'added; recommendation; server Patient search-type; ',
    ]);
    expect(changesOf([server([read])], [server([])]).map(short)).toEqual(['removed; requirement; server Patient read; consumers']);
  });

  test('artifacts, examples, dependencies and the FHIR version', () => {
    const [before, after] = [packageContent([profile()]), packageContent([valueSet('v', ['a'])])];
    const { changes } = diffPackages(
      { ...before, manifest: { fhirVersions: ['4.0.1'], dependencies: { a: '1', b: '1' } }, examples: [{ resourceType: 'Patient', id: 'x' }] },
      { ...after, manifest: { fhirVersions: ['4.3.0'], dependencies: { a: '2', c: '1' } }, examples: [{ resourceType: 'Patient', id: 'y' }] },
    );
    expect(changes.map((change) => `${change.artifact}: ${short(change)}`)).toEqual([
      'package: changed; fhirVersion; fhirVersions; producers consumers servers',
      'package: changed; dependency; a; ',
      'package: removed; dependency; b; ',
      'package: added; dependency; c; ',
      'StructureDefinition/p: removed; profile; producers consumers',
      'ValueSet/v: added; terminology; ',
      'examples: removed; example; ',
      'examples: added; example; ',
    ]);
  });
});

describe('laws', () => {
  const strength = fc.constantFrom('example', 'preferred', 'extensible', 'required');
  const anyElement = (id: string) =>
    fc.record(
      {
        min: fc.nat(2),
        max: fc.constantFrom('0', '1', '2', '*'),
        base: fc.constant({ min: 0, max: '*' }),
        type: fc.uniqueArray(fc.record({ code: fc.constantFrom('Reference', 'string'), targetProfile: fc.uniqueArray(fc.constantFrom('A', 'B'), { minLength: 1 }) }, { requiredKeys: ['code'] }), { selector: ({ code }) => code, minLength: 1 }),
        binding: fc.record({ strength, valueSet: fc.constantFrom('https://example.org/ValueSet/v', 'https://example.org/ValueSet/w') }),
        fixedUri: fc.constantFrom('urn:a', 'urn:b'),
        mustSupport: fc.boolean(),
        maxLength: fc.integer({ min: 1, max: 3 }),
        slicing: fc.record({ rules: fc.constantFrom('open', 'closed', 'openAtEnd'), discriminator: fc.constantFrom([{ type: 'value', path: 'a' }], [{ type: 'value', path: 'b' }]) }),
        constraint: fc.uniqueArray(fc.record({ key: fc.constantFrom('k-1', 'k-2'), severity: fc.constantFrom('error', 'warning'), expression: fc.constantFrom('a', 'b') }), { selector: ({ key }) => key }),
      },
      { requiredKeys: ['base'] },
    ).map((more) => ({ id, path: id.replace(/:[^.]+/g, ''), ...more }));
  const someElements = fc
    .tuple(...['Patient.name', 'Patient.name:x', 'Patient.name:x.use', 'Patient.gender'].map((id) => fc.option(anyElement(id), { nil: undefined })))
    .map((elements) => elements.filter((one) => one !== undefined));
  const anyProfile = fc.tuple(someElements, fc.constantFrom('snapshot', 'differential'), fc.constantFrom('constraint', 'specialization'), fc.constantFrom('active', 'draft')).map(([elements, view, derivation, status]): Resource => ({ resourceType: 'StructureDefinition', id: 'p', url: URL, status, derivation, type: 'Patient', differential: { element: elements }, ...(view === 'snapshot' && { snapshot: { element: elements } }) }));
  const codes = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'));
  const anyValueSet = (id: string) => fc.tuple(codes, codes).map(([include, exclude]): Resource => ({ ...valueSet(id, include), compose: { include: [{ system: 'urn:s', concept: include.map((code) => ({ code })) }, { system: 'urn:t' }], exclude: [{ system: 'urn:s', concept: exclude.map((code) => ({ code })) }] } }));
  const demand = fc.record({ code: fc.constantFrom('read', 'search-type'), extension: fc.constantFrom('SHALL', 'SHOULD', 'MAY', 'SHALL-NOT').map((valueCode) => [{ url: 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation', valueCode }]) });
  const anyStatement = fc.tuple(fc.uniqueArray(demand, { selector: ({ code }) => code }), fc.constantFrom('server', 'client')).map(([interaction, mode]): Resource => ({ resourceType: 'CapabilityStatement', id: 'c', url: 'https://example.org/c', status: 'active', rest: [{ mode, resource: [{ type: 'Patient', interaction }] }] }));
  const parameter = fc.record({ name: fc.constantFrom('a', 'b'), use: fc.constantFrom('in', 'out'), min: fc.nat(1), max: fc.constantFrom('1', '*'), type: fc.constantFrom('string', 'uri') });
  const anyOperation = fc.uniqueArray(parameter, { selector: ({ name, use }) => `${use} ${name}` }).map((list): Resource => ({ resourceType: 'OperationDefinition', id: 'o', url: 'https://example.org/o', status: 'active', code: 'o', parameter: list }));
  const anyPackage = fc.tuple(...[anyProfile, anyValueSet('v'), anyValueSet('w'), anyStatement, anyOperation].map((resource) => fc.option(resource, { nil: undefined, freq: 6 }))).map((resources) => packageContent(resources.filter((one) => one !== undefined)));

  const asText = (changes: readonly object[]) => changes.map((change) => JSON.stringify(Object.fromEntries(Object.entries(change).filter(([name]) => name !== 'breaks').sort(([a], [b]) => (a < b ? -1 : 1))))).sort();

  test('a package against itself: nothing', () => {
    fc.assert(fc.property(anyPackage, (one) => expect(diffPackages(one, structuredClone(one)).changes).toEqual([])));
  });

  test('the other way round: the mirror image', () => {
    fc.assert(fc.property(anyPackage, anyPackage, (a, b) => expect(asText(diffPackages(b, a).changes)).toEqual(asText(diffPackages(a, b).changes.map(mirrored)))), { numRuns: 400 });
  });

  test('what only tightens lets through nothing that was refused before (cardinality)', () => {
    const allows = ({ min = 0, max = '*' }: { min?: number; max?: string }, count: number) => count >= min && (max === '*' || count <= Number(max));
    const limits = fc.record({ min: fc.nat(3), max: fc.constantFrom('0', '1', '2', '3', '*') }, { requiredKeys: [] });
    fc.assert(
      fc.property(limits, limits, (before, after) => {
        const kinds = new Set(changesOf([profile(element(before))], [profile(element(after))]).map(({ kind }) => kind));
        for (let count = 0; count <= 4; count++) {
          if (!kinds.has('loosened')) expect(allows(after, count) && !allows(before, count)).toBe(false);
          if (!kinds.has('tightened')) expect(allows(before, count) && !allows(after, count)).toBe(false);
        }
      }),
    );
  });
});

test('what a person reads: artifact by artifact, whom it breaks, and one summary', () => {
  const diff = diffPackages(packageContent([profile(element({ min: 0 }))], 'old#1.0.0'), packageContent([profile(element({ min: 1, mustSupport: true }))], 'new#2.0.0'));
  expect(brokenParties(diff)).toEqual(['consumers', 'producers']);
  expect(describeDiff(diff, terminalStyle(false))).toEqual([
    'StructureDefinition/p',
    '  tightened Patient.name minimum: 0 -> 1  breaks producers',
    '  tightened Patient.name must-support: no -> yes  breaks producers, consumers',
    '',
    'old#1.0.0 -> new#2.0.0: 2 tightened; breaks consumers 1, producers 2.',
    expect.stringMatching(/^ {2}consumers: who read/),
    expect.stringMatching(/^ {2}producers: who write/),
  ]);
  expect(diffMarkdown(diff)).toContain('| tightened | Patient.name minimum: 0 -> 1 | producers |');
  expect(describeDiff({ ...diff, changes: [] }, terminalStyle(false))).toEqual(['old#1.0.0 and new#2.0.0 say the same.']);
});
