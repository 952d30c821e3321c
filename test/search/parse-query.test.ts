import * as fc from 'fast-check';
import { escapeValue, isWellEscaped, splitEscaped, unescapeValue } from '../../scripts/search/escaping';
import { ISSUE_KINDS } from '../../scripts/search/issues';
import { MODIFIERS } from '../../scripts/search/parse-criterion';
import { parseQuery } from '../../scripts/search/parse-query';
import { predict } from '../../scripts/search/predict';
import { rulesOf } from '../../scripts/search/query-rules';
import { RULES } from '../../scripts/search/rules';
import { QUERY_ISSUE_CODES, SEARCH_TYPES, type Query } from '../../scripts/search/types';
import { BASE, DEFINITIONS, indexOf, queryOf, resourcesOf } from './support';

const issuesOf = (type: string, text: string) => queryOf(type, text).issues.map((issue) => [issue.code, issue.treatment]);

describe('what is wrong with a query', () => {
  test.each([
    ['foo=1', 'unknown-parameter', 'may-reject'],
    ['basedOn=ServiceRequest/1', 'unknown-parameter', 'may-reject'],
    ['status:foo=available', 'unsupported-modifier', 'reject'],
    ['status:exact=available', 'unsupported-modifier', 'reject'],
    ['started:text=2020', 'unsupported-modifier', 'reject'],
    ['identifier:otype=a|b|c', 'unsupported-modifier', 'reject'],
    ['subject:Foo=1', 'unsupported-modifier', 'reject'],
    ['_count:missing=true', 'unsupported-modifier', 'reject'],
    ['_include:recurse=ImagingStudy:patient', 'unsupported-modifier', 'reject'],
    ['subject:identifier.name=x', 'unsupported-modifier', 'reject'],
    ['status:missing=xyz', 'bad-value', 'should-reject'],
    ['started=23 May 2009', 'bad-value', 'should-reject'],
    ['started=xx2020', 'bad-value', 'should-reject'],
    ['started=2020-02-30', 'bad-value', 'should-reject'],
    ['started=2020-02-20T10:00:00+05:60', 'bad-value', 'should-reject'],
    ['started=2020,garbage', 'bad-value', 'should-reject'],
    ['identifier:of-type=ACSN|1', 'bad-value', 'should-reject'],
    ['modality=a|b|c', 'bad-value', 'should-reject'],
    ['modality=|', 'bad-value', 'should-reject'],
    ['modality=xx\\xx', 'bad-value', 'should-reject'],
    ['_count=-1', 'bad-value', 'should-reject'],
    ['_total=maybe', 'bad-value', 'should-reject'],
    ['_summary=yes', 'bad-value', 'should-reject'],
    ['_include=patient', 'bad-value', 'should-reject'],
    ['_include=ImagingStudy:modality', 'unknown-parameter', 'may-reject'],
    ['_include=Foo:bar', 'unknown-parameter', 'may-reject'],
    ['_revinclude=ImagingStudy:patient:Foo', 'unknown-parameter', 'may-reject'],
    ['_sort=foo', 'unknown-parameter', 'may-reject'],
    ['modality=', 'empty-value', 'ignore'],
    ['foo=', 'empty-value', 'ignore'],
    ['_text=bone', 'not-computable', 'may-reject'],
    ['_content=bone', 'not-computable', 'may-reject'],
    ['_filter=status eq available', 'not-computable', 'may-reject'],
    ['_query=current', 'unknown-query', 'reject'],
    ['_contained=true', 'unsupported-value', 'may-reject'],
    ['_list=$current-allergies', 'unsupported-value', 'may-reject'],
    ['patient.foo=1', 'unknown-parameter', 'may-reject'],
    ['modality.name=1', 'unknown-parameter', 'may-reject'],
    ['patient.birthdate=garbage', 'bad-value', 'should-reject'],
    ['subject.birthdate=garbage', 'bad-value', 'should-reject'],
    ['patient.name:foo=x', 'unsupported-modifier', 'reject'],
    ['_has:Foo:patient:code=1', 'unknown-parameter', 'may-reject'],
    ['_has:Observation:patient=1', 'unknown-parameter', 'may-reject'],
    ['_has:Observation:code:code=1', 'unknown-parameter', 'may-reject'],
    ['_has:ImagingStudy:patient:modality=CT', 'never-refers', 'may-reject'],
    ['subject.identifier=1', 'ambiguous-chain', 'may-reject'],
  ])('%s: %s', (text, code, treatment) => {
    const query = queryOf('ImagingStudy', text);
    expect(query.issues.map((issue) => [issue.code, issue.treatment])).toEqual([[code, treatment]]);
    const kept = code === 'ambiguous-chain';
    expect(query.used.length).toBe(kept ? 1 : 0);
    expect(query.unused.length).toBe(kept ? 0 : 1);
  });

  test('a wrong spelling of a name is told the right one', () => {
    expect(queryOf('ImagingStudy', 'basedOn=x').issues[0]?.message).toContain('Did you mean "basedon"?');
  });

  test('an unsupported modifier leaves nothing certain, an unknown parameter leaves all as it was', () => {
    const index = indexOf(resourcesOf('ImagingStudy', { a: { status: 'available' }, b: { status: 'cancelled' } }));
    const refused = predict(index, queryOf('ImagingStudy', 'status=available&modality:foo=CT'));
    expect([[...refused.must], [...refused.either.keys()]]).toEqual([[], ['ImagingStudy/a']]);
    const ignored = predict(index, queryOf('ImagingStudy', 'status=available&foo=1'));
    expect([[...ignored.must], [...ignored.either.keys()]]).toEqual([['ImagingStudy/a'], []]);
  });

  test('a chain is followed for as many steps as are said to be supported', () => {
    const chained = (links: number) => queryOf('Organization', `${'partof.'.repeat(links)}name=x`).issues.map(({ code }) => code);
    expect([chained(11), chained(12)]).toEqual([[], ['not-computable']]);
  });

  test('an untyped chain is free of doubt where one target type alone has the parameter', () => {
    expect(issuesOf('ImagingStudy', 'subject.birthdate=1980')).toEqual([]);
  });
});

describe('what a query asks for', () => {
  test('the parameters that shape the answer', () => {
    const query = queryOf('ImagingStudy', '_sort=-started,status&_sort=_id&_count=5&_total=accurate&_summary=true&_elements=status,subject&_include=ImagingStudy:patient&_include:iterate=Patient:organization:Organization&_revinclude=Observation:derived-from&_format=json');
    expect(query.issues).toEqual([]);
    expect(query.sort.map(({ definition, descending }) => `${descending ? '-' : ''}${definition.code}`)).toEqual(['-started', 'status', '_id']);
    expect([query.count, query.total, query.summary, query.elements]).toEqual([5, 'accurate', 'true', ['status', 'subject']]);
    expect(query.include).toEqual([
      { source: 'ImagingStudy', parameter: 'patient', iterate: false },
      { source: 'Patient', parameter: 'organization', targetType: 'Organization', iterate: true },
    ]);
    expect(query.used.map(([name]) => name)).not.toContain('_format');
  });

  test('a sort key that cannot be used is left out of what the self link says', () => {
    const query = queryOf('ImagingStudy', '_sort=-started,foo');
    expect(query.used).toEqual([['_sort', '-started']]);
  });

  test('prefixes, parts and components', () => {
    expect(queryOf('ImagingStudy', 'started=ge2020-01-01,lt2019').criteria[0]?.values.map(({ prefix, text }) => [prefix, text])).toEqual([['ge', '2020-01-01'], ['lt', '2019']]);
    expect(queryOf('ImagingStudy', 'modality=a\\|b|c\\,d').criteria[0]?.values.map((value) => value.parts)).toEqual([['a|b', 'c,d']]);
    const [value] = queryOf('Observation', 'code-value-quantity=http://loinc.org|2823-3$gt5.4|http://unitsofmeasure.org|mmol/L').criteria[0]?.values ?? [];
    expect(value?.components?.map(({ prefix, parts }) => [prefix, parts])).toEqual([
      ['eq', ['http://loinc.org', '2823-3']],
      ['gt', ['5.4', 'http://unitsofmeasure.org', 'mmol/L']],
    ]);
  });

  test('what a server may refuse is told apart from what it must answer', () => {
    const optionalRules = (query: Query) => rulesOf(query).filter((rule) => 'optional' in RULES[rule]);
    expect(optionalRules(queryOf('ImagingStudy', 'modality=CT,MR&started=ge2020'))).toEqual([]);
    expect(optionalRules(queryOf('ImagingStudy', 'patient.identifier=1'))).toEqual(['chain']);
    expect(optionalRules(queryOf('ImagingStudy', 'modality:not=CT&started=2020,2021&started=ap2020'))).toEqual(['token-not', 'or-range', 'date-ap']);
  });
});

describe('escaping', () => {
  test('splitting and unescaping undo escaping', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.constantFrom(',' as const, '$' as const, '|' as const), (texts, separator) => {
        const joined = texts.map(escapeValue).join(separator);
        expect(splitEscaped(joined, separator).map(unescapeValue)).toEqual(texts);
        expect(isWellEscaped(joined)).toBe(true);
      }),
    );
  });
});

describe('whatever a user sends', () => {
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom('_has:', '_has:::', '_has:ImagingStudy:patient:', 'patient.', 'patient..x', '.', ':', 'subject:Patient:Patient', '_sort', '_include', '_include:iterate', '_count', '_elements', '_list', '__proto__', 'constructor', 'started:', 'subject.subject.subject.subject.subject.subject', `patient${'.organization'.repeat(50)}.name`),
    fc.constantFrom('started', 'modality', 'identifier', 'subject', '_id', '_profile', 'patient.birthdate', 'identifier:of-type', 'modality:in'),
  );
  test('nothing is thrown, and each pair is used, or unused with an issue', () => {
    const index = indexOf(resourcesOf('ImagingStudy', { a: { started: '2020-01-01T00:00:00Z' } }));
    fc.assert(
      fc.property(fc.constantFrom('ImagingStudy', 'Patient', 'Observation', 'NoSuchType'), fc.array(fc.tuple(names, fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('eq', 'ge', '$', '|', '\\', ',', '1e999', '-0', '9'.repeat(500)))), { maxLength: 4 }), (type, pairs) => {
        const query = parseQuery(DEFINITIONS, type, pairs, { base: BASE });
        expect(query.used.length + query.unused.length).toBe(pairs.filter(([name]) => name !== '_format' && name !== '_pretty').length);
        if (query.unused.length > 0) expect(query.issues.length).toBeGreaterThan(0);
        predict(index, query);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the tables', () => {
  test('each kind of issue and each rule has an address in the specification', () => {
    for (const code of QUERY_ISSUE_CODES) expect(ISSUE_KINDS[code].url).toMatch(/^https:\/\/hl7\.org\/fhir\/R4\/.*#/);
    for (const rule of Object.values(RULES)) {
      expect(rule.url).toMatch(/^https:\/\/hl7\.org\/fhir\/R4\/.*#/);
      expect(rule.text).toMatch(/[.]$/);
    }
  });
  test('each parameter type has its modifiers', () => {
    expect(Object.keys(MODIFIERS).sort()).toEqual([...SEARCH_TYPES].sort());
  });
});
