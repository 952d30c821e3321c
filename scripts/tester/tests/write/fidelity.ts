/** Whether a server keeps what it takes, and says truly where and as which version. https://hl7.org/fhir/R4/http.html#create */
import { localReference, type Resource } from '../../../core/fhir';
import { answerInWords, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { readableQuery, type Pair } from '../../gather/query';
import type { SearchAnswer } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { fail, failedToAsk, info, noData, pass, warn } from '../../judge/judgements';
import { firstDifference } from '../../judge/same-content';
import { copyFault } from '../../judge/same-copy';
import type { Judgement, TestCase } from '../../test-case';
import { lookUntil } from '../../write/look-until';
import type { Writer } from '../../write/writer';
import { current, made, needed, patient, study, writeTest } from './steps';

/** Letters of two, three and four bytes in UTF-8, and a text longer than the columns that databases give to short ones. */
const LETTERS = 'Schädel – 頭部 𝒳';
const LONG = `${LETTERS}: ${'a description of some length; '.repeat(12)}end`;
const EXTENSION = 'https://fhir-scout.org/test-extension';

export const WRITE_FIDELITY_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'imagingstudy.round-trip',
    title: `${FOCUS}: extensions, contained resources, labels, any script and the order of lists survive a create`,
    type: FOCUS,
    requirement: 'content-kept',
    also: ['content-type', 'search-currency'],
    needs: [{ kind: 'interaction', type: 'Patient', interaction: 'create' }],
    run: (context, writer) => roundTrip(context, writer),
  }),
  writeTest({
    id: 'patient.round-trip',
    title: 'Patient: a year alone, false, zero, marks of HTML and a reference by identifier survive a create',
    type: 'Patient',
    requirement: 'content-kept',
    run: async (context, writer) => {
      const sent = patient(writer, {
        birthDate: '1980',
        active: false,
        multipleBirthInteger: 0,
        name: [{ family: 'Scouttest', text: 'a < b & "c"' }],
        managingOrganization: { identifier: { system: EXTENSION, value: 'none' }, display: 'elsewhere' },
      });
      const { reference, exchange } = await made(context, writer, sent);
      const { resource, exchange: read } = await current(context, reference);
      const difference = firstDifference(writer.tagged({ ...sent, id: resource.id ?? '' }), resource, context.known.index.base);
      return difference === undefined ? pass(`${reference} comes back as it was sent.`, exchange) : warn(`What was created differs from what was sent at ${difference}.`, read);
    },
  }),
  writeTest({
    id: 'patient.location',
    title: 'Patient: the Location of a create is the address of the version that was made',
    type: 'Patient',
    requirement: 'create-location',
    run: (context, writer) => location(context, writer),
  }),
  writeTest({
    id: 'patient.update-representation',
    title: 'Patient: an update answers with the version that it made',
    type: 'Patient',
    requirement: 'update',
    interactions: ['update'],
    run: async (context, writer) => {
      const { reference } = await made(context, writer, patient(writer));
      const before = await current(context, reference);
      const exchange = await writer.update({ ...before.resource, birthDate: '1999-12-31' }, { headers: { Prefer: 'return=representation' } });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      needed('update', exchange);
      const body = resourceOf(exchange);
      if (body?.resourceType !== 'Patient') return info('return=representation is answered without the resource.', exchange);
      const after = await current(context, reference);
      const [told, now] = [body.meta?.versionId, after.resource.meta?.versionId];
      if (told !== now) return fail(`An update answers with version ${told ?? '(none)'}, but a read gives ${now ?? '(none)'}.`, exchange);
      const difference = firstDifference(body, after.resource, context.known.index.base);
      return difference === undefined ? pass(`An update answers with version ${now ?? '(none)'} as a read gives it.`, exchange) : fail(`An update answers with other content than a read gives, at ${difference}.`, exchange);
    },
  }),
];

async function roundTrip(context: TestContext, writer: Writer): Promise<Judgement> {
  const subject = await made(context, writer, patient(writer));
  const reasons = ['b', 'a'].map((code) => ({ coding: [{ system: EXTENSION, code }], text: code }));
  const plain = study(writer, subject.reference);
  const sent: Resource = {
    ...plain,
    ...writer.inVersion({ resourceType: FOCUS, reasonCode: reasons }),
    identifier: [{ system: EXTENSION, value: writer.newId('first') }, ...(plain['identifier'] as object[])],
    meta: { profile: [`http://hl7.org/fhir/StructureDefinition/${FOCUS}`], security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST' }] },
    contained: [{ resourceType: 'Practitioner', id: 'author', name: [{ family: LETTERS }] }],
    extension: [{ url: EXTENSION, valueString: LETTERS }],
    description: LONG,
    _description: { extension: [{ url: EXTENSION, valueCode: 'kept' }] },
    note: [{ authorReference: { reference: '#author' }, text: LETTERS }],
  };
  const { reference, exchange } = await made(context, writer, sent);
  const { resource, exchange: read } = await current(context, reference);
  const garbled = resource['description'] === LONG ? undefined : resource['description'];
  if (typeof garbled === 'string' && garbled.length >= LETTERS.length && !garbled.startsWith(LETTERS)) {
    return { ...fail(`The description "${LETTERS}..." comes back as "${garbled.slice(0, LETTERS.length + 3)}...": letters are lost on the way.`, read), requirement: 'content-type' };
  }
  const shown = await shownBySearch(context, reference, resource);
  if (shown !== undefined) return shown;
  const difference = firstDifference(writer.tagged({ ...sent, id: resource.id ?? '' }), resource, context.known.index.base);
  return difference === undefined ? pass(`${reference} comes back as it was sent.`, exchange) : warn(`What was created differs from what was sent at ${difference}.`, read);
}

/** What a search shows otherwise than a read, if it does: it may find what is new some seconds later, but then whole. https://hl7.org/fhir/R4/search.html#currency */
async function shownBySearch(context: TestContext, reference: string, current: Resource): Promise<Judgement | undefined> {
  if (!context.declared.interaction(FOCUS, 'search-type')) return undefined;
  const pairs: Pair[] = [['_id', current.id ?? '']];
  const find = ({ matches }: SearchAnswer) => matches.find((resource) => localReference(resource) === reference);
  const answer = await lookUntil(() => context.search(FOCUS, pairs, { fresh: true }), (seen) => seen.trouble !== undefined || find(seen) !== undefined, context.pause);
  const found = find(answer);
  const fault = found === undefined ? undefined : copyFault(found, current, context.known.index.base);
  return fault === undefined ? undefined : { ...(fault.verdict === 'fail' ? fail : warn)(`${readableQuery(FOCUS, pairs)} ${fault.says}.`, answer.first), requirement: 'search-currency' };
}

/** What is wrong where a client follows the Location, if anything; the version in it can be read only where vread is there. */
async function leadsNowhere(context: TestContext, url: string, made: Resource): Promise<Judgement | undefined> {
  const { base } = context.client;
  if (new URL(url).origin !== new URL(base).origin) return undefined;
  const address = context.declared.interaction('Patient', 'vread') ? url : url.replace(/\/_history\/[^/]+$/, '');
  const followed = await context.send({ method: 'GET', url: address });
  if (followed.response === undefined) return failedToAsk(answerInWords(followed), followed);
  if (succeeded(followed) && resourceOf(followed)?.id === made.id) return undefined;
  return fail(`Location "${url}" leads nowhere: GET ${address} is answered by ${answerInWords(followed)}; what was made is at ${base}/Patient/${made.id ?? ''}.`, followed);
}

async function location(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, exchange } = await made(context, writer, patient(writer));
  const stated = exchange.response?.headers['location'];
  if (stated === undefined) return noData('Needed: a Location.', exchange);
  const { resource, exchange: read } = await current(context, reference);
  const { base } = context.known.index;
  const version = resource.meta?.versionId;
  const named = /\/_history\/([^/?#]+)$/.exec(stated)?.[1];
  if (named === undefined) {
    return version === undefined ? pass(`Location is "${stated}"; the server keeps no versions.`, exchange) : warn(`Location "${stated}" names no version, though the resource has version ${version}.`, exchange);
  }
  if (version !== undefined && named !== version) return fail(`Location "${stated}" names version ${named}, but a read gives version ${version}.`, read);
  // Behind a proxy a server may not know its own name, but a client cannot follow such a link.
  if (/^https?:/.test(stated) && !stated.startsWith(`${base}/`) && new URL(stated).host !== new URL(base).host) return warn(`Location "${stated}" points at another server than ${base}.`, exchange);
  const astray = await leadsNowhere(context, new URL(stated, exchange.request.url).href, resource);
  if (astray !== undefined) return astray;
  return pass(`Location names version ${named} of ${reference}.`, exchange);
}
