import fc from 'fast-check';
import { comparisonView } from '../../scripts/report/html/comparison-view';
import { exchangeView, textView } from '../../scripts/report/html/exchange-view';
import { indentedJson } from '../../scripts/report/html/indented-json';
import { inertJson } from '../../scripts/report/html/page-data';
import { renderHtml } from '../../scripts/report/html/render';
import { anchor, safeHref } from '../../scripts/report/html/result-view';
import { ATTACKS, BASE, exchange, largeRun, runOf, sampleResults, sampleRun } from './sample-run';

const html = renderHtml(sampleRun());

describe('report.html', () => {
  it('has only our own style and script as elements that act, and refuses everything else by policy', () => {
    expect(html.match(/<script\b[^>]*>/g)).toEqual(['<script type="application/json" id="report-data">', '<script>']);
    expect(html.match(/<style\b/g)).toHaveLength(1);
    expect(html).not.toMatch(/<(img|iframe|object|embed|form|base|audio|video|source)\b/);
    expect(html).not.toMatch(/<[^>]+\s(on\w+|style)=/);
    expect(html).not.toMatch(/href="(?!https?:|#|data:image\/svg)/);
    expect(html).toMatch(/Content-Security-Policy" content="default-src &#x27;none&#x27;; style-src &#x27;sha256-[^"]*script-src &#x27;sha256-/);
  });

  it('shows every result once, and each of them whole', () => {
    for (const { id, title, requirement } of sampleResults()) {
      expect(html.split(`id="${anchor(id)}"`)).toHaveLength(2);
      expect(html).toContain(title.replaceAll('=', '&#x3D;').replaceAll("'", '&#x27;'));
      expect(html).toContain(requirement.id.split('"')[0]!);
    }
  });

  it('names the FHIR version of a server that speaks FHIR, and none of an archive', () => {
    const of = (target: { url: string; fhirVersion?: string }) => renderHtml({ ...sampleRun(), target });
    expect(of({ url: BASE, fhirVersion: '4.0.1' })).toContain('FHIR version');
    expect(of({ url: BASE })).not.toContain('FHIR version');
  });

  it('says once why a resource is the witness', () => {
    const result = sampleResults().find(({ verdict }) => verdict === 'fail')!;
    const shown = (message: string) => renderHtml(runOf([{ ...result, message, witness: { reference: 'ImagingStudy/x', excerpt: undefined, why: 'It is so.' } }])).split('<p><bdi>It is so.</bdi></p>').length - 1;
    expect([shown('Left out: x.'), shown('Left out: x. It is so.')]).toEqual([1, 0]);
  });

  it('opens the first result of each cause and no other', () => {
    expect([...html.matchAll(/<details class="result \w+" id="r-([^"]+)"[^>]* open>/g)].map((match) => match[1])).toEqual([
      'search.imagingstudy.modality.code', 'search.imagingstudy.started.ge', 'search.imagingstudy.sort.started', 'read.patient.unknown', 'data.imagingstudy.link',
    ]);
  });

  it('keeps JSON for its script from ending the element', () => {
    expect(inertJson({ a: '</script><!--\u2028&' })).toBe('{"a":"\\u003c/script\\u003e\\u003c!--\\u2028\\u0026"}');
    expect(JSON.parse(inertJson(ATTACKS))).toEqual(ATTACKS);
  });

  it('links only to pages', () => {
    expect(safeHref('https://hl7.org/fhir/R4/search.html#token')).toBe('https://hl7.org/fhir/R4/search.html#token');
    for (const url of ['javascript:alert(1)', ' JavaScript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'search.html', '']) expect(safeHref(url)).toBeUndefined();
  });

  it('gives each id an anchor of its own', () => {
    expect(anchor('search.imagingstudy.started_ge-1')).toBe('r-search.imagingstudy.started_ge-1');
    expect(new Set(['a b', 'a~b', 'a"b', 'aéab', 'a\u0e9ab', 'a0020b'].map(anchor)).size).toBe(6);
    expect(anchor('"><x é🩻')).toMatch(/^[A-Za-z0-9._~-]+$/);
  });

  it('holds a large run in a size that opens at once', () => {
    const page = renderHtml(largeRun());
    expect(page.match(/<details class="result/g)).toHaveLength(500);
    expect(page.length).toBeLessThan(15_000_000);
    expect(page.includes('report.json has all.')).toBe(true);
  });

  it('reads the same without steps, notes, software or results', () => {
    const page = renderHtml(runOf([], { target: { url: 'http://127.0.0.1:1/fhir' }, startedAt: 'unknown' }));
    expect(page).toContain('No requirement could be decided');
    expect(page).not.toContain('id="steps"');
    expect(page).not.toContain('id="notes"');
  });
});

describe('comparisonView', () => {
  it('aligns what is missing and what is extra, and folds the rest with its count', () => {
    const ids = Array.from({ length: 5000 }, (_, index) => `ImagingStudy/${index}`);
    const view = comparisonView(ids, ids.slice(4990), 2000)!;
    expect(view.summary).toBe('4,990 missing, 10 as expected.');
    expect(view.rows).toHaveLength(8);
    expect(view.rows[0]).toEqual({ kind: 'missing', expected: 'ImagingStudy/0', actual: undefined });
    expect(view.lists.map(({ title, note }) => [title, note])).toEqual([['4,982 more missing', '2,982 more are in report.json.'], ['10 as expected', undefined]]);
  });

  it('sets two single values side by side', () => {
    expect(comparisonView(['404'], ['200'], 10)!.rows).toEqual([{ kind: 'differs', expected: '404', actual: '200' }]);
  });

  it('shows another order place by place from the first difference on', () => {
    const view = comparisonView(['a', 'b', 'c', 'd'], ['a', 'c', 'b', 'd'], 10)!;
    expect(view.summary).toBe('The same 4, in another order from place 2 on.');
    expect(view.rows.map(({ kind, expected, actual }) => `${kind} ${expected} ${actual}`)).toEqual(['differs b c', 'differs c b', 'same d d']);
  });

  it('says that nothing was expected and nothing came back', () => {
    expect(comparisonView([], [], 10)!.summary).toBe('Nothing expected, nothing returned.');
    expect(comparisonView(undefined, undefined, 10)).toBeUndefined();
  });
});

describe('textView', () => {
  it('indents JSON and leaves everything else', () => {
    expect(textView('{"a":[1]}', 100)).toEqual({ text: '{\n  "a": [\n    1\n  ]\n}', json: true, note: undefined });
    expect(textView('<html> {"a":1}', 100)).toEqual({ text: '<html> {"a":1}', json: false, note: undefined });
  });

  it('cuts long text and says so', () => {
    expect(textView('x'.repeat(3000), 1000)).toEqual({ text: 'x'.repeat(1000), json: false, note: 'The beginning of 3,000 characters; report.json has all.' });
    expect(textView(JSON.stringify(Array(5000).fill(7)), 1000)).toEqual({ text: `[${'\n  7,'.repeat(199)}\n  7`, json: true, note: 'The beginning of 10,001 characters; report.json has all.' });
  });
});

describe('indentedJson', () => {
  it('indents as JSON.stringify does', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => indentedJson(JSON.stringify(value), Infinity) === JSON.stringify(value, null, 2)));
  });

  it('indents what is broken off, and loses nothing but white space outside of strings', () => {
    expect(indentedJson('{"a":[1,{"b":"c d', Infinity)).toBe('{\n  "a": [\n    1,\n    {\n      "b": "c d');
    const json = JSON.stringify({ a: [1, { b: 'c { d' }], e: {}, f: [] });
    for (let end = 0; end <= json.length; end += 1) {
      expect(indentedJson(json.slice(0, end), Infinity).replaceAll(/\s/g, '')).toBe(json.slice(0, end).replaceAll(/\s/g, ''));
    }
  });

  it('stops at the limit and at no depth', () => {
    expect(indentedJson('[1,'.repeat(100_000), 500).length).toBeLessThan(1000);
    expect(indentedJson(']'.repeat(10), 500)).toContain(']');
  });
});

describe('exchangeView', () => {
  const cut = (body: string, truncatedAt: number) => exchangeView({ ...exchange('/ImagingStudy', ''), response: { status: 200, headers: {}, body, truncatedAt } }, BASE, 1000);

  it('says what the tester did not keep', () => {
    expect(cut('{"a":', 5).response!.body).toEqual({ text: '{\n  "a":', json: true, note: 'The tester kept the first 5 bytes of this body.' });
    expect(cut('', 0).response!.body).toEqual({ text: '', json: false, note: 'The tester kept nothing of this body.' });
  });

  it('shortens addresses under the base only', () => {
    expect(exchangeView(exchange('/Patient?x=1', '{}'), BASE, 10)).toMatchObject({ path: '/Patient?x=1', status: '200 OK', ok: true, time: '35 ms' });
    const elsewhere = { ...exchange('', ''), request: { method: 'GET', url: `${BASE}-other/Patient`, headers: {} }, response: undefined, error: 'no route' };
    expect(exchangeView(elsewhere, BASE, 10)).toMatchObject({ path: `${BASE}-other/Patient`, status: 'no answer', ok: false, error: 'no route', response: undefined });
  });
});
