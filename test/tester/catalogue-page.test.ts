/** The catalogue as a page of the guide: complete, and as it was committed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { packageRoot } from '../../scripts/core/package-root';
import { RULES as INVARIANTS } from '../../scripts/invariants/rules';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import { DECIDING_RULES } from '../../scripts/search/rules';
import { FAULTS } from '../../scripts/server/faults';
import { cataloguePage, patterns, WRITE_PAGE } from '../../scripts/tester/catalogue-page';
import { coverage, requirementKeys } from '../../scripts/tester/coverage';
import { REQUIREMENTS } from '../../scripts/tester/requirements';
import { selectTests } from '../../scripts/tester/select';
import { catalogue } from '../../scripts/tester/tests/index';

const version = FHIR_VERSIONS.R4;
const tests = catalogue(loadSearchDefinitions(version));
const page = cataloguePage(tests, version);

test('every test stands on a requirement that there is, and may name no other', () => {
  const keys = new Set<string>(requirementKeys());
  expect(tests.flatMap(({ id, requirement, also = [] }) => [requirement, ...also].filter((key) => !keys.has(key)).map((key) => `${id}: ${key}`))).toEqual([]);
});

test('every requirement of the table, every rule of search and every invariant of the guide has a test', () => {
  const without = coverage(tests).filter((row) => row.tests.length === 0).map(({ key }) => key);
  expect(without).toEqual([]);
  expect(coverage(tests).map(({ key }) => key)).toEqual(expect.arrayContaining([...Object.keys(REQUIREMENTS), ...INVARIANTS.map(({ id }) => `invariant:${id}`)]));
});

test('every rule of the oracle is broken by a fault', () => {
  const broken = new Set(FAULTS.map(({ breaks }) => breaks.key));
  expect(DECIDING_RULES.filter((id) => !broken.has(`rule:${id}`))).toEqual([]);
});

test('a missing test shows: without the tests of a requirement it stands among those without one', () => {
  const fewer = tests.filter(({ requirement }) => requirement !== 'read-etag');
  expect(coverage(fewer).filter((row) => row.tests.length === 0).map(({ key }) => key)).toContain('read-etag');
  expect(cataloguePage(fewer, version)).toMatch(/### Rules without a test\n\n.*`fhir-r4-read-etag`/);
});

test('patterns select the tests they stand for', () => {
  expect(patterns([{ id: 'search.a.x.code' }, { id: 'search.b.y.code' }, { id: 'read.a.vread' }])).toEqual(['`search.*.code` (2)', '`read.a.vread`']);
  for (const row of coverage(tests)) {
    const chosen = selectTests(tests, version, patterns(row.tests).map((pattern) => /`(.+)`/.exec(pattern)?.[1] ?? ''));
    expect(row.tests.filter((one) => row.tests.length > 0 && !chosen.includes(one))).toEqual([]);
  }
});

test(`the page that is committed is the catalogue's; else write it anew: ${WRITE_PAGE}`, () => {
  expect(readFileSync(join(packageRoot(), 'input', 'pagecontent', 'test-catalogue.md'), 'utf8').trimEnd()).toBe(page.trimEnd());
});

test('every table row has its four cells, whatever the texts contain', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| [') && line.includes('://'));
  expect(rows.length).toBeGreaterThan(100);
  for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
});
