/** What servers lose of resources on the way, detail by detail, and what a modifier extension and an element that was taken away come to. https://hl7.org/fhir/R4/http.html#transactional-integrity */
import type { Resource } from '../../../core/fhir';
import { answerInWords, refused, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { fail, failedToAsk, noData, pass, warn } from '../../judge/judgements';
import { firstDifference } from '../../judge/same-content';
import type { Judgement, TestCase } from '../../test-case';
import { without } from '../../without';
import { madeBy, type Writer } from '../../write/writer';
import { current, made, madeAndRead, needed, patient, writeTest } from './steps';

const EXTENSION = 'https://fhir-scout.org/test-detail';
const ELSEWHERE = 'https://elsewhere.example/fhir';
/** Words that stand nowhere but in the narrative. */
const TOLD = 'Scout, told nowhere else';

export const WRITE_KEPT_DETAIL_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'patient.round-trip-details',
    title: 'Patient: gaps in lists, fractions and zones of times, white space, leading zeros, the case of codes, the order of contained resources, language and narrative survive a create',
    type: 'Patient',
    requirement: 'content-kept',
    run: (context, writer) => survives(context, writer, details()),
  }),
  writeTest({
    id: 'patient.round-trip-foreign',
    title: 'Patient: references to another server, and to a version there, survive a create, and so does what stands beside the address',
    type: 'Patient',
    requirement: 'content-kept',
    run: (context, writer) => survives(context, writer, {
      managingOrganization: { reference: `${ELSEWHERE}/Organization/1/_history/2` },
      generalPractitioner: [{ reference: `${ELSEWHERE}/Practitioner/1`, identifier: { system: EXTENSION, value: '007' }, display: 'Dr. Elsewhere' }],
    }),
  }),
  writeTest({
    id: 'patient.modifier-extension',
    title: 'Patient: a modifier extension is kept, or the resource refused',
    type: 'Patient',
    requirement: 'modifier-extension',
    run: modifierExtension,
  }),
  writeTest({
    id: 'patient.update-removes',
    title: 'Patient: what an update leaves out is gone',
    type: 'Patient',
    requirement: 'content-kept',
    interactions: ['update'],
    run: removes,
  }),
];

function details(): Partial<Resource> {
  return {
    language: 'de-CH',
    text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${TOLD}</p></div>` },
    contained: [{ resourceType: 'Organization', id: 'b', name: 'B' }, { resourceType: 'Organization', id: 'a', name: 'A' }],
    // The first of the given names is withheld: https://hl7.org/fhir/R4/json.html#primitive
    name: [{ family: 'Scouttest', given: [null, 'Second'], _given: [{ extension: [{ url: EXTENSION, valueCode: 'masked' }] }, null], text: 'two  blanks\nand a line' }],
    deceasedDateTime: '2024-02-29T23:30:00.125+13:45',
    // A number to databases, a text to the post; a code to be taken as it is written.
    address: [{ postalCode: '01067' }],
    communication: [{ language: { coding: [{ system: EXTENSION, code: 'de-CH' }] } }],
    contact: [{ organization: { reference: '#a' } }],
    managingOrganization: { reference: '#b' },
  };
}

/** "servers SHOULD change the resource as little as possible": a warning, for they may. */
async function survives(context: TestContext, writer: Writer, more: Partial<Resource>): Promise<Judgement> {
  const sent = patient(writer, more);
  const { reference, exchange } = await made(context, writer, sent);
  const { resource, exchange: read } = await current(context, reference);
  const lost = lostOf(sent, resource, Object.keys(more), context.known.index.base);
  return lost.length === 0 ? pass(`${reference} comes back as it was sent.`, exchange) : warn(`What was created differs from what was sent at ${lost.join(', ')}.`, read);
}

/** Each element by itself, so that one that is lost hides no other. */
function lostOf(sent: Resource, kept: Resource, names: readonly string[], base: string): string[] {
  const { resourceType } = sent;
  return names.flatMap((name) => {
    if (name === 'text') return tells(sent) && !tells(kept) ? [`${resourceType}.text`] : [];
    return firstDifference({ resourceType, [name]: sent[name] }, { resourceType, ...(name in kept ? { [name]: kept[name] } : {}) }, base) ?? [];
  });
}

/** A server may write the markup of a narrative anew, but what an additional one tells stands nowhere else. https://hl7.org/fhir/R4/valueset-narrative-status.html */
function tells(resource: Resource): boolean {
  return JSON.stringify(resource['text'] ?? '').includes(TOLD);
}

/** "Applications processing a resource are required to check for modifier extensions": https://hl7.org/fhir/R4/domainresource-definitions.html#DomainResource.modifierExtension */
async function modifierExtension(context: TestContext, writer: Writer): Promise<Judgement> {
  const extension = { url: `${EXTENSION}-modifier`, valueBoolean: true };
  const exchange = await writer.create(patient(writer, { modifierExtension: [extension] }));
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (refused(exchange)) return pass(`A resource with a modifier extension is refused: ${answerInWords(exchange)}.`, exchange);
  const [reference] = madeBy(exchange, context.client.base);
  if (!succeeded(exchange) || reference === undefined) return noData(`The create that the test needs is answered by ${answerInWords(exchange)}.`, exchange);
  const { resource, exchange: read } = await current(context, reference);
  if (JSON.stringify(resource['modifierExtension'] ?? '').includes(extension.url)) return pass('A modifier extension is kept.', exchange);
  return fail(`${reference} was sent with a modifier extension, and comes back without it: whoever reads it takes it for something else than it is. A server that does not understand one has to refuse the resource.`, read);
}

/** "The server merged updated content with existing content" is one of the reasons for which what is read may differ; it is to be as little as possible. */
async function removes(context: TestContext, writer: Writer): Promise<Judgement> {
  const { reference, resource } = await madeAndRead(context, writer, patient(writer, { active: true, telecom: [{ system: 'phone', value: '1' }, { system: 'phone', value: '2' }] }));
  const [first] = Array.isArray(resource['telecom']) ? (resource['telecom'] as unknown[]) : [];
  if (first === undefined || resource['gender'] === undefined) return noData('Needed: a server that keeps gender and telecom.');
  const exchange = await writer.update({ ...without(resource, 'gender', 'active'), resourceType: resource.resourceType, telecom: [first] });
  needed('update', exchange);
  const { resource: now, exchange: read } = await current(context, reference);
  const left = [...['gender', 'active'].filter((name) => now[name] !== undefined), ...(Array.isArray(now['telecom']) && now['telecom'].length > 1 ? ['the second telecom'] : [])];
  return left.length === 0 ? pass('What the update leaves out is gone.', exchange) : warn(`An update of ${reference} leaves out ${left.join(', ')}, but a read still shows ${left.length === 1 ? 'it' : 'them'}: the update was merged with what was there.`, read);
}
