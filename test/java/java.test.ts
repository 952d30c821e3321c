/** Which Java runs the validator, and the way out where none can. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findJava, INSTALL_LINES, installHint, pathFor } from '../../scripts/java/java';
import { fakeJava, type FakeJava } from '../validate/official/fake-java';

let java: FakeJava;
beforeEach(() => {
  java = fakeJava();
});
afterEach(() => java.remove());

test.each([
  ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime', '17.0.15', 17],
  ['java version "21" 2023-09-19 LTS', '21', 21],
  ['openjdk version "25-ea" 2025-09-16', '25-ea', 25],
])('%s is taken', async (line, version, major) => {
  java.setVersion(line);
  expect(await findJava(java.env)).toEqual({ command: 'java', version, major });
});

test.each([
  ['java version "1.8.0_402"', '1.8.0_402'],
  ['openjdk version "11.0.22" 2024-01-16', '11.0.22'],
  ['gibberish', 'gibberish'],
])('%s is too old', async (line, version) => {
  java.setVersion(line);
  await expect(findJava(java.env)).rejects.toMatchObject({ code: 'java-too-old', message: expect.stringContaining(version) as string, hint: installHint('java') });
});

test('no Java is named with the line that installs it', async () => {
  await expect(findJava({ PATH: java.folder })).rejects.toMatchObject({ code: 'no-java', hint: installHint('java') });
  expect(installHint('java', 'linux')).toBe(`Install it: ${INSTALL_LINES.java.linux}`);
  expect(installHint('maven', 'aix')).toBe('Install it from https://maven.apache.org');
});

test('a Java that never answers is as good as none', async () => {
  const bin = join(java.folder, 'slow');
  mkdirSync(bin);
  writeFileSync(join(bin, 'java'), `#!${process.execPath}\nsetInterval(() => 0, 1000)`);
  chmodSync(join(bin, 'java'), 0o755);
  await expect(findJava({ PATH: bin }, 300)).rejects.toMatchObject({ code: 'no-java' });
});

test('JAVA_HOME comes before the path, also for what only looks on the path', async () => {
  const env = { ...java.env, PATH: '/nowhere', JAVA_HOME: java.folder };
  const found = await findJava(env);
  expect(found.command).toBe(join(java.folder, 'bin', 'java'));
  expect(pathFor(found, env)).toBe([join(java.folder, 'bin'), '/nowhere'].join(delimiter));
  expect(pathFor({ ...found, command: 'java' }, env)).toBe('/nowhere');
});
