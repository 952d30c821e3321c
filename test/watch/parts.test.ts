/** The small parts of watching: what changed on disk, what has to be done for it, what the validator must look at again, and how errors are shown. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from '../../scripts/core/fhir';
import { workFor } from '../../scripts/watch/changed-sources';
import { excerpt } from '../../scripts/watch/excerpt';
import { NOTHING_YET, withPages } from '../../scripts/watch/live-state';
import { overlay, withOverlay } from '../../scripts/watch/overlay';
import { watchSources } from '../../scripts/watch/source-watcher';
import { touchedResources } from '../../scripts/watch/touched';

describe('sources on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scout-sources-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('what is written, made and removed is told once; editors\' own files, our own writes and links are not', () => {
    const input = join(folder, 'input');
    mkdirSync(join(input, 'fsh'), { recursive: true });
    const [old, gone, made, ours] = ['old.fsh', 'gone.fsh', 'made.fsh', 'ours.fsh'].map((name) => join(input, 'fsh', name)) as [string, string, string, string];
    writeFileSync(old, '1');
    writeFileSync(gone, '1');
    const told: string[][] = [];
    const watcher = watchSources({ paths: () => [input, join(folder, 'sushi-config.yaml')], onChange: (files) => told.push([...files]), pollMs: 60_000 });
    try {
      watcher.look();
      expect(told).toEqual([]);
      writeFileSync(old, '22');
      rmSync(gone);
      writeFileSync(made, '1');
      writeFileSync(ours, '1');
      writeFileSync(join(input, 'fsh', '.made.fsh.swp'), '');
      writeFileSync(join(input, 'fsh', 'made.fsh~'), '');
      symlinkSync(tmpdir(), join(input, 'elsewhere'));
      writeFileSync(join(folder, 'sushi-config.yaml'), '');
      watcher.accept([ours]);
      watcher.look();
      watcher.look();
      expect(told).toEqual([[gone, made, old, join(folder, 'sushi-config.yaml')].sort()]);
    } finally {
      watcher.close();
    }
  });

  test('the system\'s notice, or the next look, is enough: nobody has to ask', async () => {
    const file = join(folder, 'noticed.fsh');
    writeFileSync(file, '1');
    let watcher: ReturnType<typeof watchSources> | undefined;
    const told = await new Promise<readonly string[]>((resolve) => {
      watcher = watchSources({ paths: () => [file], onChange: resolve, pollMs: 50 });
      writeFileSync(file, '22');
    });
    watcher?.close();
    expect(told).toEqual([file]);
  });
});

test.each([
  [['input/fsh/a.fsh'], { generate: false, compile: true }],
  [['sushi-config.yaml'], { generate: false, compile: true }],
  [['input/scenarios/stroke.yaml'], { generate: true, compile: true }],
  [['input/pagecontent/index.md', 'input/images/a.png'], { generate: false, compile: false }],
  [['input/pagecontent/new.md'], { generate: false, compile: true }],
])('%s', (files, work) => {
  expect(workFor('/p', files.map((file) => join('/p', file)), (file) => !file.endsWith('new.md'))).toEqual(work);
});

describe('what the validator looks at again', () => {
  const url = (id: string) => `https://example.org/${id}`;
  const valueSet = (code: string): Resource => ({ resourceType: 'ValueSet', id: 'v', url: url('v'), compose: code });
  const profile = (title: string): Resource => ({ resourceType: 'StructureDefinition', id: 'p', url: url('p'), title, binding: `${url('v')}|1.0.0` });
  const other: Resource = { resourceType: 'StructureDefinition', id: 'q', url: url('q') };
  const patient: Resource = { resourceType: 'Patient', id: 'x' };
  const study = (id: string, of: string, note = ''): Resource => ({ resourceType: 'ImagingStudy', id, note, meta: { profile: [url(of)] }, subject: { reference: 'Patient/x' } });
  const before = { definitions: [valueSet('a'), profile('P'), other], examples: [patient, study('one', 'p'), study('two', 'q')] };
  const ids = (resources: readonly Resource[]) => resources.map(({ id }) => id);

  test('the first time all; then nothing where nothing changed', () => {
    expect(ids(touchedResources(undefined, before).judged).sort()).toEqual(['one', 'p', 'q', 'two', 'v', 'x']);
    expect(touchedResources(before, structuredClone(before))).toEqual({ definitions: [], judged: [] });
  });

  test('an example that changed, with what it refers to', () => {
    const { definitions, judged } = touchedResources(before, { ...before, examples: [patient, study('one', 'p', 'new'), study('two', 'q')] });
    expect([ids(definitions), ids(judged)]).toEqual([[], ['one', 'x']]);
  });

  test('a value set that changed: the examples of the profiles that bind it, and no others', () => {
    const { definitions, judged } = touchedResources(before, { ...before, definitions: [valueSet('b'), profile('P'), other] });
    expect([ids(definitions), ids(judged)]).toEqual([['v'], ['v', 'one', 'x']]);
  });
});

test('an excerpt shows the place and its surroundings, at the ends of a file too', () => {
  expect(excerpt('one\ntwo\nthree\nfour', 1, 2)).toBe('> 1 | one\n    |  ^\n  2 | two\n  3 | three');
  expect(excerpt(Array.from({ length: 12 }, (_, index) => `l${index + 1}`).join('\n'), 10)).toBe('   8 | l8\n   9 | l9\n> 10 | l10\n  11 | l11\n  12 | l12');
  expect(excerpt('one', 7)).toBeUndefined();
});

test('pages that stay the same stay of their generation', () => {
  const first = withPages(NOTHING_YET, new Map([['a.html', '1'], ['b.html', '1']]), new Map(), '12:00');
  const second = withPages(first.state, new Map([['a.html', '2'], ['b.html', '1']]), new Map(), '12:01');
  const same = withPages(second.state, new Map([['a.html', '2'], ['b.html', '1']]), new Map(), '12:02');
  expect(second.changed).toEqual(['a.html']);
  expect([...second.state.changedAt]).toEqual([['a.html', 2], ['b.html', 1]]);
  expect([same.state.generation, same.changed]).toEqual([2, []]);
});

test('the panel says what is wrong and runs nothing that the sources contain', () => {
  const problem = { finding: { severity: 'error' as const, code: 'c', message: '<img src=x onerror=alert(1)>', source: 'sushi' as const, location: { file: 'a.fsh', line: 3 } }, excerpt: '> 3 | <b>' };
  const panel = overlay({ ...NOTHING_YET, current: false, madeAt: '12:00:01', problems: [problem] }, false);
  expect(panel).toContain('Below is the last good page, made 12:00:01; it is not what the sources say now.');
  expect(panel).toContain('a.fsh:3');
  expect(panel).toContain('&lt;img src=x');
  expect(panel).not.toMatch(/<img|<b>/);
  expect(overlay(NOTHING_YET, true)).toContain('Rebuilding');
  const page = withOverlay('<html><body><p>x</p></body></html>', { path: 'a"b.html', generation: 's.1', panel, bad: true });
  expect(page).toMatch(/<\/div><script src="\/~scout\/live\.js" defer><\/script><\/body><\/html>$/);
  expect(page).toContain('data-path="a&quot;b.html"');
});
