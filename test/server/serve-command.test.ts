import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from '../../scripts/commands/command';
import { openConsole } from '../../scripts/commands/console';
import { serveCommand } from '../../scripts/commands/serve';
import { listen } from '../../scripts/server/listen';

const COMMON = { out: 'output', json: false, quiet: false, color: false };

function context(options: Record<string, unknown>, onLine: (text: string) => void, signal = new AbortController().signal): CommandContext {
  const all = { ...COMMON, port: '0', basePath: '/fhir', ...options };
  const console = openConsole(all, { stdout: { write: onLine }, stderr: { write: () => undefined } });
  return { args: [], options: all, console, signal };
}

test('serves what --data names until it is interrupted, then saves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scout-serve-'));
  const data = join(folder, 'data.ndjson');
  const save = join(folder, 'saved.ndjson');
  writeFileSync(data, '{"resourceType":"Patient","id":"a"}\n');
  const abort = new AbortController();
  let said = '';
  let talk: Promise<void> | undefined;
  const outcome = await serveCommand.run(context({ data: [data], save, basePath: 'r4/', fault: ['read-without-etag'] }, (text) => {
    said += text;
    const url = /http:\S+/.exec(text)?.[0];
    if (url === undefined) return;
    talk = (async () => {
      const read = await fetch(`${url}/Patient/a`);
      expect([url.endsWith('/r4'), read.status, read.headers.get('etag')]).toEqual([true, 200, null]);
      await fetch(`${url}/Patient/b`, { method: 'PUT', headers: { 'content-type': 'application/fhir+json' }, body: '{"resourceType":"Patient","id":"b"}' });
    })().finally(() => abort.abort());
  }, abort.signal));
  await talk;
  expect(said).toMatch(/1 resource, with read-without-etag/);
  expect(outcome).toMatchObject({ exitCode: 0, json: { resources: 2, saved: save } });
  expect(readFileSync(save, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['a', 'b']);
  rmSync(folder, { recursive: true });
});

test.each([
  [{ port: 'many' }, 'bad-port'],
  [{ port: '70000' }, 'bad-port'],
  [{ basePath: '/a b' }, 'bad-base-path'],
  [{ fault: ['none'] }, 'no-such-fault'],
  [{ data: ['/does/not/exist'] }, 'no-data-file'],
  [{ proxy: 'nowhere' }, 'bad-url'],
  [{ proxy: 'http://127.0.0.1:1/fhir', fault: ['stale-index-after-update'] }, 'not-for-proxy'],
  [{ proxy: 'http://127.0.0.1:1/fhir', fault: ['dicomweb-filter-ignored'] }, 'not-for-proxy'],
  [{ proxy: 'http://127.0.0.1:1/fhir', data: ['input'], token: ['x'] }, 'bad-option'],
])('%j is a known error', async (options, code) => {
  await expect(serveCommand.run(context(options, () => undefined))).rejects.toMatchObject({ code });
});

test('a misspelt fault is not answered by all that share a word with it', async () => {
  await expect(serveCommand.run(context({ fault: ['token-not-drops-valuless'] }, () => undefined))).rejects.toMatchObject({ hint: 'Did you mean "token-not-drops-valueless"?' });
});

test('--list-faults lists and stops', async () => {
  const lines: string[] = [];
  const outcome = await serveCommand.run(context({ listFaults: true }, (text) => lines.push(text)));
  expect(lines.some((line) => /token\s+token-system-ignored\s/.test(line))).toBe(true);
  expect(outcome.json).toHaveLength(lines.length);
});

test('a proxy tells at its end in how many exchanges the fault showed', async () => {
  const other = await listen({ basePath: '/fhir', bodyLimit: 1000, rebase: () => undefined, handle: () => ({ status: 200, headers: { etag: 'W/"1"' }, body: '{}' }) }, { port: 0 });
  const told = async (fault: string): Promise<unknown> => {
    const abort = new AbortController();
    let talk: Promise<void> | undefined;
    const { json } = await serveCommand.run(context({ proxy: other.url, fault: [fault] }, (text) => {
      const url = /at (http:\S+), with/.exec(text)?.[1];
      if (url !== undefined) talk = fetch(`${url}/Patient/a`).then(() => abort.abort());
    }, abort.signal));
    await talk;
    return json;
  };
  expect([await told('read-without-etag'), await told('total-off-by-one')]).toEqual([expect.objectContaining({ exchanges: 1, changed: 1 }), expect.objectContaining({ exchanges: 1, changed: 0 })]);
  await other.close();
});
