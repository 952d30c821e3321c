/** Search parameters that a server declares and FHIR does not define. */
import type { Resource } from '../../scripts/core/fhir';
import type { Override } from '../../scripts/server/behaviour';
import { pairsOf, responding, onBundle, onResource } from '../../scripts/server/faults/rewriting';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const NAME = 'comment';
const DEFINITION = { resourceType: 'SearchParameter', id: 'comment', url: 'https://own.example/SearchParameter/comment', name: 'comment', status: 'active', description: 'What is said of the study.', code: NAME, base: ['ImagingStudy'], type: 'string', expression: 'ImagingStudy.description' };

interface Statement extends Resource {
  rest: { resource: { type: string; searchParam: object[] }[] }[];
}

/** A server that declares the parameter, has the definition given, and keeps the studies that pass. */
function server(definition: object | undefined, keeps: (study: Resource, value: string) => boolean): Override {
  return responding((answer, request) => {
    if (request.url.endsWith('/metadata')) {
      return onResource(answer, (statement) => ({ ...statement, rest: (statement as Statement).rest.map((rest) => ({ ...rest, resource: rest.resource.map((row) => (row.type === 'ImagingStudy' ? { ...row, searchParam: [...row.searchParam, { name: NAME, type: 'string', definition: DEFINITION.url }] } : row)) })) }));
    }
    if (request.url.includes('/SearchParameter?') && definition !== undefined) return onBundle(answer, (bundle) => ({ ...bundle, total: 1, entry: [{ fullUrl: DEFINITION.url, resource: definition as Resource, search: { mode: 'match' } }] }));
    const value = pairsOf(request).find(([name]) => name === NAME)?.[1];
    return value === undefined ? answer : onBundle(answer, (bundle) => ({ ...bundle, total: undefined, entry: bundle.entry?.filter(({ resource }) => resource !== undefined && keeps(resource, value)) }));
  });
}

const described = ({ description }: Resource, value: string) => typeof description === 'string' && description.startsWith(value);

async function about(overrides: readonly Override[], unfinished: readonly string[] = []) {
  const { transport } = embedded({ overrides });
  const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, runId: 'own', unfinished, only: ['honesty.imagingstudy.own-parameters'] });
  return `${String(results[0]?.verdict)}: ${String(results[0]?.message)}`;
}

test('a server may have none', async () => {
  expect(await about([])).toMatch(/^pass: .* none of them the server's own/);
});

test.each([[[]], [['ImagingStudy']]])('one that does nothing is told by its definition, on a sample too: %p', async (unfinished) => {
  expect(await about([server(DEFINITION, () => true)], unfinished)).toMatch(/^fail: comment is declared, .*reads ImagingStudy.description, but ImagingStudy\?comment=.* filters nothing/);
  expect(await about([server(DEFINITION, described)], unfinished)).toMatch(/^pass: comment filters as its definition says/);
});

test('one that filters in a way of its own is no failure', async () => {
  expect(await about([server(DEFINITION, () => false)])).toMatch(/^info: comment filters, but otherwise/);
});

test.each([
  ['status', 'retired'],
  ['xpathUsage', 'phonetic'],
  ['type', 'special'],
  ['base', ['Patient']],
  ['expression', undefined],
  ['expression', 'ImagingStudy.description.resolve('],
])('a definition with %s %p does not say what has to match', async (element, value) => {
  expect(await about([server({ ...DEFINITION, [element]: value }, () => true)])).toMatch(/^no-data/);
});

test('without a definition nothing is certain', async () => {
  expect(await about([server(undefined, () => true)])).toMatch(/^info: The definition of comment, .*, is not on this server; ImagingStudy\?comment=scout-no-such-id brings \d+ studies/);
  expect(await about([server(undefined, described)])).toMatch(/^no-data/);
});
