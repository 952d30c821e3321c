import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeFault, judgeVariant } from '../../scripts/commands/selftest/judge-planted';
import { demoResources, runCrossCheckPlanted } from '../../scripts/commands/selftest/run-cross-check';
import { testOptions } from '../../scripts/commands/test';
import type { Exchange, Result } from '../../scripts/core/result';
import { attribute } from '../../scripts/dicom/dicomweb-json';
import { renderHtml } from '../../scripts/report/html/render';
import { jsonPieces } from '../../scripts/report/json';
import { plantedRows, type PlantedRow } from '../../scripts/server/planted';
import { runTests } from '../../scripts/tester/run-tests';
import { reachableBase } from '../../scripts/tester/dicomweb/cross-check/access';
import { sampleOf } from '../../scripts/tester/dicomweb/cross-check/sample';
import { startedDifference } from '../../scripts/tester/dicomweb/cross-check/started';

const rows = plantedRows().filter(({ service }) => service === 'cross-check');
const only = (kind: PlantedRow['kind']) => rows.filter((row) => row.kind === kind).map((row): [string, PlantedRow] => [row.id, row]);

test('FHIR and archive agree: every test passes, with few requests, and the report shows pictures', async () => {
  const run = await runCrossCheckPlanted(undefined);
  expect(run.results.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id)).toEqual([]);
  expect(run.requests).toBeLessThan(70);
  expect(renderHtml(run)).toMatch(/<img src="data:image\/jpeg;base64,[A-Za-z0-9+/]+(&#x3D;)*" alt="ImagingStudy\//);
  expect([...jsonPieces(run)].join('')).not.toContain('base64');
}, 60_000);

test.each(only('fault'))('%s is caught by a test of what it breaks', async (_, row) => {
  expect(judgeFault(row, await runCrossCheckPlanted(row.id))).toMatchObject({ killed: true, named: true });
});

test.each(only('variant'))('%s is spared', async (_, row) => {
  expect(judgeVariant(row, await runCrossCheckPlanted(row.id)).failures).toEqual([]);
});

test('the sample and the budget bound what is asked', async () => {
  const one = await runCrossCheckPlanted(undefined, { crossCheck: { sample: 1 } });
  expect(one.results.find(({ id }) => id === 'dicomweb.study.found')?.message).toBe('1 of 1 studies are found where their endpoints say.');
  const few = await runCrossCheckPlanted(undefined, { budget: 45 });
  expect(few.requests).toBeLessThanOrEqual(45);
  expect(few.results.some(({ verdict, message }) => verdict === 'error' && /budget/.test(message))).toBe(true);
});

test('the sample is of all archives and of old and new studies', () => {
  const studies = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1', 'c1', 'c2'];
  const sample = (count: number) => sampleOf(studies, count, (study) => study.slice(0, 1));
  expect(sample(5)).toEqual(['a1', 'a4', 'b1', 'c1', 'c2']);
  expect(sample(2)).toEqual(['a1', 'b1']);
  expect(sample(20)).toEqual(studies);
  expect(sampleOf([], 3, String)).toEqual([]);
});

test('studies that the run itself has loaded are looked for in no archive', async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'scout-cross-'));
  try {
    const fixtures = demoResources('http://pacs.elsewhere.invalid/dicom-web', 'http://pacs.elsewhere.invalid/wado');
    const run = await runCrossCheckPlanted(undefined, { write: true, fixtures, journalDir: outDir, crossCheck: { sample: 50 } });
    expect(run.notes.join()).toContain(`${fixtures.length} fixtures were loaded`);
    expect(run.results.filter(({ verdict }) => verdict !== 'pass').map(({ id, message }) => `${id}: ${message}`)).toEqual([]);
    expect(run.results.find(({ id }) => id === 'dicomweb.study.found')?.message).toBe('3 of 3 studies are found where their endpoints say.');
  } finally {
    rmSync(outDir, { recursive: true });
  }
}, 120_000);

test('credentials of the FHIR server do not go to the archive', async () => {
  const run = await runCrossCheckPlanted(undefined, { headers: { Authorization: 'Bearer for-fhir-alone' } });
  const asked = run.results.flatMap(({ exchanges }: Result): readonly Exchange[] => exchanges).filter(({ request }) => request.url.startsWith('http://pacs.invalid'));
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.every(({ request }) => !Object.keys(request.headers).some((name) => name.toLowerCase() === 'authorization'))).toBe(true);
});

test('without the caller\'s leave no archive is asked', async () => {
  await expect(runCrossCheckPlanted(undefined, { crossCheck: undefined })).rejects.toThrow(/ask other servers/);
});

test('an archive is reached by what the caller puts in the place of its name', () => {
  const endpoint = { reference: 'Endpoint/e1', address: 'https://pacs.internal:8443/dicom-web', endpoint: { resourceType: 'Endpoint', id: 'e1', name: 'Main archive' } };
  const by = (name: string) => reachableBase(endpoint, { [name]: 'http://localhost:1/x/' });
  expect(['Endpoint/e1', 'e1', 'Main archive', endpoint.address].map(by)).toEqual(Array(4).fill('http://localhost:1/x'));
  expect([by('pacs.internal:8443'), by('pacs.internal')]).toEqual(Array(2).fill('http://localhost:1/x/dicom-web'));
  expect(by('other')).toBe('https://pacs.internal:8443/dicom-web');
});

describe('when a study started', () => {
  const study = (date: string, time?: string, offset?: string) => ({ ...attribute('StudyDate', date), ...attribute('StudyTime', time), ...attribute('TimezoneOffsetFromUTC', offset) });
  test.each([
    ['the same instant in another zone', '2026-01-10T07:15:00Z', study('20260110', '081500', '+0100'), true],
    ['an hour off, where the offset is stated', '2026-01-10T08:15:00Z', study('20260110', '081500', '+0100'), false],
    ['any zone, where none is stated', '2026-01-10T13:45:00+05:30', study('20260110', '081500'), true],
    ['minutes off in any zone', '2026-01-10T08:22:00+01:00', study('20260110', '081500'), false],
    ['the day', '2026-01-10', study('20260110', '081500', '+0100'), true],
    ['another day', '2026-01-11', study('20260110', '081500', '+0100'), false],
    ['the day before, which a zone can make', '2026-01-09', study('20260110', '001500'), true],
    ['the year', '2026', study('20260110'), true],
    ['another year', '2025', study('20260110'), false],
    ['fractions of a second', '2026-01-10T08:15:00.250+01:00', study('20260110', '081500.250000', '+0100'), true],
    ['old forms of date and time', '2026-01-10T08:15:00+01:00', study('2026.01.10', '08:15:00', '+0100'), true],
  ])('%s', (_, started, dataSet, same) => expect(startedDifference(started, dataSet)?.differs === undefined).toBe(same));
  test('nothing to compare without a date', () => expect(startedDifference('2026', study(''))).toBeUndefined());
});

test('a recorded cross-check is judged again without a network', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'scout-cross-'));
  try {
    const live = await runCrossCheckPlanted('cross-instance-unknown', { recordDir: dir });
    const again = await runTests({ url: '', replayDir: dir, only: ['dicomweb.*'], crossCheck: {}, transport: () => Promise.reject(new Error('no network')) });
    expect(again.results.map(({ id, verdict }) => `${verdict} ${id}`)).toEqual(live.results.map(({ id, verdict }) => `${verdict} ${id}`));
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('the options as a person types them', () => {
  const options = (given: Record<string, unknown>) => testOptions({ args: ['http://a.example/fhir'], options: { out: 'x', json: false, quiet: true, color: false, ...given }, console: { progress: undefined } as never, signal: new AbortController().signal }).crossCheck;
  expect(options({})).toBeUndefined();
  expect(options({ dicomweb: true })).toEqual({ bases: {} });
  expect(options({ dicomwebSample: '3', dicomwebBase: ['pacs=http://localhost:1/x', 'https://a.example/w=https://b.example/w'] })).toEqual({ sample: 3, bases: { pacs: 'http://localhost:1/x', 'https://a.example/w': 'https://b.example/w' } });
  expect(() => options({ dicomwebBase: ['pacs'] })).toThrow(/not of the form NAME=URL/);
});
