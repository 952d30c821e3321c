/** HL7's IG Publisher, played by a small program: found, run, and its report read back; or what is missing is said. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateTool } from '../../scripts/java/locate-tool';
import { projectPublishers, runPublisher } from '../../scripts/publish/ig-publisher';
import { findJekyll } from '../../scripts/publish/jekyll';
import { PUBLISHER } from '../../scripts/publish/publisher-tool';

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
const run = (script: string, timeoutMs?: number, more: { cache?: string; offline?: boolean } = {}) => {
  const lines: string[] = [];
  return { lines, done: runPublisher({ root, jar: 'p.jar', java: fakeJava(script), onLine: (line) => lines.push(line), ...(timeoutMs !== undefined && { timeoutMs }), ...more }) };
};
const REPORT = `fs.mkdirSync('output', { recursive: true }); fs.writeFileSync('output/qa.json', JSON.stringify({ errs: 2, warnings: 3, hints: 4, 'suppressed-warnings': 5, 'suppressed-hints': 1, tool: '5.0.0 (3)' }));`;

test('its report is read back, whatever its exit code', async () => {
  const { lines, done } = run(`console.log('FHIR IG Publisher'); console.log(process.argv.slice(2).join(' ')); ${REPORT} process.exit(1);`);
  expect(await done).toEqual({ errors: 2, warnings: 3, hints: 4, suppressed: 6, findings: [], report: join(root, 'output', 'qa.html') });
  expect(lines[1]).toMatch(/^-Xmx4g -jar .*p\.jar -ig \. -no-sushi$/);
});

test('its errors are read back with the file that they are about', async () => {
  mkdirSync(join(root, 'output'));
  // Lines as version 2.1.2 wrote them.
  const text = [
    'FhirScoutImaging : Validation Results', '=========================================', '', 'err = 2, warn = 1, info = 0', 'IG Publisher Version: 2.1.2 Out of date - current version is null',
    ' Build Errors : 0 / 4 / 1', '</table>', '', '== n/a ==', "ERROR: 1: The HTML fragment 'ip-statements.xhtml' is not included", '',
    '== input/examples/Endpoint-wado-rs-archive.json ==', 'WARNING: Endpoint/wado-rs-archive: Endpoint: dom-6', "ERROR: Endpoint/wado-rs-archive: Endpoint.payloadMimeType[0]: The value provided ('application/dicom') was not found", '',
  ];
  writeFileSync(join(root, 'output', 'qa.txt'), text.join('\n'));
  const { version, findings } = await run(REPORT).done;
  expect(version).toBe('2.1.2');
  expect(findings).toMatchObject([
    { severity: 'error', message: "1: The HTML fragment 'ip-statements.xhtml' is not included" },
    { message: "Endpoint/wado-rs-archive: Endpoint.payloadMimeType[0]: The value provided ('application/dicom') was not found", location: { file: 'input/examples/Endpoint-wado-rs-archive.json' } },
  ]);
});

test('a report of an earlier run is not taken for this one\'s', async () => {
  mkdirSync(join(root, 'output'));
  writeFileSync(join(root, 'output', 'qa.json'), '{"errs":0}');
  const old = new Date(Date.now() - 60_000);
  (await import('node:fs')).utimesSync(join(root, 'output', 'qa.json'), old, old);
  const { done } = run(`console.log('Unable to load the template'); process.exit(3);`);
  await expect(done).rejects.toMatchObject({ code: 'publisher-failed', message: expect.stringContaining('exit code 3') as unknown, hint: expect.stringContaining('Unable to load the template') as unknown });
});

test("an error that is Java's own is told as its sentence, with what was said last", async () => {
  const { done } = run(`console.log('Run Template'); console.error('Exception in thread "main" java.lang.Error: Error generating build: a file is being generated more than once'); process.exit(1);`);
  await expect(done).rejects.toMatchObject({ message: 'The IG Publisher failed: Error generating build: a file is being generated more than once', hint: expect.stringContaining('Run Template') as unknown });
});

test('its cache is the one that is named, and offline it is told so', async () => {
  const { lines, done } = run(`console.log(process.argv.slice(4).join(' ')); ${REPORT}`, undefined, { cache: '/packages', offline: true });
  await done;
  expect(lines).toEqual(['p.jar -ig . -no-sushi -package-cache-folder /packages -tx n/a -no-network'.replace('p.jar', join(process.cwd(), 'p.jar'))]);
});

// Lines as version 2.1.2 wrote them.
test.each([
  ['Error loading template fhir.base.template#current: The package has no entry', 'template = #FOLDER'],
  ['Unable to resolve package id hl7.fhir.pubpack#0.2.4', 'hl7.fhir.pubpack from the FHIR registry'],
  ['Unable to find the file other/spec.internals in the package hl7.fhir.r4.core', 'put together from parts of the npm registry'],
])('%s: said without clocks and colours, with the way out', async (failure, way) => {
  const { lines, done } = run(`console.log('\\u001b[39mLoad Package x'); console.log('Publishing Content Failed: ${failure}      (00:02.359 / 00:10.262, 37Mb)'); console.log('    (00:00.000 / 00:10.263, 37Mb)'); console.log('Stack Dump (for debugging):  (00:00.000 / 00:10.264, 37Mb)'); process.exit(1);`);
  await expect(done).rejects.toMatchObject({ code: 'publisher-failed', message: `The IG Publisher failed: ${failure}`, hint: expect.stringContaining(way) as unknown });
  expect(lines).toEqual(['Load Package x', `Publishing Content Failed: ${failure}`, 'Stack Dump (for debugging):']);
});

test('Jekyll is asked for its version before; without it, or with one that does not run, that is said', async () => {
  const program = join(root, 'jekyll');
  const env = { PATH: root };
  await expect(findJekyll(env)).rejects.toMatchObject({ code: 'no-jekyll', message: expect.stringContaining('not on the path') as unknown });
  writeFileSync(program, `#!${process.execPath}\nconsole.log('jekyll 4.3.1')`);
  chmodSync(program, 0o755);
  expect(await findJekyll(env)).toBe('4.3.1');
  writeFileSync(program, `#!${process.execPath}\nconsole.error('cannot load such file -- bundler'); process.exit(1)`);
  await expect(findJekyll(env)).rejects.toMatchObject({ code: 'no-jekyll', message: expect.stringContaining('cannot load such file') as unknown });
  writeFileSync(program, `#!${process.execPath}\nsetInterval(() => 0, 1000)`);
  await expect(findJekyll(env, 300)).rejects.toMatchObject({ message: expect.stringContaining('no answer within 0.3 s') as unknown });
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

test('the jar of the project comes after the one that is named, and before all that are kept', () => {
  const env = { XDG_CACHE_HOME: root };
  const project = join(root, 'my-ig');
  const locate = (more: NodeJS.ProcessEnv = {}) => locateTool(PUBLISHER, { env: { ...env, ...more }, beside: projectPublishers(project) });
  expect(locate()).toBeUndefined();
  writeFileSync(join(root, 'publisher.jar'), '');
  expect(locate()).toEqual({ jar: join(root, 'publisher.jar'), origin: 'project' });
  writeFileSync(join(root, 'named.jar'), '');
  expect(locate({ SCOUT_PUBLISHER_JAR: join(root, 'named.jar') })?.origin).toBe('environment');
});
