/** What the answers to creates, updates and patches say of the version that they made: https://hl7.org/fhir/R4/http.html#concurrency */
import type { Resource } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { answerInWords, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { entityTag } from '../../entity-tag';
import { fail, failedToAsk, info, noData, pass, warn } from '../../judge/judgements';
import { firstDifference } from '../../judge/same-content';
import type { Judgement, TestCase } from '../../test-case';
import { madeBy, type Writer } from '../../write/writer';
import { current, made, needed, patient, writeTest } from './steps';

type Kind = 'create' | 'update' | 'patch';

export const WRITE_ANSWER_TESTS: readonly TestCase[] = [
  ...(['create', 'update', 'patch'] as const).map((kind) =>
    writeTest({
      id: `patient.${kind}-headers`,
      title: `Patient: ETag and Last-Modified of the answer to ${kind === 'update' ? 'an' : 'a'} ${kind} are those of the version that it made`,
      type: 'Patient',
      requirement: 'write-headers',
      interactions: kind === 'create' ? [] : [kind],
      run: (context, writer) => headers(context, writer, kind),
    }),
  ),
  writeTest({
    id: 'patient.create-representation',
    title: 'Patient: a create that answers with the resource answers with what it made',
    type: 'Patient',
    requirement: 'write-answer',
    run: async (context, writer) => {
      const exchange = await writer.create(patient(writer), { Prefer: 'return=representation' });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      const reference = madeBy(exchange, context.client.base)[0];
      if (!succeeded(exchange) || reference === undefined) return noData(`The create that the test needs is answered by ${answerInWords(exchange)}.`, exchange);
      const body = resourceOf(exchange);
      if (body?.resourceType !== 'Patient') return info('return=representation is answered without the resource.', exchange);
      return sameAsMade(context, body, reference, exchange);
    },
  }),
];

async function sameAsMade(context: TestContext, body: Resource, reference: string, exchange: Exchange): Promise<Judgement> {
  const { resource } = await current(context, reference);
  if (body.id !== resource.id) return fail(`A create answers with a resource ${body.id === undefined ? 'without an id' : `of id ${body.id}`}; what it made is ${reference}: it repeats what was sent, or another resource.`, exchange);
  const [told, now] = [body.meta?.versionId, resource.meta?.versionId];
  if (told !== now) return fail(`A create answers with ${told === undefined ? 'a resource without meta.versionId' : `version ${told}`}, but a read of ${reference} gives ${now ?? '(none)'}.`, exchange);
  const difference = firstDifference(body, resource, context.known.index.base);
  return difference === undefined ? pass(`A create answers with ${reference} as a read gives it.`, exchange) : fail(`A create answers with other content than a read of ${reference} gives, at ${difference}.`, exchange);
}

async function headers(context: TestContext, writer: Writer, kind: Kind): Promise<Judgement> {
  const first = await made(context, writer, patient(writer));
  const exchange = kind === 'create' ? first.exchange : await change(context, writer, kind, first.reference);
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  needed(kind, exchange);
  const { resource } = await current(context, first.reference);
  const { etag, 'last-modified': lastModified } = exchange.response.headers;
  const which = `The answer to ${kind === 'update' ? 'an' : 'a'} ${kind} of ${first.reference}`;
  const { versionId, lastUpdated } = resource.meta ?? {};
  // Without versions an entity tag is HTTP's own affair: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
  const versioned = versionId !== undefined && context.declared.types.get('Patient')?.versioning !== 'no-version';
  if (etag !== undefined && versioned) {
    const stated = entityTag(etag);
    if (stated === undefined) return fail(`${which} has the ETag ${etag}, which is not in quotes.`, exchange);
    // "If provided, the value of the ETag SHALL match the value of the version id for the resource"
    if (stated.tag !== versionId) return fail(`${which} has the ETag ${etag}, but a read gives version ${versionId}: an If-Match made from it names another version.`, exchange);
  }
  if (lastModified !== undefined && lastUpdated !== undefined) {
    const at = Date.parse(lastModified);
    // The header has whole seconds, the element finer ones: rounding either way is right.
    if (!(Math.abs(at - Date.parse(lastUpdated)) <= 1000)) return fail(`${which} has Last-Modified "${lastModified}", but a read gives meta.lastUpdated ${lastUpdated}.`, exchange);
  }
  if (etag === undefined && versioned) return warn(`${which} has no ETag, though the resource has version ${versionId}: a client has to read it before it can change it safely.`, exchange);
  return lastModified === undefined ? warn(`${which} has no Last-Modified.`, exchange) : pass(`${which} has the ETag ${etag ?? '(none)'} and Last-Modified "${lastModified}".`, exchange);
}

async function change(context: TestContext, writer: Writer, kind: 'update' | 'patch', reference: string): Promise<Exchange> {
  if (kind === 'patch') return writer.patch(reference, [{ op: 'replace', path: '/birthDate', value: '1999-12-31' }]);
  const { resource } = await current(context, reference);
  return writer.update({ ...resource, birthDate: '1999-12-31' });
}
