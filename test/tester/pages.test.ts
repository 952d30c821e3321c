import type { Exchange } from '../../scripts/core/result';
import { followPages } from '../../scripts/tester/gather/follow-pages';
import { decodePairs, encodePairs, type Pair } from '../../scripts/tester/gather/query';
import { searchAnswer } from '../../scripts/tester/gather/search-answer';
import { judgePages } from '../../scripts/tester/judge/pages';
import { readSelfLink } from '../../scripts/tester/judge/self-link';
import { BASE, searchset } from './fake-server';
import fc from 'fast-check';

const page = (url: string, ids: readonly string[], next?: string): Exchange => ({
  request: { method: 'GET', url: `${BASE}/${url}`, headers: {} },
  response: { status: 200, headers: {}, body: JSON.stringify(searchset(ids.map((id) => ({ resourceType: 'ImagingStudy', id })), next === undefined ? {} : { link: [{ relation: 'next', url: next }] })) },
  durationMs: 1,
});

/** Follows pages that `site` holds by URL below the base. */
async function follow(site: Record<string, Exchange>, maxPages = 20) {
  const asked: string[] = [];
  const get = (url: string): Promise<Exchange> => {
    asked.push(url);
    return Promise.resolve(site[url.slice(BASE.length + 1)] ?? { request: { method: 'GET', url, headers: {} }, response: { status: 404, headers: {}, body: '' }, durationMs: 1 });
  };
  const followed = await followPages(site['first'] as Exchange, get, BASE, maxPages);
  return { ...followed, asked, answer: searchAnswer('ImagingStudy', followed.exchanges, followed.unfinished) };
}

const judge = (answer: ReturnType<typeof searchAnswer>, must: readonly string[], pairs: readonly Pair[] = [], pages = false) =>
  judgePages({ type: 'ImagingStudy', pairs, answer, pages, prediction: { must: new Set(must.map((id) => `ImagingStudy/${id}`)), either: new Map(), issues: [], rules: [] } });

describe('following pages', () => {
  test('reads to the end, relative links included', async () => {
    const { answer, unfinished } = await follow({ first: page('first', ['1'], `${BASE}/two`), two: page('two', ['2'], 'three'), three: page('three', ['3']) });
    expect(unfinished).toBeUndefined();
    expect(judge(answer, ['1', '2', '3'])).toMatchObject({ verdict: 'pass' });
  });

  test('stops at a link back', async () => {
    const { answer, unfinished, exchanges } = await follow({ first: page('first', ['1'], `${BASE}/two`), two: page('two', ['2'], `${BASE}/first`) });
    expect(unfinished).toMatch(/leads back/);
    expect(exchanges).toHaveLength(2);
    expect(judge(answer, ['1', '2'])).toMatchObject({ verdict: 'fail' });
  });

  test('says of a link back that it was put together wrongly', async () => {
    const { unfinished } = await follow({ first: page('first', ['1'], `${BASE}/x?_count=1?_cursor=abc`), 'x?_count=1?_cursor=abc': page('x?_count=1?_cursor=abc', ['1'], `${BASE}/x?_count=1?_cursor=abc`) });
    expect(unfinished).toMatch(/leads back.*"\?" twice: .*_count=1\?_cursor=abc/);
  });

  test('stops where nothing new comes, though the links differ', async () => {
    const site: Record<string, Exchange> = { first: page('first', ['1'], `${BASE}/p1`) };
    for (let i = 1; i < 50; i += 1) site[`p${i}`] = page(`p${i}`, ['1'], `${BASE}/p${i + 1}`);
    const { unfinished, exchanges } = await follow(site, 100);
    expect(unfinished).toMatch(/without bringing anything new/);
    expect(exchanges.length).toBeLessThan(6);
  });

  test('stops at the limit', async () => {
    const site: Record<string, Exchange> = { first: page('first', ['0'], `${BASE}/p1`) };
    for (let i = 1; i < 50; i += 1) site[`p${i}`] = page(`p${i}`, [String(i)], `${BASE}/p${i + 1}`);
    const { unfinished, exchanges } = await follow(site, 5);
    expect(unfinished).toMatch(/more than 5 pages/);
    expect(exchanges).toHaveLength(5);
  });

  test.each(['http://elsewhere.test/fhir/two', 'https://server.test/fhir/two', 'file:///etc/passwd'])('does not go to %s', async (next) => {
    const { asked, answer } = await follow({ first: page('first', ['1'], next) });
    expect(asked).toEqual([]);
    expect(judge(answer, ['1', '2']).verdict).toBe('info');
  });

  test('a page that is answered by an error fails', async () => {
    const { answer } = await follow({ first: page('first', ['1'], `${BASE}/gone`) });
    expect(judge(answer, ['1', '2'])).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/next link of page 1/) as string });
  });
});

describe('the union of pages', () => {
  const two = (a: readonly string[], b: readonly string[]) => follow({ first: page('first', a, `${BASE}/two`), two: page('two', b) });

  test('what repeats a failure is the first page, whose links are still good', async () => {
    const { answer } = await two(['1'], ['2', '2']);
    expect(judge(answer, ['1', '2', '3'])).toMatchObject({ verdict: 'fail', decisive: answer.first });
  });

  test('may not lack, add or repeat a match', async () => {
    expect(judge((await two(['1'], ['2'])).answer, ['1', '2', '3'])).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/leave out ImagingStudy\/3/) as string });
    expect(judge((await two(['1'], ['2', '3'])).answer, ['1', '2'])).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/bring ImagingStudy\/3, which do not match/) as string });
    expect(judge((await two(['1', '2'], ['2'])).answer, ['1', '2'])).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/more than once/) as string });
  });

  test('of a search that is refused, or not answered at all, there are no pages to judge', async () => {
    const answered = async (status: number | undefined) => (await follow({ first: { request: { method: 'GET', url: `${BASE}/first`, headers: {} }, ...(status === undefined ? { error: 'no answer: time-out' } : { response: { status, headers: {}, body: '' } }), durationMs: 1 } })).answer;
    for (const [status, verdict] of [[400, 'info'], [501, 'info'], [503, 'error'], [undefined, 'error'], [500, 'fail'], [200, 'fail']] as const) expect([status, judge(await answered(status), ['1']).verdict]).toEqual([status, verdict]);
  });

  test('one page with everything is no proof of paging', async () => {
    const { answer } = await follow({ first: page('first', ['1', '2']) });
    expect(judge(answer, ['1', '2']).verdict).toBe('no-data');
  });

  test('no next link where more matches exist is a warning: paging is a SHOULD', async () => {
    const { answer } = await follow({ first: page('first', ['1']) });
    expect(judge(answer, ['1', '2'], [['_count', '1']])).toMatchObject({ verdict: 'warn', message: 'ImagingStudy?_count=1 brings 1 of 2 matches and has no next link: the rest cannot be reached.' });
  });

  test('no next link is a failure of a server that pages elsewhere: then it has to do so by links', async () => {
    const { answer } = await follow({ first: page('first', ['1']) });
    expect(judge(answer, ['1', '2'], [['_count', '1']], true)).toMatchObject({ verdict: 'fail', message: expect.stringMatching(/gives next links elsewhere/) as string });
  });

  test.each([[[], /no _count was given/], [[['_count', '5']], /_count allows more/]] as const)('what a server cuts off by itself is missing', async (pairs, says) => {
    const { answer } = await follow({ first: page('first', ['1']) });
    expect(judge(answer, ['1', '2'], pairs)).toMatchObject({ verdict: 'fail', message: expect.stringMatching(says) as string });
  });
});

describe('query strings', () => {
  test('come back as they went', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(fc.property(fc.array(fc.tuple(fc.string({ minLength: 1, unit: 'grapheme' }), text)), (pairs) => {
      expect(decodePairs(encodePairs(pairs))).toEqual(pairs);
    }));
  });

  test('a plus is escaped: it would be read as a space', () => {
    expect(encodePairs([['started', 'ge2024-01-01T00:00:00+01:00']])).toBe('started=ge2024-01-01T00:00:00%2B01:00');
  });
});

describe('the self link', () => {
  const asked: Pair[] = [['modality', 'CT,MR'], ['patient', 'Patient/1'], ['modality', 'SR'], ['_count', '10'], ['_sort', 'started']];

  test.each([
    ['in another order and encoding', `${BASE}/ImagingStudy?patient=Patient%2F1&modality=SR&modality=CT%2CMR&_count=10`],
    ['relative, with added defaults', 'ImagingStudy?modality=MR,CT&modality=SR&patient=Patient/1&_format=json&_total=accurate'],
    ['on another host', 'https://proxy.test/x/ImagingStudy?modality=CT,MR&modality=SR&patient=Patient/1#top'],
  ])('may be written %s', (_, link) => {
    expect(readSelfLink(asked, link)).toEqual({ dropped: [], changed: [], claimed: [] });
  });

  test('tells what was dropped, changed, or cannot have been used', () => {
    expect(readSelfLink(asked, 'ImagingStudy?modality=CT,MR&modality=SR').dropped).toEqual([['patient', 'Patient/1']]);
    expect(readSelfLink(asked, 'ImagingStudy?modality=CT&modality=SR&patient=Patient/1').dropped).toEqual([['modality', 'CT,MR']]);
    expect(readSelfLink(asked, 'ImagingStudy?modality=CT,MR&modality=SR&patient=1').changed).toEqual([['patient', 'Patient/1']]);
    expect(readSelfLink([['scout-unknown', 'x']], 'ImagingStudy?scout-unknown=x').claimed).toEqual([['scout-unknown', 'x']]);
  });

  test.each<[string, Pair[], string, 'dropped' | 'changed' | undefined]>([
    // By the link's own words another search was carried out.
    ['a modifier left out', [['modality:not', 'CT']], 'ImagingStudy?modality=CT', 'dropped'],
    [':missing left out', [['modality:missing', 'true']], 'ImagingStudy?modality=true', 'dropped'],
    ['another modifier', [['identifier:of-type', 'a|b|c']], 'ImagingStudy?identifier:in=a|b|c', 'dropped'],
    ['one of two repetitions', [['started', 'ge2024'], ['started', 'le2025']], 'ImagingStudy?started=ge2024', 'dropped'],
    ['one repetition twice', [['started', 'ge2024'], ['started', 'ge2024']], 'ImagingStudy?started=ge2024', 'dropped'],
    ['a part of the values', [['modality', 'CT,MR']], 'ImagingStudy?modality=MR', 'dropped'],
    // A server may spell the same search otherwise.
    ['a type written out', [['patient', 'Patient/1']], 'ImagingStudy?patient:Patient=1', 'changed'],
    ['a type left out', [['subject:Patient', '1']], 'ImagingStudy?subject=Patient/1', 'changed'],
    ['more values', [['modality', 'CT']], 'ImagingStudy?modality=CT,ct', 'changed'],
    ['the modifier kept, the value not', [['modality:not', 'CT']], 'ImagingStudy?modality:not=dcm|CT', 'changed'],
    ['what steers and filters nothing', ['_count', '_format', '_pretty', '_sort', '_include', '_include:iterate', '_revinclude', '_summary', '_elements', '_total'].map((name): Pair => [name, 'x']), 'ImagingStudy', undefined],
    ['what has no value', [['modality', '']], 'ImagingStudy', undefined],
  ])('tells of %s', (_, pairs, link, kind) => {
    const { dropped, changed } = readSelfLink(pairs, link);
    expect([dropped.length, changed.length]).toEqual([kind === 'dropped' ? 1 : 0, kind === 'changed' ? 1 : 0]);
  });

  test('may be nonsense', () => {
    expect(readSelfLink(asked, '%%%?%zz=%').dropped).toHaveLength(3);
  });
});
