/** Servers that show the records of patients for one patient at a time: their data is read all the same, their parameters are tested, and nobody is accused of the rule. */
import type { Run } from '../../scripts/core/result';
import { refusal } from '../../scripts/server/faults/honesty';
import { isSearch, pairsOf, responding } from '../../scripts/server/faults/rewriting';
import type { Override } from '../../scripts/server/behaviour';
import { splitUrl } from '../../scripts/server/query-string';
import { VARIANTS } from '../../scripts/server/variants';
import { runTests } from '../../scripts/tester/run-tests';
import type { TestOptions } from '../../scripts/tester/options';
import { EMBEDDED, embedded } from './embedded';

const ONLY = ['search.imagingstudy.modality.*', 'search.imagingstudy.started.*', 'search.imagingstudy.patient.*', 'paging.imagingstudy.*', 'honesty.*'];
const byPatient = VARIANTS.find(({ id }) => id === 'one-patient-at-a-time')?.override as Override;

/** Searches of a type that lack all of some parameters are answered so. */
const lacking = (type: string, names: RegExp, answer: ReturnType<typeof refusal>): Override =>
  responding((response, request) => (isSearch(request) && splitUrl(request.url).path.endsWith(`/${type}`) && !pairsOf(request).some(([name]) => names.test(name)) ? answer : response));

const run = (overrides: readonly Override[], options: Partial<TestOptions> = {}): Promise<Run> =>
  runTests({ url: EMBEDDED, transport: embedded({ overrides }).transport, wait: () => Promise.resolve(), only: ONLY, ...options });

const bad = ({ results }: Run) => results.filter(({ verdict }) => ['fail', 'warn', 'error'].includes(verdict)).map(({ id, message }) => `${id}: ${message}`);
const verdictOf = ({ results }: Run, id: string) => results.find((result) => result.id === id)?.verdict;

test('studies are read patient by patient, and searched beside a patient or ids', async () => {
  const done = await run([byPatient]);
  expect(bad(done)).toEqual([]);
  expect(verdictOf(done, 'search.imagingstudy.modality.code')).toBe('pass');
  expect(done.notes.join('\n')).toMatch(/Searches of everything are refused for ImagingStudy, .*: 400 \(Name a patient or an _id\.\)/);
});

test('where patients cannot be listed either, the one that is given is the beginning', async () => {
  const closed = lacking('Patient', /^(_id|identifier)$/, refusal(400, 'Name a patient or an _id.'));
  const blind = await run([byPatient, closed]);
  expect(bad(blind)).toEqual([]);
  expect(blind.notes.join('\n')).toMatch(/No patient is known here by whom ImagingStudy, .* could be searched: --patient ID names one/);
  const seeing = await run([byPatient, closed], { patients: ['alex-amari'] });
  expect(bad(seeing)).toEqual([]);
  expect(verdictOf(seeing, 'search.imagingstudy.modality.code')).toBe('pass');
});

test('an _id that may not stand beside other parameters leaves the patient to narrow by', async () => {
  const alone = responding((response, request) => (isSearch(request) && pairsOf(request).some(([name]) => name === '_id') && pairsOf(request).some(([name]) => !name.startsWith('_')) ? refusal(422, 'The _id parameter may not be provided with other parameters.') : response));
  const done = await run([byPatient, alone]);
  expect(bad(done)).toEqual([]);
  expect(verdictOf(done, 'search.imagingstudy.modality.code')).toBe('pass');
  // The same on a server that shows everything, of which there is too much to know it whole.
  const large = await run([alone], { unfinished: ['ImagingStudy'], only: ['search.imagingstudy.modality.*'] });
  expect(bad(large)).toEqual([]);
  expect(verdictOf(large, 'search.imagingstudy.modality.code')).toBe('pass');
});

test('a refusal that is told by 200 and an outcome is one', async () => {
  const told = lacking('ImagingStudy', /^(patient|_id)$/, {
    ...refusal(400, ''),
    status: 200,
    body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 0, link: [{ relation: 'self', url: `${EMBEDDED}/ImagingStudy` }], entry: [{ resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'required', diagnostics: 'Name a patient.' }] }, search: { mode: 'outcome' } }] }),
  });
  const done = await run([told], { only: ['search.imagingstudy.modality.*', 'search.imagingstudy.started.*'] });
  expect(bad(done)).toEqual([]);
  expect(verdictOf(done, 'search.imagingstudy.modality.code')).toBe('pass');
});

test('other words than those for a search of everything are a refusal of their own', async () => {
  const wrong = responding((response, request) => (isSearch(request) && pairsOf(request).some(([name]) => name === 'modality') ? refusal(400, 'modality is out of order.') : response));
  const done = await run([byPatient, wrong], { only: ['search.imagingstudy.modality.code'] });
  expect(verdictOf(done, 'search.imagingstudy.modality.code')).toBe('fail');
});
