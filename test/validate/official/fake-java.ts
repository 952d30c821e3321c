/** A `java` that needs none: a small Node program which answers, dies or hangs as the name of its jar says. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What the fake validator does; the jar is called `<mode>.jar`. */
export type FakeMode =
  | 'answers'
  /** Finds an error in every resource whose status is "wrong", and warns of every missing narrative. */
  | 'judges'
  /** Ends while it starts, after a stack trace. */
  | 'dies'
  /** Starts and never listens. */
  | 'mute'
  /** Listens, and never answers a document. */
  | 'hangs'
  /** Listens, and ends when it gets a document. */
  | 'falls'
  /** Finds its port taken the first time. */
  | 'port-taken'
  /** Answers documents with something that is no OperationOutcome. */
  | 'babbles';

const PROGRAM = `#!${process.execPath}
function judge(bundle) {
  const id = (code) => [{ url: 'http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id', valueCode: code }];
  const issue = (bundle.entry || []).flatMap(({ resource }, i) => {
    const path = 'Bundle.entry[' + i + '].resource/*' + resource.resourceType + '/' + resource.id + '*/';
    const narrative = { severity: 'warning', code: 'invariant', details: { text: 'Constraint failed: dom-6: x' }, expression: [path], extension: id('http://hl7.org/fhir/StructureDefinition/DomainResource#dom-6') };
    return [narrative, ...(resource.status === 'wrong' ? [{ severity: 'error', code: 'code-invalid', details: { text: 'The value provided\\n was not found' }, expression: [path + '.status'], extension: id('Terminology_TX_NoValid_16') }] : [])];
  });
  return JSON.stringify({ resourceType: 'OperationOutcome', issue });
}
const { appendFileSync, readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const folder = ${JSON.stringify('FOLDER')};
const args = process.argv.slice(2);
if (args[0] === '-version') {
  console.error(readFileSync(folder + '/version', 'utf8'));
  process.exit(0);
}
const mode = args[1].replace(/.*\\//, '').replace('.jar', '');
appendFileSync(folder + '/starts', JSON.stringify({ pid: process.pid, args, options: process.env.JDK_JAVA_OPTIONS }) + '\\n');
console.log('FHIR Validation tool Version 9.9.9');
if (mode === 'dies') {
  console.error('Cannot start: Unable to find package x#1');
  console.error('\\tat org.hl7.fhir.Some.where(Some.java:1)');
  process.exit(1);
}
if (mode === 'port-taken' && readFileSync(folder + '/starts', 'utf8').trim().split('\\n').length === 1) {
  console.error('java.net.BindException: Address already in use');
  process.exit(1);
}
if (mode === 'mute') setInterval(() => undefined, 1000);
else {
  const server = createServer((request, response) => {
    if (request.method === 'GET') return response.writeHead(405).end();
    if (mode === 'hangs') return;
    if (mode === 'falls') {
      console.error('java.lang.OutOfMemoryError: Java heap space');
      return setTimeout(() => process.exit(3), 20);
    }
    if (mode === 'babbles') return response.writeHead(502).end('<html>');
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (body += chunk));
    if (mode === 'judges') request.on('end', () => response.writeHead(200).end(judge(JSON.parse(body))));
    else request.on('end', () => response.writeHead(200).end(JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text: request.headers['content-type'] + ' ' + body } }] })));
  });
  server.listen(Number(args[3]), '127.0.0.1');
}
`;

export interface FakeJava {
  readonly folder: string;
  /** The environment in which `java` is ours. */
  readonly env: NodeJS.ProcessEnv;
  jar(mode: FakeMode): string;
  setVersion(line: string): void;
  /** How it was started so far. */
  starts(): { pid: number; args: string[]; options: string }[];
  remove(): void;
}

export function fakeJava(): FakeJava {
  const folder = mkdtempSync(join(tmpdir(), 'scout-java-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'java'), PROGRAM.replace('FOLDER', folder));
  chmodSync(join(bin, 'java'), 0o755);
  const setVersion = (line: string) => writeFileSync(join(folder, 'version'), line);
  setVersion('openjdk version "17.0.15" 2025-04-15');
  const env = { ...process.env };
  delete env.JAVA_HOME;
  delete env.JDK_JAVA_OPTIONS;
  return {
    folder,
    env: { ...env, PATH: [bin, process.env.PATH].join(delimiter) },
    jar(mode) {
      const jar = join(folder, `${mode}.jar`);
      writeFileSync(jar, '');
      return jar;
    },
    setVersion,
    starts() {
      const lines = readFileSync(join(folder, 'starts'), { encoding: 'utf8', flag: 'a+' }).trim().split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as { pid: number; args: string[]; options: string });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
