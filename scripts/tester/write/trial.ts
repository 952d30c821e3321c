/** A server that is to be written to in; one small resource written and removed again, or the reason why nothing may be written there. */
import type { Resource } from '../../core/fhir';
import { KnownError } from '../../core/known-error';
import type { Exchange } from '../../core/result';
import { answerInWords, denied, resourceOf, succeeded } from '../answer';
import type { TestContext } from '../context';
import { lookUntil } from './look-until';
import { carriesTag, isOwn, TEST_IDENTIFIER_SYSTEM } from './own';
import { madeBy } from './writer';

/** Small resources that nothing has to be there for, the likeliest to be taken first: rights often hold for some types alone. */
const TRIED: readonly Resource[] = [
  { resourceType: 'Patient', name: [{ family: 'Scouttest', given: ['Trial'] }] },
  { resourceType: 'Organization', name: 'Scouttest Trial' },
  { resourceType: 'Practitioner', name: [{ family: 'Scouttest', given: ['Trial'] }] },
  { resourceType: 'Device', deviceName: [{ name: 'Scouttest Trial', type: 'user-friendly-name' }] },
  { resourceType: 'ImagingStudy', status: 'available', subject: { display: 'Scouttest Trial' } },
];

/**
 * Before anything else is written: whether it could be known again and removed, and whether the access given may write at all. A server that
 * refuses the trial for another reason decides nothing here.
 * @param mayStay what is written may stay where the server deletes nothing, or does not keep what the run's own is known by
 * @throws KnownError `no-access` where every write is denied, `cannot-remove` where it does not go away, or may not be told from what is somebody else's;
 * `not-ours` where the server says that it has made what was there before
 */
export async function tryWriting(context: TestContext, mayStay: boolean): Promise<void> {
  const denials: Exchange[] = [];
  let others = 0;
  for (const resource of TRIED) {
    const exchange = await writeOne(context, resource);
    if (exchange === undefined) continue;
    const reference = succeeded(exchange) ? madeBy(exchange, context.client.base)[0] : undefined;
    if (reference !== undefined) return mayStay ? undefined : removeAgain(context, resource, reference);
    if (denied(exchange)) denials.push(exchange);
    else others += 1;
  }
  const [denial] = denials;
  if (denial === undefined || others > 0) return;
  const given = Object.keys(denial.request.headers).some((name) => name.toLowerCase() === 'authorization');
  throw new KnownError(
    'no-access',
    `${denial.request.method} ${denial.request.url} is answered by ${answerInWords(denial)}: ${given ? 'the authorization given does not allow writing' : 'writing wants authorization'}. Nothing was written.`,
    `${given ? 'Give an access that may write' : 'Give --token TOKEN, --user NAME:PASSWORD or --header "Name: value"'}, or test without --write.`,
  );
}

/** Undefined where the type cannot be written by what the server declares. */
async function writeOne({ declared, writer }: TestContext, resource: Resource): Promise<Exchange | undefined> {
  if (writer === undefined) return undefined;
  const { resourceType } = resource;
  // Where a server keeps no tags, the trial is known by its identifier.
  const written = writer.inVersion({ ...resource, identifier: [{ system: TEST_IDENTIFIER_SYSTEM, value: writer.newId('trial') }] });
  if (declared.interaction(resourceType, 'create')) return writer.create(written);
  if (declared.interaction(resourceType, 'update') && declared.types.get(resourceType)?.updateCreate === true) return writer.update({ ...written, id: writer.newId('trial') });
  return undefined;
}

async function removeAgain(context: TestContext, tried: Resource, reference: string): Promise<void> {
  const { writer, writing } = context;
  if (writer === undefined || writing === undefined) return;
  const path = writing.journal.path;
  const inJournal = path === '' ? '' : ` (in ${path}, for scout cleanup)`;
  const stays = `${reference} was written to try it and stays${inJournal}; nothing else was written.`;
  const read = await context.read(reference, { fresh: true });
  const resource = succeeded(read) ? resourceOf(read) : undefined;
  if (resource !== undefined && isOwn(resource, reference, writer.tag) && !carriesTag(resource, writer.tag)) {
    const deleted = await writer.remove(reference);
    throw new KnownError(
      'cannot-remove',
      `What is written here cannot be known again: ${reference} was created with the tag of this run (meta.tag), and is read without it. ${succeeded(deleted) ? 'It was removed; nothing else was written.' : stays}`,
      'Test without --write, or say --may-stay where what is written may stay for good.',
    );
  }
  const deleted = await writer.remove(reference);
  // A server may say by an OperationOutcome with 200 that it is gone, which is a finding of its own.
  const isShown = (seen: Exchange) => succeeded(seen) && resourceOf(seen)?.resourceType !== 'OperationOutcome';
  const after = await lookUntil(() => context.read(reference, { fresh: true }), (seen) => !isShown(seen) || !succeeded(deleted), context.pause);
  if (!isShown(after)) return;
  const second = succeeded(deleted) && !(await isFound(context, reference)) ? await goesFromSearches(context, tried) : undefined;
  if (second === 'goes') return;
  throw new KnownError(
    'cannot-remove',
    `What is written here cannot be removed again: DELETE ${reference} is answered by ${answerInWords(deleted)}${succeeded(deleted) ? `, but afterwards it is still there` : ''}. ${second === undefined ? stays : `${reference} and ${second} were written to try it and stay${inJournal}; nothing else was written.`}`,
    'Give an access that may delete, test without --write, or say --may-stay where what is written may stay for good.',
  );
}

/**
 * `goes` where another like it is found until it is deleted, and not any more afterwards: then it is removed as far as cleaning up goes, and
 * that a read still shows it is a fault for the tests to tell (http.html#delete), no reason to test nothing. Otherwise the reference of that
 * other one. Without it a search may only not have found the first yet.
 */
async function goesFromSearches(context: TestContext, tried: Resource): Promise<string | undefined> {
  const { writer, pause } = context;
  const exchange = await writeOne(context, tried);
  const reference = exchange !== undefined && succeeded(exchange) ? madeBy(exchange, context.client.base)[0] : undefined;
  if (writer === undefined || reference === undefined) return undefined;
  const wasFound = await lookUntil(() => isFound(context, reference), (found) => found, pause);
  const deleted = await writer.remove(reference);
  const goes = wasFound && succeeded(deleted) && !(await lookUntil(() => isFound(context, reference), (found) => !found, pause));
  return goes ? 'goes' : reference;
}

async function isFound(context: TestContext, reference: string): Promise<boolean> {
  const [type = '', id = ''] = reference.split('/');
  const { trouble, matches } = await context.search(type, [['_id', id]], { fresh: true });
  return trouble === undefined && matches.some((match) => match.id === id);
}
