import { spawnSync } from 'node:child_process';
import { compileLateSetting } from '../../scripts/core/compile-late';

test('the Node that runs this knows the setting, with a lower value of its own', () => {
  const [name = '', value] = (compileLateSetting(process.versions.v8) ?? '').split('=');
  const { stdout } = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  const usual = new RegExp(`${name} \\(.*\\n.*default: ${name}=(\\d+)`).exec(stdout)?.[1];
  expect(Number(value)).toBeGreaterThan(Number(usual));
});

test('a version of V8 that is not known is left alone', () => {
  expect(compileLateSetting('99.1.2')).toBeUndefined();
});
