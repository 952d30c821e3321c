import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { CHANGE_KINDS } from '../../scripts/core/comparison';
import { packageRoot } from '../../scripts/core/package-root';
import { VERDICTS, type Run, type Verdict } from '../../scripts/core/result';
import { terminalStyle } from '../../scripts/core/style';
import { compareRuns, exitCodeOfComparison } from '../../scripts/report/compare-runs';
import { renderHtml } from '../../scripts/report/html/render';
import { jsonPieces } from '../../scripts/report/json';
import { renderJunit } from '../../scripts/report/junit';
import { parseReport } from '../../scripts/report/read-report';
import { renderTerminal } from '../../scripts/report/terminal';
import { verdictSentence } from '../../scripts/report/verdict-sentence';
import { ATTACKS, runOf, sampleResults } from './sample-run';

const model = sampleResults()[0]!;
const run = (verdicts: Record<string, Verdict>, message = 'why') => runOf(Object.entries(verdicts).map(([id, verdict]) => ({ ...model, id, title: `Test ${id}`, verdict, message })));
const kinds = (before: Run, after: Run, partial = false) => Object.fromEntries(compareRuns(before, after, { partial }).changes.map(({ id, kind }) => [id, kind]));

describe('compareRuns', () => {
  it('finds nothing where nothing changed, whatever the verdicts are', () => {
    const all = run(Object.fromEntries(Object.keys(VERDICTS).map((verdict) => [verdict, verdict])) as Record<string, Verdict>);
    expect(compareRuns(all, all)).toEqual({ baseline: { url: all.target.url, startedAt: all.startedAt, tool: 'fhir-scout 0.1.0' }, changes: [], knownFailures: 1 });
  });

  it.each(Object.keys(VERDICTS) as Verdict[])('a failure that was %s before is new, unless it was one', (before) => {
    expect(kinds(run({ a: before }), run({ a: 'fail' }))).toEqual(before === 'fail' ? {} : { a: 'new-failure' });
  });

  it('a failure is fixed only by a verdict that shows it; without data it has but become silent', () => {
    const after = (verdict: Verdict) => kinds(run({ a: 'fail' }), run({ a: verdict })).a;
    expect((['pass', 'warn', 'info', 'no-data', 'not-declared', 'error'] as const).map(after)).toEqual(['fixed', 'fixed', 'fixed', 'changed', 'changed', 'new-error']);
  });

  it('names new and gone tests; a new test that fails is a new failure', () => {
    expect(kinds(run({ a: 'pass', b: 'fail' }), run({ c: 'pass', d: 'fail', e: 'error' }))).toEqual({ a: 'gone', b: 'gone', c: 'new', d: 'new-failure', e: 'new-error' });
    expect(kinds(run({ a: 'pass', b: 'fail' }), run({ b: 'fail' }), true)).toEqual({});
  });

  it('puts the worst kind first, as the table has them', () => {
    const { changes } = compareRuns(run({ a: 'fail', b: 'pass', c: 'pass', d: 'pass', x: 'pass' }), run({ a: 'pass', b: 'info', c: 'error', d: 'fail', n: 'pass' }));
    expect(changes.map(({ kind }) => kind)).toEqual(Object.keys(CHANGE_KINDS));
    expect(changes.map(({ id }) => id)).toEqual(['d', 'c', 'b', 'x', 'n', 'a']);
  });

  it('exits with 1 only for new failures, with 2 for what newly could not be done', () => {
    const code = (before: Record<string, Verdict>, after: Record<string, Verdict>) => exitCodeOfComparison(compareRuns(run(before), run(after)));
    expect(code({ a: 'fail', b: 'error' }, { a: 'fail', b: 'error' })).toBe(0);
    expect(code({ a: 'fail', b: 'pass' }, { a: 'pass', b: 'no-data' })).toBe(0);
    expect(code({ a: 'pass' }, { a: 'error' })).toBe(2);
    expect(code({ a: 'pass', b: 'pass' }, { a: 'error', b: 'fail' })).toBe(1);
  });
});

describe('reports of a compared run', () => {
  const before = run({ known: 'fail', mended: 'fail', same: 'pass', broke: 'pass', left: 'pass' });
  const after = run({ known: 'fail', mended: 'pass', same: 'pass', broke: 'fail', fresh: 'pass' }, `because ${ATTACKS[1]}`);
  const compared: Run = { ...after, comparison: compareRuns(before, after) };

  it('the sentence counts what changed', () => {
    expect(verdictSentence(compared)).toEqual({ headline: '1 new failure since 2026-11-22', additions: ['1 test gone', '1 new test', '1 fixed', '1 test fails as before'], mood: 'bad' });
    expect(verdictSentence({ ...before, comparison: compareRuns(before, before) })).toEqual({ headline: 'No new failure since 2026-11-22', additions: ['2 tests fail as before'], mood: 'good' });
  });

  it('the terminal names what changed and nothing else', () => {
    const text = renderTerminal(compared, terminalStyle(false), { width: 90 });
    expect(text).toMatch(/^fixed \(1\)\n {2}mended {2}FAIL -> pass: because/);
    expect(text).toMatch(/new failure \(1\)\n {2}broke {2}pass -> FAIL: because/);
    expect(text).toMatch(/test gone \(1\)\n {2}left {2}pass -> gone: why/);
    expect(text).not.toMatch(/^ {2}(known|same) /m);
  });

  it('report.json keeps its schema, holds all results, and is read back', () => {
    const written = [...jsonPieces(compared)].join('');
    const validate = new Ajv2020({ allErrors: true, validateFormats: false, allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(packageRoot(), 'schemas/report.schema.json'), 'utf8')) as object);
    expect([validate(JSON.parse(written)), validate.errors]).toEqual([true, null]);
    const read = parseReport(written, 'report.json');
    expect(read.comparison).toEqual(compared.comparison);
    expect(read.results).toHaveLength(5);
  });

  it('a report of a version before comparisons is still a baseline', () => {
    const old = JSON.parse([...jsonPieces(before)].join('')) as Record<string, unknown>;
    delete old.comparison;
    expect(parseReport(JSON.stringify(old), 'old.json').results).toHaveLength(5);
  });

  it('the page lists the changes with links to the results, and stays inert', () => {
    const html = renderHtml(compared);
    expect(html).toContain('<a href="#r-broke"><code>broke</code></a> <span>pass -&gt; FAIL:</span>');
    expect(html).toContain('id="r-broke"');
    expect(html).not.toContain(ATTACKS[1]);
    expect(renderHtml(before)).not.toContain('id="changes"');
    expect(renderHtml({ ...before, comparison: compareRuns(before, before) })).toContain('Every test came out as before.');
  });

  it('junit.xml is red only for what is new', () => {
    const xml = renderJunit(compared);
    expect(xml).toMatch(/<testsuites [^>]*failures="1"/);
    expect(xml).toMatch(/classname="known"[^>]*>\s*<skipped message="FAIL as before: /);
  });
});
