/** The table of what covers what: every cover exists, every statement has one, and the page of the guide is what the command prints. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import { coverCount } from '../../scripts/commands/source-statements/check-cover';
import { DOCUMENTS } from '../../scripts/commands/source-statements/documents';
import { URL_FORMS } from '../../scripts/commands/source-statements/url-forms';
import { elementsOf } from '../../scripts/core/element-model';
import { packageRoot } from '../../scripts/core/package-root';

const covers = DOCUMENTS.flatMap(({ id, statements }) => statements.flatMap(({ says, covered }) => covered.map((cover) => ({ id, says, cover }))));

test('every cover is there', () => {
  expect(covers.filter(({ cover }) => coverCount(cover) === 0)).toEqual([]);
});

test('every statement has a cover, and no document says a thing twice', () => {
  for (const { id, statements } of DOCUMENTS) {
    expect([id, statements.filter(({ covered }) => covered.length === 0)]).toEqual([id, []]);
    const said = statements.map(({ kind, says }) => `${kind} ${says}`);
    expect([id, new Set(said).size]).toEqual([id, said.length]);
  }
});

test('the element tables of the R4, R6 and ballot documents are whole', () => {
  const counts = (id: string) => DOCUMENTS.find((document) => document.id === id)?.statements.filter(({ kind }) => kind === 'element').length;
  expect([counts('r4'), counts('r6-draft'), counts('dstu2-ballot')]).toEqual((['4.0', '6.0', '0.5'] as const).map((version) => Object.keys(elementsOf(version, 'ImagingStudy')).length));
});

test('the parameters of R5 have the types that the source page gives them', () => {
  const said = DOCUMENTS.find(({ id }) => id === 'r5-rest')?.statements.filter(({ kind }) => kind === 'parameter').map(({ says }) => says) ?? [];
  const typed = (type: string) => said.flatMap((says) => (says.endsWith(`(${type})`) ? [says.split(' ')[0]] : []));
  expect(typed('reference')).toEqual(['based-on', 'body-structure', 'encounter', 'endpoint', 'patient', 'performer', 'referrer', 'subject']);
  expect(typed('token')).toEqual(['body-site', 'dicom-class', 'identifier', 'instance', 'modality', 'reason', 'series', 'status']);
  expect(typed('date')).toEqual(['started']);
  expect(said).toHaveLength(17);
});

test.each(Object.entries(URL_FORMS))('the address %s is made as the document has it', (_, { made, wanted }) => {
  expect(made()).toBe(wanted);
});

test.each([['test:search.imagingstudy.nothing.*@R4'], ['rule:ist-9@6.0'], ['rule:r6-status@4.0'], ['convert:colour'], ['model:5.0#interpreter'], ['url:nowhere'], ['profile:input/fsh/profiles/none.fsh#identifier'], ['profile:input/fsh/profiles/scout-imaging-study.fsh#colour']] as const)('%s is no cover', (cover) => {
  expect(coverCount(cover)).toBe(0);
});

test('the page of the guide is what the command prints', async () => {
  const chunks: string[] = [];
  const exit = await runCli(['coverage', '--markdown'], { stdout: { write: (text) => chunks.push(text) }, stderr: { write: () => undefined } });
  expect(exit).toBe(0);
  const page = readFileSync(join(packageRoot(), 'input', 'pagecontent', 'coverage.md'), 'utf8');
  expect(chunks.join('')).toBe(page);
});
