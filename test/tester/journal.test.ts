/** The journal of a run with --write as any other process finds it, at each moment. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createJournal, readJournal, RUN_TAG_SYSTEM, type JournalHeader } from '../../scripts/tester/write/journal';

const HEADER: JournalHeader = { kind: 'fhir-scout-journal', version: 1, base: 'http://fhir.test', tag: { system: RUN_TAG_SYSTEM, code: 'run1' }, startedAt: '2026-01-01T00:00:00Z' };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scout-journal-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a line is there for every other process before add returns', () => {
  const path = join(dir, 'new', 'journal.ndjson');
  const journal = createJournal(path, HEADER);
  journal.add({ kind: 'write', method: 'POST', url: 'Patient', references: [], types: ['Patient'] });
  expect(readJournal(path)).toMatchObject({ remaining: [], types: ['Patient'] });
  journal.add({ kind: 'made', reference: 'Patient/1' });
  expect(readJournal(path)).toMatchObject({ header: HEADER, remaining: ['Patient/1'], types: ['Patient'] });
});

test('kill -9 right after a line takes none of it', () => {
  const path = join(dir, 'journal.ndjson');
  const script = join(dir, 'killed.ts');
  writeFileSync(script, `
    import { createJournal } from ${JSON.stringify(join(__dirname, '../../scripts/tester/write/journal.ts'))};
    const journal = createJournal(${JSON.stringify(path)}, ${JSON.stringify(HEADER)});
    for (let id = 1; id <= 50; id += 1) journal.add({ kind: 'made', reference: \`Patient/\${id}\` });
    process.kill(process.pid, 'SIGKILL');
  `);
  spawnSync(process.execPath, ['--require', createRequire(__filename).resolve('tsx/cjs'), script]);
  expect(readJournal(path).remaining).toHaveLength(50);
  expect(readFileSync(path, 'utf8').endsWith('"Patient/50"}\n')).toBe(true);
});

test('a journal that is removed while lines are on their way to the disk troubles nobody', async () => {
  const path = join(dir, 'journal.ndjson');
  const journal = createJournal(path, HEADER);
  journal.add({ kind: 'made', reference: 'Patient/1' });
  rmSync(path);
  await pause(150);
  expect(() => journal.add({ kind: 'gone', reference: 'Patient/1' })).not.toThrow();
});
