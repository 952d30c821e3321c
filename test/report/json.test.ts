import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { packageRoot } from '../../scripts/core/package-root';
import type { Run } from '../../scripts/core/result';
import { jsonPieces } from '../../scripts/report/json';
import { parseReport, readReport } from '../../scripts/report/read-report';
import { runOf, sampleRun } from './sample-run';

const ajv = addFormats(new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }));
const validate = ajv.compile(JSON.parse(readFileSync(join(packageRoot(), 'schemas/report.schema.json'), 'utf8')) as object);

const text = (run: Run) => [...jsonPieces(run)].join('');
const report = (run = sampleRun()) => JSON.parse(text(run)) as Record<'results' | 'summary', Record<string, unknown>[]>;

/** The sample report with one place set to another value, or removed. */
function spoiled(path: string, value?: unknown): object {
  const whole = report();
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce((at, key) => at[key] as Record<string, unknown>, whole as Record<string, unknown>);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return whole;
}

describe('report.json', () => {
  it('has the shape that is promised', () => {
    const written = report();
    expect(Object.keys(written)).toEqual(['tool', 'target', 'mode', 'startedAt', 'durationMs', 'requests', 'summary', 'notes', 'steps', 'honesty', 'comparison', 'results']);
    expect(written.summary).toEqual({ pass: 17, fail: 6, warn: 1, info: 1, notDeclared: 1, noData: 1, error: 2 });
    for (const result of written.results) {
      expect(Object.keys(result)).toEqual([
        'id', 'title', 'group', 'resourceType', 'expectation', 'requirement', 'verdict', 'message', 'cause', 'expected', 'actual', 'witness', 'curl', 'exchanges',
      ]);
    }
  });

  it('is valid against its schema, empty or full', () => {
    expect([validate(report()), validate.errors]).toEqual([true, null]);
    expect([validate(report(runOf([], { target: { url: 'http://localhost:1/fhir' } }))), validate.errors]).toEqual([true, null]);
  });

  it('keeps bodies whole and gives every result with a request a curl line', () => {
    const run = sampleRun();
    const { results } = report();
    expect(results.map(({ exchanges }) => exchanges)).toEqual(JSON.parse(JSON.stringify(run.results.map(({ exchanges }) => exchanges))));
    expect(results.map(({ curl }) => typeof curl)).toEqual(run.results.map(({ exchanges }) => (exchanges.length > 0 ? 'string' : 'object')));
  });

  it.each<[string, string, unknown]>([
    ['a missing key', 'summary', undefined],
    ['a key that nobody knows', 'verdict', 'pass'],
    ['an unknown verdict', 'results.0.verdict', 'maybe'],
    ['a verdict missing in the summary', 'summary.noData', undefined],
    ['a count that is none', 'summary.fail', -1],
    ['an unknown mode', 'mode', 'readonly'],
    ['a target without address', 'target.url', undefined],
    ['a relative target', 'target.url', 'fhir'],
    ['an instant that is none', 'startedAt', 'yesterday'],
    ['a result without requirement', 'results.0.requirement', undefined],
    ['ids that are no strings', 'results.1.expected', [1]],
    ['an exchange with neither answer nor error', 'results.0.exchanges.0.response', undefined],
    ['a status that is none', 'results.0.exchanges.0.response.status', '200'],
    ['a step without status', 'steps.0.status', undefined],
    ['an unknown severity', 'steps.0.findings.0.severity', 'bad'],
  ])('its schema refuses %s', (_, path, value) => {
    expect(validate(spoiled(path, value))).toBe(false);
  });
});

describe('readReport', () => {
  const file = (content: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'report-')), 'report.json');
    writeFileSync(path, content);
    return path;
  };
  const spoiledFile = (path: string, value: unknown) => file(JSON.stringify(spoiled(path, value)));

  it('gives back the run that was written', async () => {
    const run = sampleRun();
    const read = await readReport(file(text(run)));
    // Curl lines are made when a report is written; all else comes back as it was.
    const withoutCurl = (of: Run) => ({ ...of, results: of.results.map((result) => ({ ...result, curl: undefined })) });
    // A half of a surrogate pair in a header or body is written as an escape, so it survives too.
    expect(withoutCurl(read)).toEqual(withoutCurl(run));
  });

  it('gives the same report when what it read is written again', async () => {
    const first = text(sampleRun());
    expect(text(await readReport(file(first)))).toBe(first);
  });

  it('lets a key of a later version through', () => {
    expect(parseReport(JSON.stringify(spoiled('results.0.tags', ['new'])), 'r.json').results).toHaveLength(29);
  });

  it.each([
    ['a file that is not there', async () => readReport('/no/such/report.json'), 'report-not-found', 'cannot be read: there is no such file or folder'],
    ['text that is no JSON', async () => readReport(file('<html>')), 'report-not-json', 'is not JSON'],
    ['another kind of JSON', async () => readReport(file('[]')), 'report-invalid', 'the report must be object'],
    ['an unknown verdict, naming the place and what is allowed', async () => readReport(spoiledFile('results.2.verdict', 'maybe')), 'report-invalid', 'results.2.verdict must be equal to one of the allowed values (pass, fail, warn, info, not-declared, no-data, error)'],
    ['two results of one id', async () => readReport(spoiledFile('results.1.id', 'capability.statement')), 'report-invalid', 'two results have the id capability.statement'],
    ['a summary that counts wrongly', async () => readReport(spoiledFile('summary.fail', 0)), 'report-invalid', 'summary.fail is 0, the results say 6'],
  ])('refuses %s', async (_, read, code, message) => {
    await expect(read()).rejects.toMatchObject({ name: 'KnownError', code, message: expect.stringContaining(message) as string });
  });
});
