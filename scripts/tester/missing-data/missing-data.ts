/** A run whose data left tests undecided and a set of fixtures in, the few fixtures that decide those tests out, as a transaction. */
import { localReference, type Bundle, type Resource } from '../../core/fhir';
import { KnownError } from '../../core/known-error';
import type { Result, Run, Verdict } from '../../core/result';
import { loadSearchDefinitions } from '../../search/definitions';
import { createSearchIndex } from '../../search/search-index';
import type { SearchIndex } from '../../search/types';
import { readDeclared } from '../discovery/declared';
import { referencesIn } from '../gather/references';
import type { Transport } from '../http/transport';
import { NO_SEARCH } from '../needs';
import type { Seen } from '../options';
import { runTests } from '../run-tests';
import { isolate } from '../write/fixtures';
import { MISSING_DATA_TAG } from '../write/journal';
import { asTransaction } from './as-transaction';
import { createSelection, type Selection } from './cover';
import { demandsOf } from './demands';

export interface MissingDataInput {
  readonly run: Run;
  /** What the run has seen of the server. */
  readonly seen: Seen;
  /** Valid resources among which to choose; they refer to one another only. */
  readonly fixtures: readonly Resource[];
  /** A server of one's own with these resources: the tests are tried on it before their data is called enough. */
  readonly serve: (resources: readonly Resource[], seen: Seen) => Transport;
  readonly signal?: AbortSignal;
}

export interface MissingData {
  /** To be posted to the server's base; without entries where no fixture decides anything. */
  readonly bundle: Bundle;
  /** Ids of the tests that it decides. */
  readonly decides: readonly string[];
  /** Results that it leaves undecided. */
  readonly leaves: readonly Result[];
}

/** Of more data than this, a part shows as well what is lacking. */
const ENOUGH_OF_A_TYPE = 60;
/** A test that is open after so many would cost more data than it is worth. */
const ROUNDS = 4;
/** So often is more selected for what the selection decides among little data and not among all. */
const ROUNDS_AMONG_ALL = 1;

export async function missingData({ run, seen, fixtures, serve, signal }: MissingDataInput): Promise<MissingData> {
  // A search that is not there finds no data, however much there is.
  const lacking = run.results.filter(({ verdict, cause }) => verdict === 'no-data' && cause !== NO_SEARCH);
  const held = partOf(seen.resources);
  const offered = offer(fixtures, seen.statement);
  /** The tests against data and what would be added to it. */
  const rehearse = async (data: readonly Resource[], added: readonly Resource[], tests: readonly Result[]): Promise<readonly Result[]> => {
    if (tests.length === 0) return [];
    const transport = declaring(seen.statement, serve([...data, ...added], seen));
    const { unfinished } = seen;
    const options = { url: seen.base, fhir: seen.version.name, transport, unfinished, only: tests.map(({ id }) => id), concurrency: 1, budget: Infinity, wait: () => Promise.resolve(), ...(signal === undefined ? {} : { signal }) };
    return runTests(options).then(
      ({ results }) => results,
      (error: unknown) => {
        // Tests that need more than a server (a validator, an archive) are left out of the rehearsal: then there may be none.
        if (error instanceof KnownError && error.code === 'no-such-test') return [];
        throw error;
      },
    );
  };
  const wanted = (await rehearse(held, offered, lacking)).filter(isDecided);
  const index = createSearchIndex(loadSearchDefinitions(seen.version), seen.base, [...held, ...offered]);
  const selection = createSelection(held.map(referenceOf), closuresOf(offered));
  const selected = () => offered.filter((resource) => selection.chosen.has(referenceOf(resource)));
  let round = 0;
  for (let open: readonly Result[] = wanted; open.length > 0 && round < ROUNDS; round += 1) {
    select(selection, round, open, index);
    open = (await rehearse(held, selected(), open)).filter((result) => !isDecided(result));
  }
  // Promised is only what the selection as a whole was seen to decide, among all that is there: what was added for some tests may
  // have taken from others, and what shows among little may be lost among much.
  for (const last = round + (held.length === seen.resources.length ? 0 : ROUNDS_AMONG_ALL); ; round += 1) {
    const decided = (await rehearse(seen.resources, selected(), wanted)).filter(isDecided);
    const decides = new Set(decided.map(({ id }) => id));
    const open = wanted.filter(({ id }) => !decides.has(id));
    const before = selection.chosen.size;
    if (open.length > 0 && round < last) select(selection, ROUNDS - 1, open, index);
    if (selection.chosen.size === before) return { bundle: asTransaction(decides.size === 0 ? [] : selected()), decides: [...decides], leaves: lacking.filter(({ id }) => !decides.has(id)) };
  }
}

/** First a few of the tests are given what they need, for it mostly serves the others too; then all that are still open, with ever more. */
function select(selection: Selection, round: number, open: readonly Result[], index: SearchIndex): void {
  if (round === 0) {
    selection.meet(oneOfEach(open).flatMap((test) => demandsOf(test, index)));
    return;
  }
  const demands = open.flatMap((test) => demandsOf(test, index));
  const untouched = () => demands.map((demand) => new Set([...demand].filter((reference) => !selection.chosen.has(reference))));
  for (let more = 0; more < 2 ** (round - 1); more += 1) selection.meet(untouched());
}

/** One test of each parameter: ids that differ in their last part alone are about the same. */
function oneOfEach(tests: readonly Result[]): Result[] {
  return [...new Map(tests.map((test) => [test.id.replace(/\.[^.]*$/, ''), test])).values()];
}

const UNDECIDED: readonly Verdict[] = ['no-data', 'not-declared', 'error'];

function isDecided({ verdict }: Result): boolean {
  return !UNDECIDED.includes(verdict);
}

function referenceOf(resource: Resource): string {
  return localReference(resource) ?? resource.resourceType;
}

/** Some of each type. */
function partOf(resources: readonly Resource[]): Resource[] {
  const counts = new Map<string, number>();
  return resources.filter(({ id, resourceType }) => {
    const count = (counts.get(resourceType) ?? 0) + 1;
    counts.set(resourceType, count);
    return id !== undefined && count <= ENOUGH_OF_A_TYPE;
  });
}

/** The fixtures that the server can take, with all that they refer to; under ids that no data has. */
function offer(fixtures: readonly Resource[], statement: Resource): Resource[] {
  const declared = readDeclared(statement).types;
  const closures = closuresOf(fixtures);
  const takes = (reference: string) => declared.has(reference.split('/')[0] ?? '');
  const usable = fixtures.filter((resource) => (closures.get(referenceOf(resource)) ?? []).every(takes));
  // By the tag a run recognises, and prefers, what was added for it.
  return isolate(usable, (hint) => `missing-${hint}`.slice(0, 64)).map((resource) => ({ ...resource, meta: { ...resource.meta, tag: [...(resource.meta?.tag ?? []), MISSING_DATA_TAG] } }));
}

/** Each resource with all that it leads to. */
function closuresOf(resources: readonly Resource[]): Map<string, string[]> {
  const targets = new Map(resources.map((resource) => [referenceOf(resource), referencesIn(resource).map(({ reference }) => reference)]));
  const reach = (from: string): string[] => {
    const reached = new Set([from]);
    // A set that grows while it is walked through is walked through to its end.
    for (const reference of reached) for (const target of targets.get(reference) ?? []) if (targets.has(target)) reached.add(target);
    return [...reached];
  };
  return new Map([...targets.keys()].map((reference) => [reference, reach(reference)]));
}

/** The transport, but with the statement of the server that is rehearsed for: what it does not declare must not count. */
function declaring(statement: Resource, transport: Transport): Transport {
  const body = JSON.stringify(statement);
  return async (request, limits) => {
    const answer = await transport(request, limits);
    return request.method === 'GET' && /\/metadata(\?|$)/.test(request.url) ? { ...answer, body } : answer;
  };
}
