/** Bodies in XML where a server declares it: what they say is what is stored. https://hl7.org/fhir/R4/xml.html */
import type { Resource } from '../../../core/fhir';
import type { Exchange } from '../../../core/result';
import { loadElementTable } from '../../../formats/element-table';
import { toXml } from '../../../formats/to-xml';
import { answerInWords, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { fail, failedToAsk, noData, notDeclared, pass, warn } from '../../judge/judgements';
import { firstDifference, holdsAll } from '../../judge/same-content';
import type { Judgement, TestCase } from '../../test-case';
import { madeBy, type Writer } from '../../write/writer';
import { declaresXml, XML_VERSIONS } from '../../xml-answer';
import { current, madeAndRead, mustBeRejected, patient, writeTest } from './steps';

const XML = { 'Content-Type': 'application/fhir+xml' };

/** A patient with what distinguishes the two formats: lists, holes in them, extensions beside values, whole numbers. */
function rich(writer: Writer): Resource {
  return patient(writer, {
    name: [{ family: 'Scouttest & <co>', given: ['Write', 'In "XML"'] }, { use: 'nickname', text: 'two\nlines' }],
    multipleBirthInteger: 2,
    _birthDate: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime', valueDateTime: '1980-02-29T01:02:03Z' }] },
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-citizenship', extension: [{ url: 'code', valueCodeableConcept: { text: 'none' } }] }],
  });
}

const TESTS: readonly TestCase[] = [
  writeTest({
    id: 'patient.xml-create',
    title: 'Patient: a create in XML stores what was sent, where XML is declared',
    type: 'Patient',
    requirement: 'xml-body',
    run: async (context, writer) => {
      if (!declaresXml(context.declared)) return notDeclared('XML is not among the declared formats.');
      const sent = writer.tagged(rich(writer));
      const exchange = await writer.createRaw('Patient', inXml(context, sent), XML);
      const wrong = notTaken(exchange, 'A create');
      if (wrong !== undefined) return wrong;
      const reference = madeBy(exchange, context.client.base)[0];
      if (reference === undefined) return noData('The answer to a create in XML does not say where the resource is.', exchange);
      return same(context, reference, sent, exchange, 'A create');
    },
  }),
  writeTest({
    id: 'patient.xml-update',
    title: 'Patient: an update in XML stores what was sent, where XML is declared',
    type: 'Patient',
    requirement: 'xml-body',
    interactions: ['update'],
    run: async (context, writer) => {
      if (!declaresXml(context.declared)) return notDeclared('XML is not among the declared formats.');
      const { reference, resource } = await madeAndRead(context, writer, patient(writer));
      const sent: Resource = { ...resource, ...rich(writer), id: String(resource.id), ...(resource.meta === undefined ? {} : { meta: resource.meta }) };
      const exchange = await writer.updateRaw(reference, inXml(context, sent), XML, resource.meta?.versionId);
      return notTaken(exchange, 'An update') ?? same(context, reference, sent, exchange, 'An update');
    },
  }),
  writeTest({
    id: 'patient.xml-broken-body',
    title: 'Patient: a body that is not well-formed XML is refused, where XML is declared',
    type: 'Patient',
    requirement: 'status-server-error',
    run: async (context, writer) => {
      if (!declaresXml(context.declared)) return notDeclared('XML is not among the declared formats.');
      const exchange = await writer.createRaw('Patient', inXml(context, writer.tagged(patient(writer))).replace(/<\/Patient>\s*$/, ''), XML);
      return mustBeRejected(exchange);
    },
  }),
];

export const WRITE_XML_TESTS: readonly TestCase[] = TESTS.map((test) => ({ ...test, versions: XML_VERSIONS }));

function inXml(context: TestContext, resource: Resource): string {
  return toXml(resource, loadElementTable(context.version));
}

function notTaken(exchange: Exchange, what: string): Judgement | undefined {
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  return succeeded(exchange) ? undefined : fail(`XML is declared, but ${what.toLowerCase()} in XML is answered by ${answerInWords(exchange)}.`, exchange);
}

/** Whether JSON says what was sent in XML; other differences than lost parts may be a server's own additions. */
async function same(context: TestContext, reference: string, sent: Resource, exchange: Exchange, what: string): Promise<Judgement> {
  const { resource, exchange: read } = await current(context, reference);
  // A server may add tags of its own: https://hl7.org/fhir/R4/resource.html#simple-tags
  const tagged = (sent.meta?.tag ?? []).every(({ system, code }) => resource.meta?.tag?.some((tag) => tag.system === system && tag.code === code));
  const expected = { ...sent, id: String(resource.id), ...(tagged && resource.meta !== undefined ? { meta: resource.meta } : {}) };
  const difference = firstDifference(expected, resource, context.known.index.base);
  if (difference === undefined) return pass(`${what} in XML stores what was sent.`, exchange);
  return holdsAll(expected, resource, context.known.index.base) ? warn(`What was sent in XML came back with more at ${difference}.`, read) : fail(`${what} in XML stores something else than was sent at ${difference}.`, read);
}
