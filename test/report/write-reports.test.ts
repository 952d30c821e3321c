import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../scripts/core/result';
import { jsonPieces } from '../../scripts/report/json';
import { writeReports } from '../../scripts/report/write-reports';
import { WRITERS } from '../../scripts/report/writers';
import { sampleRun } from './sample-run';

const folder = () => mkdtempSync(join(tmpdir(), 'reports-'));

describe('writeReports', () => {
  it('writes each file of the table and nothing else', () => {
    const out = join(folder(), 'deep', 'er');
    const written = writeReports(sampleRun(), out);
    expect(written).toEqual(WRITERS.map(({ id, fileName }) => ({ id, path: join(out, fileName) })));
    expect(readdirSync(out).sort()).toEqual(['junit.xml', 'report.html', 'report.json']);
    expect(readFileSync(join(out, 'report.json'), 'utf8')).toBe([...jsonPieces(sampleRun())].join(''));
  });

  it('writes only what is asked for and replaces what an earlier run left', () => {
    const out = folder();
    writeFileSync(join(out, 'report.json'), 'old');
    expect(writeReports(sampleRun(), out, ['json'])).toEqual([{ id: 'json', path: join(out, 'report.json') }]);
    expect(readdirSync(out)).toEqual(['report.json']);
    expect(readFileSync(join(out, 'report.json'), 'utf8')).not.toBe('old');
  });

  it('refuses a report that is not in the table before it writes any', () => {
    const out = folder();
    expect(() => writeReports(sampleRun(), out, ['json', 'pdf'])).toThrow(expect.objectContaining({ code: 'unknown-report', hint: 'Known: html, json, junit.' }) as Error);
    expect(readdirSync(out)).toEqual([]);
  });

  it('leaves the old file and nothing half-written where the disk refuses or a run is broken', () => {
    const out = folder();
    writeFileSync(join(out, 'file'), '');
    expect(() => writeReports(sampleRun(), join(out, 'file'))).toThrow(expect.objectContaining({ code: 'report-not-written' }) as Error);
    mkdirSync(join(out, 'report.html', 'not empty'), { recursive: true });
    expect(() => writeReports(sampleRun(), out, ['html'])).toThrow(expect.objectContaining({ code: 'report-not-written' }) as Error);
    writeFileSync(join(out, 'report.json'), 'old');
    const broken = { ...sampleRun(), results: [sampleRun().results[0], null] } as unknown as Run;
    expect(() => writeReports(broken, out, ['json'])).toThrow(TypeError);
    expect(readFileSync(join(out, 'report.json'), 'utf8')).toBe('old');
    expect(readdirSync(out).sort()).toEqual(['file', 'report.html', 'report.json']);
    expect(existsSync(join(out, 'report.html', 'not empty'))).toBe(true);
  });
});
