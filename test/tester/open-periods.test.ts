/** Periods without a start or an end, and a second identifier of a report: the fixtures have what shows a server that loses them. */
import { isObject } from '../../scripts/core/json';
import type { Override } from '../../scripts/server/behaviour';
import { indexingType } from '../../scripts/server/faults/matching';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

async function verdictOf(test: string, overrides: readonly Override[]) {
  const { results } = await runTests({ url: EMBEDDED, transport: embedded({ overrides }).transport, wait: noWait, runId: 'open', only: [test] });
  return `${String(results[0]?.verdict)}: ${String(results[0]?.message)}`;
}

/** Reports are found by another period than they have. */
const periods = (change: (period: { start?: unknown; end?: unknown }) => object | undefined): Override =>
  indexingType('DiagnosticReport', ({ effectivePeriod, ...report }) => (isObject(effectivePeriod) ? ({ ...report, effectivePeriod: change(effectivePeriod) }) : (report)));

test.each<[does: string, test: string, override: Override, lost: string]>([
  ['what has no start is not indexed', 'lt-day', periods((period) => (period.start === undefined ? undefined : period)), 'report-until'],
  ['what has no start begins where it ends', 'lt-day', periods((period) => ({ start: period.end, ...period })), 'report-until'],
  ['what has no end ends where it begins', 'ge-day', periods((period) => ({ end: period.start, ...period })), 'report-since'],
])('%s', async (_, shape, override, lost) => {
  const id = `search.diagnosticreport.date.${shape}`;
  expect(await verdictOf(id, [])).toMatch(/^pass/);
  expect(await verdictOf(id, [override])).toMatch(new RegExp(`^fail: .* leaves out .*${lost}`));
});

test('of several identifiers of a report the first alone is found', async () => {
  const first = indexingType('DiagnosticReport', (report) => ({ ...report, identifier: Array.isArray(report['identifier']) ? report['identifier'].slice(0, 1) : [] }));
  expect(await verdictOf('search.diagnosticreport.identifier.code', [])).toMatch(/^pass/);
  expect(await verdictOf('search.diagnosticreport.identifier.code', [first])).toMatch(/^fail: .* leaves out DiagnosticReport\/report-until/);
});
