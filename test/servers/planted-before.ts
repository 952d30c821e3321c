/** A running foreign server and what is planted before it in, what the tester then says of it and did not say before, out. */
import { summarize, type Run } from '../../scripts/core/result';
import { compareRuns } from '../../scripts/report/compare-runs';
import { listen } from '../../scripts/server/listen';
import { plantedBehaviour } from '../../scripts/server/planted';
import { createProxy } from '../../scripts/server/proxy';
import { runTests } from '../../scripts/tester/run-tests';

/** Some faults of each kind that a proxy can plant, with the test that has to find each; the whole matrix, in our own server, is that of `scout selftest`. */
export const PLANTED_BEFORE = [
  ['token-not-drops-valueless', 'search.imagingstudy.reason.not'],
  ['reference-type-ignored', 'search.imagingstudy.encounter.other-type'],
  ['date-gt-as-ge', 'search.imagingstudy.started.gt-second'],
  ['or-as-and', 'search.imagingstudy._id.or'],
  ['chain-dropped', 'search.imagingstudy.encounter.chain-id'],
  ['post-body-ignored', 'combination.imagingstudy.post-token'],
  ['total-off-by-one', 'paging.imagingstudy.total'],
  ['include-first-only', 'include.imagingstudy.encounter'],
  ['fhir-version-wrong', 'capability.fhir-version'],
  ['vread-with-current-version-id', 'write.patient.vread-old'],
  ['not-modified-always', 'read.imagingstudy.conditional'],
  ['wrong-content-type', 'result.content-type'],
  ['transaction-response-reordered', 'write.transaction.response'],
  ['json-patch-test-ignored', 'write.patient.patch-json'],
] as const;

/** Legal behaviour that a proxy can give any server at once: none of the tests above may fail of it. */
export const LEGAL_BEFORE = ['no-total', 'self-link-reordered', 'outcome-entry', 'pretty', 'absolute-references', 'content-type-without-charset'] as const;

export interface ForeignServer {
  /** Base URL of the server, which holds data. */
  readonly url: string;
  readonly journalDir: string;
}

/** A run of some tests behind a proxy that plants nothing. */
export async function baselineBehindProxy(tests: readonly string[], server: ForeignServer): Promise<Run> {
  // A run that writes loads its fixtures for tests that search: these go by what the server holds.
  const runs = [await runBehindProxy([], [], tests.filter((test) => !writes(test)), server), await runBehindProxy([], [], tests.filter(writes), server)] as const;
  const results = runs.flatMap((run) => run.results);
  return { ...runs[0], results, summary: summarize(results) };
}

/** Ids of those tests that fail with something planted, and did not without it. */
export async function newlyFailing(before: Run, planted: { readonly faults?: readonly string[]; readonly variants?: readonly string[] }, tests: readonly string[], server: ForeignServer): Promise<string[]> {
  const after = await runBehindProxy(planted.faults ?? [], planted.variants ?? [], tests, server);
  return compareRuns(before, after, { partial: true }).changes.flatMap(({ id, kind }) => (kind === 'new-failure' || kind === 'new-error' ? [id] : []));
}

const writes = (test: string): boolean => test.startsWith('write.');

async function runBehindProxy(faults: readonly string[], variants: readonly string[], only: readonly string[], { url, journalDir }: ForeignServer): Promise<Run> {
  const proxy = await listen(createProxy({ target: url, basePath: '/before', behaviour: plantedBehaviour(faults, variants) }), { port: 0 });
  try {
    return await runTests({ url: proxy.url, write: only.some(writes), journalDir, only });
  } finally {
    await proxy.close();
  }
}
