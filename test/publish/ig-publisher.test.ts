/** HL7's IG Publisher, played by a small program: found, run, and its report read back; or what is missing is said. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locatePublisher, runPublisher } from '../../scripts/publish/ig-publisher';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scout-publisher-'));
  writeFileSync(join(root, 'ig.ini'), '[IG]\nig = x.json\ntemplate = fhir.base.template#current\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A `java` that does what the script says. */
function fakeJava(script: string): string {
  const file = join(root, 'java');
  writeFileSync(file, `#!${process.execPath}\nconst fs = require('fs');\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}
const run = (script: string, timeoutMs?: number) => {
  const lines: string[] = [];
  return { lines, done: runPublisher({ root, jar: 'p.jar', java: fakeJava(script), onLine: (line) => lines.push(line), ...(timeoutMs !== undefined && { timeoutMs }) }) };
};
const REPORT = `fs.mkdirSync('output', { recursive: true }); fs.writeFileSync('output/qa.json', JSON.stringify({ errs: 2, warnings: 3, hints: 4, tool: '2.0.0' }));`;

test('its report is read back, whatever its exit code', async () => {
  const { lines, done } = run(`console.log('FHIR IG Publisher'); console.log(process.argv.slice(2).join(' ')); ${REPORT} process.exit(1);`);
  expect(await done).toEqual({ errors: 2, warnings: 3, hints: 4, tool: '2.0.0', report: join(root, 'output', 'qa.html') });
  expect(lines[1]).toMatch(/^-Xmx4g -jar .*p\.jar -ig \.$/);
});

test('a report of an earlier run is not taken for this one\'s', async () => {
  mkdirSync(join(root, 'output'));
  writeFileSync(join(root, 'output', 'qa.json'), '{"errs":0}');
  const old = new Date(Date.now() - 60_000);
  (await import('node:fs')).utimesSync(join(root, 'output', 'qa.json'), old, old);
  const { done } = run(`console.log('Unable to load the template'); process.exit(3);`);
  await expect(done).rejects.toMatchObject({ code: 'publisher-failed', message: expect.stringContaining('exit code 3') as unknown, hint: expect.stringContaining('Unable to load the template') as unknown });
});

test('one that hangs is ended', async () => {
  await expect(run('setInterval(() => undefined, 1000);', 300).done).rejects.toMatchObject({ code: 'publisher-timeout' });
});

test('without ig.ini, or without a template in it, it is not started', async () => {
  writeFileSync(join(root, 'ig.ini'), '[IG]\nig = x.json\n');
  await expect(run(REPORT).done).rejects.toMatchObject({ code: 'no-template', message: expect.stringContaining('ig.ini') as unknown });
  rmSync(join(root, 'ig.ini'));
  await expect(run(REPORT).done).rejects.toMatchObject({ code: 'no-ig-ini' });
});

test('the jar: the one named, the environment\'s, the project\'s own, the one downloaded earlier, none', () => {
  const cached = join(root, 'cache.jar');
  const locate = (named?: string, env = {}) => locatePublisher({ root, env, cached, ...(named !== undefined && { named }) });
  expect(locate()).toBeUndefined();
  expect(() => locate(join(root, 'no.jar'))).toThrow(expect.objectContaining({ code: 'no-such-jar' }) as Error);
  writeFileSync(cached, '');
  expect(locate()).toBeUndefined(); // half a download
  writeFileSync(`${cached}.sha256`, '');
  expect(locate()?.origin).toBe('cache');
  mkdirSync(join(root, 'input-cache'));
  writeFileSync(join(root, 'input-cache', 'publisher.jar'), '');
  expect(locate()?.origin).toBe('project');
  writeFileSync(join(root, 'named.jar'), '');
  expect(locate(undefined, { SCOUT_PUBLISHER_JAR: join(root, 'named.jar') })?.origin).toBe('environment');
  expect(locate(join(root, 'named.jar'))?.origin).toBe('option');
});
