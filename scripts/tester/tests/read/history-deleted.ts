/** What the history of the studies says was deleted, asked for again: without writing anything, the one look at a server's deletions. */
import { localReference, type BundleEntry } from '../../../core/fhir';
import { counted } from '../../../core/grammar';
import { answerInWords, isGone, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { askHistory } from '../../gather/ask-history';
import type { Pair } from '../../gather/query';
import { FOCUS } from '../../harvest';
import { fail, noData, pass } from '../../judge/judgements';
import { entryReference, entryVersion } from '../../judge/history';
import { needsSearch, type Judgement, type TestCase } from '../../test-case';
import { ofDeletion } from '../write/deleted-versions';
import { comesTo, inSteps, settles } from '../write/steps';

/** Entries on a page of the history, and pages, in which deletions are looked for. */
const COUNT = 50;
const PAGES = 2;
/** Deleted studies that are asked for, the longest gone first: these any search has had the time to forget. */
const TRIED = 2;

export const HISTORY_DELETED_TESTS: readonly TestCase[] = [
  {
    id: 'read.imagingstudy.deleted',
    title: `${FOCUS}: what the history says was deleted is neither read nor found`,
    group: 'read',
    resourceType: FOCUS,
    requirement: 'delete',
    also: ['rule:has', 'vread'],
    needs: [{ kind: 'interaction', type: FOCUS, interaction: 'read' }, { kind: 'interaction', type: FOCUS, interaction: 'history-type' }, ...needsSearch(FOCUS)],
    tags: ['history', 'delete'],
    // With --write the run deletes studies of its own, and looks closer.
    mode: 'read-only',
    run: (context) => inSteps(() => deleted(context)),
  },
];

async function deleted(context: TestContext): Promise<Judgement> {
  const { entries, trouble, first } = await askHistory(context, `${FOCUS}/_history?_count=${COUNT}`, { count: COUNT, type: FOCUS }, PAGES);
  if (trouble !== undefined) return noData(`The history tells nothing of deletions: ${trouble.message}`, first);
  const newest = new Map<string, BundleEntry>();
  for (const entry of entries) {
    const reference = entryReference(entry);
    if (reference !== undefined && !newest.has(reference)) newest.set(reference, entry);
  }
  const references = [...newest].filter(([, { request }]) => request?.method === 'DELETE').map(([reference]) => reference).slice(-TRIED);
  let looked = 0;
  for (const reference of references) {
    const judgement = await stillThere(context, reference, entries);
    if (judgement === 'made again') continue;
    if (judgement !== undefined) return judgement;
    looked += 1;
  }
  if (looked === 0) return noData('Needed: a study whose deletion is among the newest entries of the history.', first);
  return pass(`${counted(looked, 'deleted study', 'deleted studies')} of the history cannot be read, and no search finds ${looked === 1 ? 'it' : 'them'}.`, first);
}

async function stillThere(context: TestContext, reference: string, entries: readonly BundleEntry[]): Promise<Judgement | 'made again' | undefined> {
  const read = await context.read(reference, { fresh: true });
  if (succeeded(read)) {
    const version = resourceOf(read)?.meta?.versionId;
    const versions = entries.filter((entry) => entryReference(entry) === reference).map(entryVersion);
    // A version that is not in the history was made after it was asked for.
    if (version === undefined || !versions.includes(version)) return 'made again';
    return fail(`${reference} is still read, as version ${version}, though its history ends with a deletion.`, read);
  }
  if (!isGone(read)) return 'made again';
  const shown = await versionOfDeletion(context, reference, entries);
  if (shown !== undefined) return shown;
  const id = reference.slice(FOCUS.length + 1);
  const gone = await comesTo(context, false, FOCUS, [['_id', id]], reference);
  if (!gone.settled) return fail(`${reference} was deleted, and a read is answered by ${answerInWords(read)}, but a search still finds it.`, gone.exchange);
  return countedByHas(context, id);
}

/** A vread of the version that is the deletion, where the history says which one that is. */
async function versionOfDeletion(context: TestContext, reference: string, entries: readonly BundleEntry[]): Promise<Judgement | undefined> {
  const [removal, ...former] = entries.filter((entry) => entryReference(entry) === reference).map(entryVersion);
  if (removal === undefined || former.includes(removal) || !context.declared.interaction(FOCUS, 'vread')) return undefined;
  const exchange = await context.send({ method: 'GET', url: `${reference}/_history/${encodeURIComponent(removal)}` });
  const judged = exchange.response === undefined ? undefined : ofDeletion(exchange, reference, removal);
  return judged === undefined ? undefined : { ...judged, requirement: 'vread' };
}

const throughStudy = (id: string): Pair => [`_has:${FOCUS}:patient:_id`, id];

/** `_has` through a study that is gone; only where it works through one that is there, for a server need not have it. */
async function countedByHas(context: TestContext, id: string): Promise<Judgement | undefined> {
  const there = context.known.index.all(FOCUS).find((study) => /^Patient\/[^/]+$/.test(subjectOf(study['subject'])));
  if (there === undefined || !context.declared.interaction('Patient', 'search-type')) return undefined;
  const control = await context.search('Patient', [throughStudy(String(there.id))]);
  if (control.trouble !== undefined || control.matches.length !== 1 || control.matches.some((patient) => localReference(patient) !== subjectOf(there['subject']))) return undefined;
  const through = await settles(context, 'Patient', [throughStudy(id)], ({ matches }) => matches.length === 0);
  return through.settled ? undefined : { ...fail(`${FOCUS}/${id} was deleted, but _has still finds a patient by it.`, through.exchange), requirement: 'rule:has' };
}

function subjectOf(subject: unknown): string {
  const reference = (subject as { reference?: unknown } | undefined)?.reference;
  return typeof reference === 'string' ? reference : '';
}
