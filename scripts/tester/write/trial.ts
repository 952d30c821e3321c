/** A server that is to be written to in; one small resource written and removed again, or the reason why nothing may be written there. */
import type { Resource } from '../../core/fhir';
import { KnownError } from '../../core/known-error';
import type { Exchange } from '../../core/result';
import { answerInWords, denied, refused, succeeded } from '../answer';
import type { TestContext } from '../context';
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
 * Before anything else is written: whether it could be removed again, and whether the access given may write at all. A server that refuses
 * the trial for another reason decides nothing here.
 * @param mayStay what is written may stay where the server deletes nothing
 * @throws KnownError `no-access` where every write is denied, `cannot-remove` where the deletion is refused
 */
export async function tryWriting(context: TestContext, mayStay: boolean): Promise<void> {
  const denials: Exchange[] = [];
  let others = 0;
  for (const resource of TRIED) {
    const exchange = await writeOne(context, resource);
    if (exchange === undefined) continue;
    const reference = succeeded(exchange) ? madeBy(exchange, context.known.index.base)[0] : undefined;
    if (reference !== undefined) return mayStay ? undefined : removeAgain(context, reference);
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
  const written = writer.inVersion(resource);
  if (declared.interaction(resourceType, 'create')) return writer.create(written);
  if (declared.interaction(resourceType, 'update') && declared.types.get(resourceType)?.updateCreate === true) return writer.update({ ...written, id: writer.newId('trial') });
  return undefined;
}

async function removeAgain(context: TestContext, reference: string): Promise<void> {
  const { writer, writing } = context;
  const deleted = await writer?.remove(reference);
  // A breakdown is what the tests of deletions tell of; that it is gone already is as good.
  if (deleted === undefined || !refused(deleted) || [404, 410].includes(deleted.response?.status ?? 0)) return;
  const journal = writing?.journal.path;
  throw new KnownError(
    'cannot-remove',
    `What is written here cannot be removed again: DELETE ${reference} is answered by ${answerInWords(deleted)}. ${reference} was written to try it and stays${journal === undefined || journal === '' ? '' : ` (it is in ${journal}, for scout cleanup)`}; nothing else was written.`,
    'Give an access that may delete, test without --write, or say --may-stay where what is written may stay for good.',
  );
}
