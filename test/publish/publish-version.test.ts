/** Published versions: each in a folder of its own, the newest as current, never changed again. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyPage } from '../../scripts/publish/package-list';
import { publishVersion, refuseOverwriting } from '../../scripts/publish/publish-version';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scout-published-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const GUIDE = { 'package-id': 'a.b', title: 'A <Guide>', canonical: 'https://example.org/a' };
const version = (number: string, desc?: string) => ({ version: number, path: `https://example.org/a/${number}`, status: 'draft', sequence: 'Releases', fhirversion: '4.0.1', date: '2026-01-01', ...(desc !== undefined && { desc }) });
const publish = (number: string, text = number) => publishVersion(folder, { files: new Map([['index.html', text], ['assets/site.css', 'p{}']]), guide: GUIDE, version: version(number) });
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const list = () => (JSON.parse(read('package-list.json')) as { list: { version: string; current?: boolean }[] }).list.map((one) => [one.version, one.current === true]);

test('a version is published beside current, which is the newest; earlier ones stay as they are', () => {
  publish('1.0.0');
  publish('1.1.0');
  expect(readdirSync(folder).sort()).toEqual(['1.0.0', '1.1.0', 'current', 'history.html', 'package-list.json']);
  expect([read('1.0.0/index.html'), read('1.1.0/index.html'), read('current/index.html')]).toEqual(['1.0.0', '1.1.0', '1.1.0']);
  expect(list()).toEqual([['1.1.0', true], ['1.0.0', false]]);
  expect(read('history.html')).toMatch(/1\.1\.0.*current.*1\.0\.0/s);
});

test('a version that is there is never overwritten, and nothing is changed by trying', () => {
  publish('1.0.0');
  expect(() => publish('1.0.0', 'other')).toThrow(expect.objectContaining({ code: 'already-published', message: 'Version 1.0.0 is published already, and what is published is never changed.' }) as Error);
  expect(read('1.0.0/index.html')).toBe('1.0.0');
  rmSync(join(folder, 'package-list.json')); // the folder alone says it too
  expect(() => refuseOverwriting(folder, '1.0.0')).toThrow(expect.objectContaining({ code: 'already-published' }) as Error);
});

test.each(['../1.0.0', 'current', '', 'a/b'])('"%s" cannot be a version', (number) => {
  expect(() => refuseOverwriting(folder, number)).toThrow(expect.objectContaining({ code: 'bad-version-name' }) as Error);
});

test('the versions of another guide, and a list that is broken, are not touched', () => {
  publish('1.0.0');
  expect(() => publishVersion(folder, { files: new Map(), guide: { ...GUIDE, 'package-id': 'c.d' }, version: version('2.0.0') })).toThrow(expect.objectContaining({ code: 'other-guide' }) as Error);
  writeFileSync(join(folder, 'package-list.json'), '{');
  expect(() => publish('2.0.0')).toThrow(expect.objectContaining({ code: 'bad-package-list' }) as Error);
  expect(existsSync(join(folder, '2.0.0'))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('the page of versions runs nothing that a description contains', () => {
  const page = historyPage({ ...GUIDE, list: [version('1.0.0', '<script>alert(1)</script>')] });
  expect(page).toContain('A &lt;Guide&gt;');
  expect(page).not.toContain('<script>');
});
