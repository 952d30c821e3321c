/** Creating single resources, and what a server answers to it. https://hl7.org/fhir/R4/http.html#create */
import type { Resource } from '../../../core/fhir';
import { answerInWords, refused, resourceOf, succeeded } from '../../answer';
import { fail, failedToAsk, noData, pass, warn } from '../../judge/judgements';
import { firstDifference } from '../../judge/same-content';
import type { TestCase } from '../../test-case';
import { madeBy } from '../../write/writer';
import { comesTo, current, IDENTIFIER, made, mustBeRejected, needed, patient, writeTest } from './steps';

const byIdentifier = { kind: 'search-param', type: 'Patient', name: 'identifier' } as const;

/** What a client has no say in. */
export const CLIENTS_META = { versionId: 'scout-of-the-client', lastUpdated: '2001-02-03T04:05:06Z' };

export const WRITE_CREATE_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'patient.create',
    title: 'Patient: a create answers 201 with a Location, and a read returns what was sent',
    type: 'Patient',
    requirement: 'create',
    also: ['capability-interaction'],
    run: async (context, writer) => {
      const clientId = writer.newId('client');
      const sent = patient(writer, { id: clientId });
      const exchange = await writer.create(sent);
      const { response } = exchange;
      if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      // Not this body, but the interaction is what these refuse: http.html#create, RFC 9110 15.5.6, 15.6.2
      if ([404, 405, 501].includes(response.status)) return { ...fail(`create is declared on Patient, but POST Patient is answered by ${answerInWords(exchange)}.`, exchange), requirement: 'capability-interaction' };
      if (refused(exchange)) return noData(`The server does not take the patient of the test: ${answerInWords(exchange)}.`, exchange);
      if (response.status !== 201) return fail(`A create is answered by ${answerInWords(exchange)} instead of 201.`, exchange);
      const reference = madeBy(exchange, context.client.base)[0];
      if (response.headers['location'] === undefined) return fail('A create is answered without a Location header.', exchange);
      if (reference === undefined) return fail(`Location "${response.headers['location']}" is not the address of a resource.`, exchange);
      const astray = leadsAstray(response.headers['location'], exchange.request.url, `${context.known.index.base}/${reference}`);
      if (astray !== undefined) return fail(astray, exchange);
      if (reference === `Patient/${clientId}`) return fail('A create took over the id of the body; the server has to choose one.', exchange);
      const { resource, exchange: read } = await current(context, reference);
      const difference = firstDifference(writer.tagged({ ...sent, id: resource.id ?? '' }), resource, context.known.index.base);
      return difference === undefined ? pass(`A create makes ${reference} as it was sent.`, exchange) : warn(`What was created differs from what was sent at ${difference}.`, read);
    },
  }),
  writeTest({
    id: 'patient.create-meta',
    title: 'Patient: a create sets meta.lastUpdated itself, whatever the body says',
    type: 'Patient',
    requirement: 'create-meta',
    needs: [{ kind: 'interaction', type: 'Patient', interaction: 'read' }],
    run: async (context, writer) => {
      const { reference } = await made(context, writer, patient(writer, { meta: CLIENTS_META }));
      const { resource, exchange } = await current(context, reference);
      const { lastUpdated, versionId } = resource.meta ?? {};
      // "The server SHALL populate the id, meta.versionId and meta.lastUpdated"; without versions there is no version id to fill in.
      if (lastUpdated === undefined) return fail(`${reference} was created, and has no meta.lastUpdated.`, exchange);
      if (Date.parse(lastUpdated) === Date.parse(CLIENTS_META.lastUpdated)) return fail(`A create took over the meta.lastUpdated of the body, ${lastUpdated}.`, exchange);
      if (versionId === CLIENTS_META.versionId) return fail(`A create took over the meta.versionId of the body, ${versionId}.`, exchange);
      return pass(`meta.lastUpdated is ${lastUpdated}.`, exchange);
    },
  }),
  writeTest({
    id: 'patient.create-searchable',
    title: 'Patient: what was created is found by a search, also where it is not active',
    type: 'Patient',
    requirement: 'search-currency',
    needs: [{ kind: 'interaction', type: 'Patient', interaction: 'search-type' }, byIdentifier],
    run: async (context, writer) => {
      const find = async (more: Partial<Resource>) => {
        const sent = patient(writer, more);
        const { reference } = await made(context, writer, sent);
        return { reference, ...(await comesTo(context, true, 'Patient', [['identifier', IDENTIFIER(sent)]], reference)) };
      };
      const { reference, settled, exchange } = await find({ active: false });
      if (settled) return pass(`${reference} is found by its identifier.`, exchange);
      const plain = await find({});
      if (!plain.settled) return fail(`${plain.reference} was created, but is not found by its identifier.`, plain.exchange);
      return fail(`${reference} was created with active false, and is not found by its identifier; one without is (${plain.reference}). A search brings what meets its criteria, and none of these is about active.`, exchange);
    },
  }),
  ...(['minimal', 'representation', 'OperationOutcome'] as const).map((wish) =>
    writeTest({
      id: `patient.prefer-${wish.toLowerCase()}`,
      title: `Patient: Prefer: return=${wish} is followed`,
      type: 'Patient',
      requirement: 'prefer-return',
      run: async (_, writer) => {
        const exchange = await writer.create(patient(writer), { Prefer: `return=${wish}` });
        const { response } = exchange;
        if (response === undefined) return failedToAsk(answerInWords(exchange), exchange);
        needed('create', exchange);
        const came = response.body.trim() === '' ? 'minimal' : resourceOf(exchange)?.resourceType === 'OperationOutcome' ? 'OperationOutcome' : 'representation';
        return came === wish ? pass(`return=${wish} is followed.`, exchange) : warn(`return=${wish} is answered with ${came === 'minimal' ? 'no body' : came === 'representation' ? 'the resource' : 'an OperationOutcome'}.`, exchange);
      },
    }),
  ),
  writeTest({
    id: 'patient.body-content-type',
    title: 'Patient: a body that is no FHIR format is refused',
    type: 'Patient',
    requirement: 'content-type',
    run: async (_, writer) => {
      const exchange = await writer.create(patient(writer), { 'Content-Type': 'text/plain' });
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      if (refused(exchange)) return pass(`A body of text/plain is refused: ${answerInWords(exchange)}.`, exchange);
      return succeeded(exchange) ? warn(`A body of text/plain is taken (${exchange.response.status}).`, exchange) : fail(`A body of text/plain is answered by ${answerInWords(exchange)}.`, exchange);
    },
  }),
  writeTest({
    id: 'patient.broken-body',
    title: 'Patient: a body that is not JSON is refused with an OperationOutcome',
    type: 'Patient',
    requirement: 'status-server-error',
    run: async (_, writer) => {
      // With the tag: should it be taken all the same, it has to be known again.
      const exchange = await writer.createRaw('Patient', JSON.stringify(writer.tagged(patient(writer))).slice(0, -1));
      if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
      return mustBeRejected(exchange);
    },
  }),
];

/**
 * What is wrong with a relative Location, if anything: it is resolved against the address of the request, https://www.rfc-editor.org/rfc/rfc9110#name-location.
 * An absolute one is taken as it is, for a proxy may have written its own host into it.
 */
function leadsAstray(location: string, requested: string, made: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return undefined;
  const leadsTo = new URL(location, requested).href;
  return leadsTo === made || leadsTo.startsWith(`${made}/_history/`) ? undefined : `Location "${location}" is relative, and leads from ${requested} to ${leadsTo}; what was made is at ${made}.`;
}
