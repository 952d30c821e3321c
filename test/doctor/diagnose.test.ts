import { compareVersions, diagnose, isAble, type Check } from '../../scripts/commands/doctor/diagnose';
import type { Machine } from '../../scripts/commands/doctor/machine';
import type { PackageReport } from '../../scripts/packages/package-report';

const outcome = { name: 'a.b', version: '1', purpose: 'test', files: 3, archives: [], repinned: [] };
const full: PackageReport = { cache: '/cache', lockFile: '/lock', notes: [], complete: true, packages: [{ ...outcome, status: 'present' }] };
const yes = (url: string) => ({ url, answers: true });
const no = (url: string) => ({ url, answers: false, why: 'no answer within 3 s' });

const complete: Machine = {
  node: { version: '20.20.2', wanted: '>=20.12' },
  java: { version: '17.0.15', command: 'java' },
  maven: { version: '3.8.7' },
  mavenRepository: yes('https://maven.example.org'),
  validator: { jar: '/validator.jar', origin: 'built from Maven Central' },
  validatorDownload: yes('https://download.example.org'),
  packages: full,
  fhirRegistries: [yes('https://fhir.example.org')],
  npmRegistry: yes('https://npm.example.org'),
};
const lack = { problem: 'there is none', mend: 'sudo apt-get install it' };
const states = (machine: Partial<Machine>) => Object.fromEntries(diagnose({ ...complete, ...machine }).map(({ id, state }) => [id, state]));
const check = (id: string, machine: Partial<Machine>) => diagnose({ ...complete, ...machine }).find((row) => row.id === id) as Check;
const able = (machine: Partial<Machine>) => isAble(diagnose({ ...complete, ...machine }));

test('a machine that has all is able, and has nothing to mend', () => {
  const checks = diagnose(complete);
  expect(checks.map(({ state }) => state)).toEqual(checks.map(() => 'ok'));
  expect([isAble(checks), checks.some(({ mend }) => mend !== undefined)]).toEqual([true, false]);
});

test('everything that is not ok names what mends it', () => {
  const nothing: Machine = {
    ...complete,
    node: { version: '18.0.0', wanted: '>=20.12' },
    java: lack,
    maven: lack,
    mavenRepository: no('https://maven.example.org'),
    validator: { problem: 'gone' },
    validatorDownload: no('https://download.example.org'),
    packages: { ...full, complete: false, packages: [{ ...outcome, status: 'missing' }] },
    fhirRegistries: [no('https://fhir.example.org')],
    npmRegistry: no('https://npm.example.org'),
  };
  const checks = diagnose(nothing);
  expect(checks.map(({ state }) => state)).toEqual(checks.map(() => 'missing'));
  expect(checks.filter(({ mend }) => !mend)).toEqual([]);
});

test.each<[string, Partial<Machine>, string]>([
  ['an old Node', { node: { version: '20.9.0', wanted: '>=20.12' } }, 'node'],
  ['no Java', { java: lack }, 'java'],
])('%s is missing and stops the main job', (_what, machine, id) => {
  expect([check(id, machine).state, able(machine)]).toEqual(['missing', false]);
});

test('registries are not needed where the cache is full', () => {
  const machine = { fhirRegistries: [no('https://fhir.example.org')], npmRegistry: no('https://npm.example.org') };
  expect(states(machine)).toMatchObject({ packages: 'ok', 'fhir-registry-1': 'unneeded', 'npm-registry': 'unneeded' });
  expect(able(machine)).toBe(true);
});

test.each([
  [[true], false, 'later', true],
  [[false], true, 'later', true],
  [[false, true], false, 'later', true],
  [[false], false, 'missing', false],
])('a package that lacks comes later if any registry answers (FHIR %j, npm %j)', (fhir, npm, state, isOne) => {
  const machine: Partial<Machine> = {
    packages: { ...full, complete: false, packages: [{ ...outcome, status: 'damaged', damage: 'package/X.json is cut off' }] },
    fhirRegistries: fhir.map((answers) => ({ url: 'https://fhir.example.org', answers })),
    npmRegistry: { url: 'https://npm.example.org', answers: npm },
  };
  expect(check('packages', machine)).toMatchObject({ state, detail: 'a.b#1 is damaged (package/X.json is cut off) in /cache' });
  expect(able(machine)).toBe(isOne);
});

test('a dependency that has to be re-pinned is told', () => {
  const packages: PackageReport = { ...full, complete: false, packages: [{ ...outcome, status: 'present', repinned: [{ dependency: 'c.d', from: '1', to: '2' }] }] };
  expect(check('packages', { packages })).toMatchObject({ state: 'later', detail: 'a.b#1 has to be re-pinned in /cache', mend: 'scout packages' });
});

describe('without a validator', () => {
  const validator = { problem: 'not there' };
  const download = no('https://download.example.org');

  test('it is downloaded where its release can be had, and Maven is not needed', () => {
    const machine = { validator, maven: lack };
    expect(states(machine)).toMatchObject({ validator: 'later', maven: 'unneeded', 'validator-download': 'ok' });
    expect(able(machine)).toBe(true);
  });

  test('it is built where Maven and its repository are there', () => {
    const machine = { validator, validatorDownload: download };
    expect(states(machine)).toMatchObject({ validator: 'later', maven: 'ok', 'maven-repository': 'ok', 'validator-download': 'unneeded' });
    expect(able(machine)).toBe(true);
  });

  test.each<[string, Partial<Machine>]>([
    ['no Maven', { maven: lack }],
    ['no repository', { mavenRepository: no('https://maven.example.org') }],
    ['no Java', { java: lack }],
  ])('with %s and no download the main job is not able to run fully', (_what, more) => {
    const machine = { validator, validatorDownload: download, ...more };
    expect([check('validator', machine).state, able(machine)]).toEqual(['missing', false]);
  });

  test('a repository that Maven did not name in time does not make it missing', () => {
    const silent: Machine = { ...complete, validator, validatorDownload: download };
    delete (silent as { mavenRepository?: unknown }).mavenRepository;
    expect(diagnose(silent).find(({ id }) => id === 'validator')?.state).toBe('later');
  });
});

test.each([
  ['20.12.0', '20.12', 0],
  ['20.9.0', '20.12', -1],
  ['22.0.0', '20.12', 1],
  ['20.12.0-rc.1', '20.12.1', -1],
])('version %s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});
