/** What is said of every answer to a search: legal ones on which each rule is silent, and what it says of the others. */
import type { Exchange, HttpResponse } from '../../scripts/core/result';
import { searchAnswer } from '../../scripts/tester/gather/search-answer';
import type { Pair } from '../../scripts/tester/gather/query';
import { ANSWER_RULES } from '../../scripts/tester/judge/answer-rules';

const BASE = 'http://server.test/fhir';
const exchange = (response: Partial<HttpResponse>, method = 'GET'): Exchange => ({ request: { method, url: `${BASE}/Patient`, headers: {} }, response: { status: 200, headers: {}, body: '', ...response }, durationMs: 1 });

interface Asked {
  rule: string;
  pairs?: readonly Pair[];
  method?: string;
  used?: true;
  unfinished?: string;
}

/** What a rule says of a search for patients; undefined where it has nothing to look at. */
function told({ rule, pairs = [], method, used, unfinished }: Asked, ...pages: readonly [object, ...object[]]): string[] | undefined {
  const [first, ...others] = pages.map((page) => exchange({ body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', ...page }) }, method));
  const answer = searchAnswer('Patient', [first as Exchange, ...others], unfinished);
  const offences = ANSWER_RULES.find(({ id }) => id === rule)?.check({ type: 'Patient', pairs, answer, ...(used === undefined ? {} : { used }) });
  return offences?.map(({ level, message }) => `${level}: ${message}`);
}

const patient = (id: string) => ({ resourceType: 'Patient', id });
const match = (id: string, more: object = {}) => ({ fullUrl: `${BASE}/Patient/${id}`, resource: patient(id), search: { mode: 'match' }, ...more });
const included = { fullUrl: `${BASE}/Organization/o`, resource: { resourceType: 'Organization', id: 'o' }, search: { mode: 'include' } };
const outcome = { resource: { resourceType: 'OperationOutcome', issue: [] }, search: { mode: 'outcome' } };
const entries = (...entry: readonly object[]) => ({ entry });
const of = (rule: string, bundle: object, pairs?: readonly Pair[]) => told({ rule, ...(pairs === undefined ? {} : { pairs }) }, bundle);

describe('the Bundle type', () => {
  const said = (...exchanges: readonly [Exchange, ...Exchange[]]) => ANSWER_RULES.find(({ id }) => id === 'result.bundle-type')?.check({ type: 'Patient', pairs: [], answer: searchAnswer('Patient', exchanges) })?.map(({ message }) => message);
  const page = exchange({ body: '{"resourceType":"Bundle","type":"searchset"}' });
  const half = '{"resourceType":"Bundle","ty';

  test('an answer that is no Bundle is told, one that was cut is not', () => {
    expect(said(exchange({ body: half }))).toEqual([expect.stringContaining('is answered with 200, but') as string]);
    expect(said(exchange({ body: half, truncatedAt: half.length }))).toBeUndefined();
    expect(said(page, exchange({ body: half, truncatedAt: half.length }))).toEqual([]);
  });

  test('a refusal is no matter of this rule', () => {
    expect(said(exchange({ status: 400, body: half }))).toBeUndefined();
  });

  test('the type of each page is looked at', () => {
    expect(said(page, exchange({ body: '{"resourceType":"Bundle","type":"collection"}' }))).toEqual(['The Bundle has type "collection" instead of "searchset".']);
    expect(said(exchange({ body: '{"resourceType":"Bundle"}' }))).toEqual(['The Bundle has no type instead of "searchset".']);
  });
});

test.each([
  [match('1', { request: { method: 'GET', url: 'Patient' } }), /^fail: .* request/],
  [match('1', { response: { status: '200' } }), /^fail: .* response/],
  [{ fullUrl: `${BASE}/Patient/1` }, /^fail: .* no resource/],
])('an entry of a search set may not be %j', (entry, says) => {
  expect(of('result.bundle-rules', entries(match('2'), entry))).toEqual([expect.stringMatching(says)]);
  expect(of('result.bundle-rules', entries(match('2'), included, outcome))).toEqual([]);
});

test.each([
  [{ entry: [] }, 'Bundle.entry is an empty list'],
  [{ total: null }, 'Bundle.total is null'],
  [{ link: [{ relation: 'self', url: null }] }, 'Bundle.link.url is null'],
  [entries(match('1', { link: [] })), 'Bundle.entry.link is an empty list'],
  [entries(match('1', { search: { mode: 'match', score: null } })), 'Bundle.entry.search.score is null'],
  [entries(match('1', { search: { mode: 'match', score: 1.5 } })), 'Bundle.entry.search.score is 1.5, not between 0 and 1'],
  [entries(match('1', { search: { mode: 'match', score: -0.1 } })), 'Bundle.entry.search.score is -0.1, not between 0 and 1'],
])('the form of the Bundle: %j', (bundle, says) => {
  expect(of('result.bundle-form', bundle)).toEqual([expect.stringContaining(says)]);
});

test('a Bundle in order, with scores at both ends and without search, is not told', () => {
  const scored = [0, 0.5, 1].map((score) => match(`s${score * 10}`, { search: { mode: 'match', score } }));
  expect(of('result.bundle-form', { total: 4, link: [{ relation: 'self', url: 'Patient' }], ...entries(...scored, { resource: patient('plain') }) })).toEqual([]);
});

describe('the mode of entries', () => {
  const mode = (entry: object, pairs?: readonly Pair[]) => of('result.entry-mode', entries(entry), pairs);
  test.each([[match('1')], [included], [outcome], [{ ...match('1'), search: { mode: 'include' } }]])('%j is in order', (entry) => {
    expect(mode(entry)).toEqual([]);
  });
  test.each<[object, readonly Pair[] | undefined, RegExp]>([
    [{ ...match('1'), search: undefined }, undefined, /^info: Patient\/1 has no search.mode/],
    [{ ...match('1'), search: undefined }, [['_include', 'Patient:organization']], /^info: /],
    // Of another type, and not asked for: nobody takes it for anything but an addition.
    [{ ...included, search: undefined }, undefined, /^info: /],
    [{ ...included, search: undefined }, [['_includes', 'x']], /^info: /],
    [{ ...included, search: {} }, [['_include', 'Patient:organization']], /^warn: Organization\/o has no search.mode/],
    [{ ...included, search: {} }, [['_include:iterate', 'Patient:organization']], /^warn: /],
    [{ ...included, search: {} }, [['_revinclude', 'Organization:x']], /^warn: /],
    [{ ...match('1'), search: { mode: 'Match' } }, undefined, /^fail: .* "Match"/],
    [{ ...included, search: { mode: 'match' } }, undefined, /^fail: Organization\/o is marked as a match of a search for Patient/],
    [{ ...match('1'), search: { mode: 'outcome' } }, undefined, /^fail: Patient\/1 is marked as an outcome/],
  ])('%j with %j', (entry, pairs, says) => {
    expect(mode(entry, pairs)).toEqual([expect.stringMatching(says)]);
  });
});

describe('fullUrl', () => {
  const url = (fullUrl: unknown) => of('result.full-url', entries({ ...match('1'), fullUrl }));
  // A server may know its resources under another address than it was asked at, and by names that are no addresses.
  test.each([`${BASE}/Patient/1`, 'https://proxy.test/x/Patient/1', 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', 'urn:oid:1.2.3', 'HTTP://server.test/fhir/Patient/1', 'http://server.test/objects/1', 'http://server.test/fhir/Patient/1#a'])('may be %s', (fullUrl) => {
    expect(url(fullUrl)).toEqual([]);
  });
  test.each([
    [undefined, /has no fullUrl/],
    ['Patient/1', /is not absolute/],
    ['/fhir/Patient/1', /is not absolute/],
    [`${BASE}/Patient/1/_history/2`, /names a version/],
    [`${BASE}/Patient/2`, /disagrees with the resource, which is Patient\/1/],
    [`${BASE}/Person/1`, /disagrees with the resource/],
  ])('may not be %s', (fullUrl, says) => {
    expect(url(fullUrl)).toEqual([expect.stringMatching(says)]);
  });
  test('an outcome needs none', () => expect(of('result.full-url', entries(outcome))).toEqual([]));
});

test('a resource stands once on a page; on another page it may come again', () => {
  expect(of('result.duplicates', entries(match('1'), match('2'), match('1')))).toEqual(['fail: Patient/1 stands twice on one page.']);
  expect(told({ rule: 'result.duplicates' }, entries(match('1'), included), entries(match('2'), included))).toEqual([]);
  // Outcomes have no id.
  expect(of('result.duplicates', entries(match('1'), outcome, outcome))).toEqual([]);
  expect(of('result.duplicates', {})).toBeUndefined();
});

describe('the total', () => {
  const total = (asked: Omit<Asked, 'rule'>, ...pages: readonly [object, ...object[]]) => told({ rule: 'result.total', ...asked }, ...pages);
  const next = { link: [{ relation: 'next', url: 'next' }] };
  test.each<[string, Omit<Asked, 'rule'>, readonly [object, ...object[]]]>([
    ['the matches, whatever else is there', {}, [{ total: 1, ...entries(match('1'), included, outcome) }]],
    ['all pages', {}, [{ total: 2, ...entries(match('1')), ...next }, { total: 2, ...entries(match('2')) }]],
    ['the first page alone', {}, [{ total: 2, ...entries(match('1')), ...next }, entries(match('2'))]],
    ['one that came twice once', {}, [{ total: 1, ...entries(match('1')), ...next }, { total: 1, ...entries(match('1')) }]],
    ['on a later page what was added since the first', {}, [{ total: 1, ...entries(match('1')), ...next }, { total: 2 }]],
    ['what further pages have', {}, [{ total: 9, ...entries(match('1')), ...next }]],
    ['more, where the pages were not read to their end', { unfinished: 'there are more than 1 pages' }, [{ total: 9, ...entries(match('1')) }]],
    ['more, where only a count was asked for', { pairs: [['_summary', 'count']] }, [{ total: 9 }]],
    ['more, where nothing but a count was asked for', { pairs: [['_count', '0']] }, [{ total: 9 }]],
    ['about so many, where that was asked for', { pairs: [['_total', 'estimate']] }, [{ total: 9, ...entries(match('1')) }]],
    ['about so many, less than are there too', { pairs: [['_total', 'estimate']] }, [{ total: 1, ...entries(match('1'), match('2')) }]],
    ['more than _count let through where there is no paging', { pairs: [['_count', '1'], ['_total', 'accurate']] }, [{ total: 9, ...entries(match('1')) }]],
  ])('may count %s', (_, asked, pages) => {
    expect(total(asked, ...pages)).toEqual([]);
  });
  test.each<[string, Omit<Asked, 'rule'>, readonly [object, ...object[]], RegExp]>([
    ['what is included', {}, [{ total: 2, ...entries(match('1'), included) }], /^warn: .* a total of 2, but all its pages together have 1 matches/],
    ['what is included, asked for the number', { pairs: [['_total', 'accurate']] }, [{ total: 2, ...entries(match('1'), included) }], /^fail: .* a total of 2/],
    ['what is included, where _count let more through', { pairs: [['_count', '5'], ['_total', 'accurate']] }, [{ total: 2, ...entries(match('1'), included) }], /^fail: /],
    ['less than stands on one page', {}, [{ total: 1, ...entries(match('1'), match('2')) }], /^fail: .* one page has 2 matches/],
    ['only what is on the page', { pairs: [['_total', 'accurate']] }, [{ total: 1, ...entries(match('1')), ...next }, { total: 1, ...entries(match('2')) }], /^fail: /],
    ['what is left on later pages', { pairs: [['_total', 'accurate']] }, [{ total: 2, ...entries(match('1')), ...next }, { total: 1, ...entries(match('2')) }], /^fail: A later page of .* a total of 1/],
    ['with a word', {}, [{ total: 'one', ...entries(match('1')) }], /^fail: Bundle.total is "one", not a count/],
    ['below nothing', {}, [{ total: -1 }], /^fail: Bundle.total is -1/],
    ['in parts', {}, [{ total: 1.5, ...entries(match('1')) }], /^fail: Bundle.total is 1.5/],
  ])('may not count %s', (_, asked, pages, says) => {
    expect(total(asked, ...pages)).toEqual([expect.stringMatching(says)]);
  });
  test('may be left out', () => expect(total({}, entries(match('1')))).toBeUndefined());
});

test('_count is of matches: what is included, and outcomes, come on top', () => {
  const two = entries(match('1'), match('2'), included, outcome);
  expect(of('result.count', two, [['_count', '2']])).toEqual([]);
  expect(of('result.count', two, [['_count', '1']])).toEqual(['fail: _count=1 was asked for, but the page has 2 matches.']);
  expect(of('result.count', two, [['_count', '0']])).toEqual([expect.stringMatching(/^fail/)]);
  expect(of('result.count', two, [['_count', 'few']])).toBeUndefined();
  expect(of('result.count', two)).toBeUndefined();
});

describe('the self link', () => {
  const pairs: readonly Pair[] = [['name', 'eve'], ['_count', '10']];
  const link = (url: string) => ({ link: [{ relation: 'self', url }] });
  const self = (bundle: object, asked: Omit<Asked, 'rule'> = {}) => told({ rule: 'result.self-link', pairs, ...asked }, bundle);

  test('that leaves out what was used is told; nobody can tell where it is not certain that it was used', () => {
    expect(self(link('Patient?name=eve'), { used: true })).toEqual([]);
    expect(self(link('Patient?_count=10'), { used: true })).toEqual([expect.stringMatching(/^fail: .* leaves out name=eve/)]);
    expect(self(link('Patient?_count=10'))).toEqual([]);
    // A server need not put what came in a body into an address.
    expect(self(link('Patient'), { used: true, method: 'POST' })).toEqual([expect.stringMatching(/^info: .* leaves out name=eve/)]);
  });

  test('may write a value in another way, which is worth knowing', () => {
    expect(self(link('Patient?name=EVE'), { used: true })).toEqual([expect.stringMatching(/^info: .* writes name=eve in another way/)]);
  });

  test('may not claim what does not exist', () => {
    expect(self(link('Patient?name=eve&scout-unknown=1'), { pairs: [...pairs, ['scout-unknown', '1']] })).toEqual([expect.stringMatching(/^fail: The self link claims scout-unknown=1/)]);
    expect(self(link('Patient?name=eve'), { pairs: [...pairs, ['scout-unknown', '1']], used: true })).toEqual([]);
  });

  test('has to be there, but for what came by POST and for counts', () => {
    expect(self({})).toEqual([expect.stringMatching(/^fail: .* has no self link/)]);
    expect(self({}, { method: 'POST' })).toEqual([expect.stringMatching(/^info: /)]);
    expect(self({}, { pairs: [['name', 'eve'], ['_summary', 'count']] })).toEqual([expect.stringMatching(/^info: /)]);
    expect(self({}, { pairs: [['name', 'eve'], ['_count', '0']] })).toEqual([expect.stringMatching(/^info: /)]);
    expect(self({}, { pairs: [['name', 'eve'], ['_summary', 'true']] })).toEqual([expect.stringMatching(/^fail: /)]);
  });

  test('is no matter where nothing selects', () => {
    expect(self({}, { pairs: [['_count', '10'], ['name', '']] })).toBeUndefined();
  });
});
