/** The catalogue in, the guide's page about it out: every requirement with the tests that stand on it. */
import { escapeMarkdown } from '../core/escape-markdown';
import type { FhirVersionRecord } from '../core/fhir-version';
import { coverage } from './coverage';
import { requirementOf } from './requirements';
import { TEST_GROUPS, type TestCase, type TestGroup } from './test-case';

/** The line that writes the page anew. */
export const WRITE_PAGE = 'npm run -s scout -- test --list --markdown > input/pagecontent/test-catalogue.md';

/** More patterns than this are drawn together to one for each subject. */
const MANY = 4;

/**
 * Markdown as the guide's pages are written in. Tests are named by patterns, as `--only` takes them, because one requirement
 * is tested with each parameter and type that it concerns.
 */
export function cataloguePage(tests: readonly TestCase[], version: FhirVersionRecord): string {
  const covered = coverage(tests);
  const missing = covered.filter((row) => row.tests.length === 0).map(({ key }) => `\`${requirementOf(key, version).id}\``);
  // Groups of the DICOMweb tester are not in this catalogue.
  const groups = (Object.keys(TEST_GROUPS) as TestGroup[]).filter((group) => tests.some((test) => test.group === group));
  const rowsOf = (group: TestGroup) => covered.filter((row) => row.tests[0]?.group === group);
  return [
    `<!-- Written by: ${WRITE_PAGE} -->`,
    '',
    `The program has ${tests.length} tests for FHIR ${version.name}. Each stands on a sentence of a specification, its requirement, and each result names it.`,
    'The tables list the requirements with the tests that decide them: a pattern such as `search.*.not` stands for the same test with each',
    'parameter and type, and can be given to `--only` and `--skip`. `scout test --list` prints every single one.',
    '',
    '| Group | Tests | Requirements |',
    '|---|---|---|',
    ...groups.map((group) => `| [${TEST_GROUPS[group]}](#${anchorOf(TEST_GROUPS[group])}) | ${tests.filter((test) => test.group === group).length} | ${rowsOf(group).length} |`),
    '{: .grid}',
    '',
    ...groups.flatMap((group) => section(TEST_GROUPS[group], rowsOf(group), version)),
    ...(missing.length === 0 ? [] : ['### Rules without a test', '', `No test stands on these rules; the search engine predicts by them all the same: ${missing.join(', ')}.`, '']),
  ].join('\n');
}

function section(title: string, rows: ReturnType<typeof coverage>, version: FhirVersionRecord): string[] {
  if (rows.length === 0) return [];
  const lines = rows.map(({ key, tests }) => {
    const { id, url, text, expectation } = requirementOf(key, version);
    return `| [${escapeMarkdown(id)}](${url}) | ${expectation} | ${escapeMarkdown(text)} | ${patterns(tests).join(', ')} |`;
  });
  return [`### ${title}`, '', '| Requirement | Strength | What it asks | Tests |', '|---|---|---|---|', ...lines, '{: .grid}', ''];
}

/** Test ids with the parts that vary as `*`, and how many tests each stands for. */
export function patterns(tests: readonly Pick<TestCase, 'id'>[]): string[] {
  const byEnds = drawnTogether(tests, ([first = '', ...rest]) => [first, rest.length > 1 ? '*' : '', rest.at(-1) ?? '']);
  const found = byEnds.size <= MANY ? byEnds : drawnTogether(tests, ([first = '', second = '', ...rest]) => [first, second, rest.length > 0 ? '*' : '']);
  const shortest = found.size <= MANY ? found : drawnTogether(tests, ([first = '']) => [first, '*']);
  return [...shortest].map(([pattern, ids]) => (ids.length === 1 ? `\`${ids[0]}\`` : `\`${pattern}\` (${ids.length})`));
}

function drawnTogether(tests: readonly Pick<TestCase, 'id'>[], pattern: (parts: readonly string[]) => readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { id } of tests) {
    const key = pattern(id.split('.')).filter((part) => part !== '').join('.');
    found.set(key, [...(found.get(key) ?? []), id]);
  }
  return found;
}

/** The anchor that kramdown makes of a heading. */
function anchorOf(title: string): string {
  return title.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-');
}
