/** Conditional create, update and delete. https://hl7.org/fhir/R4/http.html#ccreate, #cond-update, #3.1.0.7.1 */
import { localReference, type Resource } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { answerInWords, isGone, refused, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import type { DeclaredType } from '../../discovery/declared';
import { encodePairs, type Pair } from '../../gather/query';
import { fail, failedToAsk, info, pass } from '../../judge/judgements';
import { StepFailed } from '../../step-failed';
import type { Judgement, TestCase } from '../../test-case';
import { madeBy, type Writer } from '../../write/writer';
import { current, goneAfter, IDENTIFIER, made, patient, SEARCHABLE, searchableNow, undeclared, writeTest } from './steps';

/** Criteria that only the given patient meets. */
const criteria = (value: string): Pair[] => [['identifier', value]];

/** Whether a type declares the conditional interaction, and by which element. */
const DECLARED: Readonly<Record<'create' | 'update' | 'delete', readonly [is: (type: DeclaredType) => boolean, element: string]>> = {
  create: [({ conditionalCreate }) => conditionalCreate, 'conditionalCreate'],
  update: [({ conditionalUpdate }) => conditionalUpdate, 'conditionalUpdate'],
  delete: [({ conditionalDelete }) => conditionalDelete !== 'not-supported', 'conditionalDelete'],
};

/** A test of a conditional interaction on patients, where it is declared; `interactions` are those that it needs beside. */
export function conditionalTest(kind: keyof typeof DECLARED, { id, title, interactions = [], run }: { id: string; title: string; interactions?: readonly string[]; run: (context: TestContext, writer: Writer) => Promise<Judgement> }): TestCase {
  return writeTest({
    id: `patient.conditional-${id}`,
    title,
    type: 'Patient',
    requirement: `conditional-${kind}`,
    interactions: [...(kind === 'create' ? [] : [kind]), ...interactions],
    needs: SEARCHABLE,
    run: async (context, writer) => undeclared(context, ...DECLARED[kind]) ?? run(context, writer),
  });
}

export const WRITE_CONDITIONAL_TESTS: readonly TestCase[] = [
  conditionalTest('create', {
    id: 'create',
    title: 'Patient: a create with If-None-Exist makes nothing where one matches',
    run: async (context, writer) => {
      const sent = patient(writer);
      const condition = { 'If-None-Exist': encodePairs(criteria(IDENTIFIER(sent))) };
      const first = await writer.create(sent, condition);
      const reference = madeBy(first, context.client.base)[0];
      if (first.response === undefined) return failedToAsk(answerInWords(first), first);
      if (first.response.status !== 201 || reference === undefined) return fail(`Where nothing matches, a create with If-None-Exist is answered by ${answerInWords(first)}.`, first);
      await searchableNow(context, sent, reference);
      const second = await writer.create({ ...sent, birthDate: '1999-12-31' }, condition);
      if (second.response?.status === 201) return fail('Where one matches, a create with If-None-Exist makes another.', second);
      if (!succeeded(second)) return fail(`Where one matches, a create with If-None-Exist is answered by ${answerInWords(second)} instead of 200.`, second);
      // "The server ignores the post and returns 200 OK"
      const { resource: kept, exchange: read } = await current(context, reference);
      if (kept['birthDate'] !== sent['birthDate']) return fail(`Where one matches, a create with If-None-Exist changes ${reference}; it has to be ignored.`, read);
      // The value under a system that it does not have, between two that fit: whoever passes over systems, or looks at the first or last of several criteria alone, finds it.
      const fitting = criteria(IDENTIFIER(sent));
      const other = await writer.create({ ...sent, gender: 'female' }, { 'If-None-Exist': encodePairs([...fitting, ['identifier', `https://elsewhere.example/identifier|${IDENTIFIER(sent)}`], ...fitting]) });
      if (other.response?.status === 200) return fail('A create with If-None-Exist makes nothing, though nothing meets the second of its criteria, the same value under another system.', other);
      return pass('If-None-Exist makes nothing where one matches all criteria.', second);
    },
  }),
  conditionalTest('create', {
    id: 'create-several',
    title: 'Patient: a create with If-None-Exist is refused where several match',
    run: async (context, writer) => {
      const { sent } = await twins(context, writer);
      const exchange = await writer.create(sent, { 'If-None-Exist': encodePairs(criteria(IDENTIFIER(sent))) });
      const judged = judgeSeveral(exchange, 'A create with If-None-Exist');
      if (!refused(exchange)) return judged;
      const { matches, first } = await context.search('Patient', criteria(IDENTIFIER(sent)), { fresh: true });
      return matches.length > 2 ? fail(`A create with If-None-Exist that several meet is refused by ${answerInWords(exchange)}, but makes another all the same.`, first) : judged;
    },
  }),
  conditionalTest('update', {
    id: 'update',
    title: 'Patient: an update by criteria creates, then updates',
    run: async (context, writer) => {
      const sent = patient(writer);
      const query = encodePairs(criteria(IDENTIFIER(sent)));
      const first = await writer.update(sent, { query });
      const reference = madeBy(first, context.client.base)[0];
      if (first.response === undefined) return failedToAsk(answerInWords(first), first);
      if (first.response.status !== 201 || reference === undefined) return fail(`Where nothing matches, an update by criteria is answered by ${answerInWords(first)} instead of 201.`, first);
      await searchableNow(context, sent, reference);
      const { resource } = await current(context, reference);
      const second = await writer.update({ ...sent, birthDate: '1999-12-31' }, { query, versionId: resource.meta?.versionId });
      if (second.response?.status === 201) return fail('Where one matches, an update by criteria creates another.', second);
      if (!succeeded(second)) return fail(`Where one matches, an update by criteria is answered by ${answerInWords(second)}.`, second);
      const read = await context.read(reference, { fresh: true });
      return read.response?.body.includes('1999-12-31') === true ? pass('An update by criteria creates, then updates.', second) : fail(`An update by criteria did not change ${reference}.`, read);
    },
  }),
  conditionalTest('update', {
    id: 'update-several',
    title: 'Patient: an update by criteria is refused where several match',
    run: async (context, writer) => {
      const { sent, references } = await twins(context, writer);
      const exchange = await writer.update({ ...sent, birthDate: '1999-12-31' }, { query: encodePairs(criteria(IDENTIFIER(sent))) });
      const judged = judgeSeveral(exchange, 'An update by criteria');
      if (!refused(exchange)) return judged;
      for (const reference of references) {
        const { resource, exchange: read } = await current(context, reference);
        if (resource['birthDate'] === '1999-12-31') return fail(`An update by criteria that several meet is refused by ${answerInWords(exchange)}, but changes ${reference} all the same.`, read);
      }
      return judged;
    },
  }),
  conditionalTest('update', {
    id: 'update-other-id',
    title: 'Patient: an update by criteria is refused where the body has another id than the one that matches',
    run: async (context, writer) => {
      const { sent, reference } = await single(context, writer);
      const { resource } = await current(context, reference);
      const exchange = await writer.update({ ...sent, id: writer.newId('other'), birthDate: '1999-12-31' }, { query: encodePairs(criteria(IDENTIFIER(sent))), versionId: resource.meta?.versionId });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (refused(exchange)) return pass(`It is refused by ${answerInWords(exchange)}.`, exchange);
      // "One Match, resource id provided but does not match resource found: The server returns a 400 Bad Request error"
      return fail(`The criteria meet ${reference} alone, but an update by them of a resource with another id is answered by ${answerInWords(exchange)}; it has to be refused.`, exchange);
    },
  }),
  conditionalTest('delete', {
    id: 'delete',
    title: 'Patient: a delete by criteria deletes the one that matches',
    run: async (context, writer) => {
      const { sent, reference } = await single(context, writer);
      const exchange = await writer.remove(`Patient?${encodePairs(criteria(IDENTIFIER(sent)))}`);
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (!succeeded(exchange)) return fail(`A delete by criteria is answered by ${answerInWords(exchange)}.`, exchange);
      const { gone, committed, read } = await goneAfter(context, exchange, reference);
      if (gone) return pass('A delete by criteria deletes the one that matches.', exchange);
      return committed ? fail(`After a delete by criteria ${reference} is still there (${answerInWords(read)}).`, read) : info(`A delete by criteria is answered by 202, which promises nothing; ${reference} is still there.`, read);
    },
  }),
  conditionalTest('delete', {
    id: 'delete-several',
    title: 'Patient: a delete by criteria deletes all that match, or is refused, as declared',
    run: deleteSeveral,
  }),
];

/** A patient that a search finds by its identifier. */
export async function single(context: TestContext, writer: Writer, sent = patient(writer)): Promise<{ sent: Resource; reference: string }> {
  const { reference } = await made(context, writer, sent);
  await searchableNow(context, sent, reference);
  return { sent, reference };
}

/** Two patients with the same identifier, and what a third would be. */
async function twins(context: TestContext, writer: Writer): Promise<{ sent: Resource; references: readonly string[] }> {
  const sent = patient(writer);
  const references: string[] = [];
  for (let i = 0; i < 2; i += 1) references.push((await single(context, writer, sent)).reference);
  return { sent, references };
}

function judgeSeveral(exchange: Exchange, what: string): Judgement {
  const status = exchange.response?.status;
  if (status === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (status === 412) return pass(`${what} is refused by 412 where several match.`, exchange);
  if (refused(exchange)) return info(`${what} is refused by ${answerInWords(exchange)} where several match; 412 is the code for it.`, exchange);
  return fail(`${what} is answered by ${answerInWords(exchange)} though several match.`, exchange);
}

async function stillThere(context: TestContext, reference: string, deletion: Exchange): Promise<void> {
  const read = await context.read(reference, { fresh: true });
  if (isGone(read)) throw new StepFailed(fail(`A delete by criteria that several meet is refused by ${answerInWords(deletion)}, but ${reference} is gone.`, read));
}

async function deleteSeveral(context: TestContext, writer: Writer): Promise<Judgement> {
  const declared = context.declared.types.get('Patient')?.conditionalDelete;
  const { sent, references } = await twins(context, writer);
  const exchange = await writer.remove(`Patient?${encodePairs(criteria(IDENTIFIER(sent)))}`);
  const { response } = exchange;
  if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (refused(exchange)) {
    const right = response.status === 412 ? 'pass' : 'info';
    for (const reference of references) await stillThere(context, reference, exchange);
    if (declared === 'multiple') return fail(`conditionalDelete is declared as multiple, but a delete by criteria that several meet is answered by ${answerInWords(exchange)}.`, exchange);
    return { verdict: right, message: `A delete by criteria that several meet is refused by ${answerInWords(exchange)}.`, decisive: exchange };
  }
  if (!succeeded(exchange)) return fail(`A delete by criteria is answered by ${answerInWords(exchange)}.`, exchange);
  if (declared === 'single') return fail('conditionalDelete is declared as single, but a delete by criteria that several meet is carried out.', exchange);
  const left = await context.search('Patient', criteria(IDENTIFIER(sent)), { fresh: true });
  const after = await Promise.all(left.matches.flatMap((resource) => localReference(resource) ?? []).map((reference) => goneAfter(context, exchange, reference)));
  const alive = after.filter(({ read }) => succeeded(read));
  if (alive.length === 0) return pass('A delete by criteria deletes all that match.', exchange);
  return alive[0]?.committed === false ? info(`A delete by criteria is answered by 202, which promises nothing; of the two that meet them ${alive.length} are still there.`, exchange) : fail(`A delete by criteria that two meet leaves ${alive.length} of them.`, exchange);
}
