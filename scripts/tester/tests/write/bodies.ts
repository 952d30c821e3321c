/** Bodies that a server has to refuse, and media types that it has to take. https://hl7.org/fhir/R4/http.html#create */
import { answerInWords, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { fail, failedToAsk, pass } from '../../judge/judgements';
import type { Judgement, TestCase } from '../../test-case';
import { madeBy, type Writer } from '../../write/writer';
import { made, madeAndRead, mustBeRejected, patient, writeTest } from './steps';

/** Well-formed JSON, or none at all, that is no resource. */
const NO_RESOURCE: readonly { body: string; is: string }[] = [
  { body: '', is: 'no body at all' },
  { body: 'null', is: 'null' },
  { body: '[]', is: 'an empty list' },
  { body: '"Patient"', is: 'a string' },
];

export const WRITE_BODY_TESTS: readonly TestCase[] = [
  writeTest({
    id: 'patient.no-resource',
    title: 'Patient: a body that is JSON, or nothing, but no resource is refused',
    type: 'Patient',
    requirement: 'body-is-resource',
    run: (context, writer) => noResource(writer, context.client.base),
  }),
  writeTest({
    id: 'patient.other-type',
    title: 'Patient: a resource of another type is not created at Patient',
    type: 'Patient',
    requirement: 'body-is-resource',
    run: async (_, writer) => {
      const other = writer.tagged({ resourceType: 'Basic', code: { text: 'scout' } });
      return mustBeRejected(await writer.createRaw('Patient', JSON.stringify(other)), 'A Basic that is posted to Patient');
    },
  }),
  writeTest({
    id: 'patient.update-other-type',
    title: 'Patient: an update does not make a resource of another type out of a patient',
    type: 'Patient',
    requirement: 'body-is-resource',
    interactions: ['update'],
    run: async (context, writer) => {
      const { reference, resource } = await madeAndRead(context, writer, patient(writer));
      const other = writer.tagged({ resourceType: 'Basic', id: String(resource.id), code: { text: 'scout' } });
      return mustBeRejected(await writer.updateRaw(reference, JSON.stringify(other), {}, resource.meta?.versionId), 'A Basic that is put in the place of a patient');
    },
  }),
  ...(['charset', 'version'] as const).map((name) =>
    writeTest({
      id: `patient.content-type-${name}`,
      title: `Patient: a body is taken whose Content-Type has the parameter ${name === 'charset' ? 'charset=utf-8' : 'fhirVersion'}`,
      type: 'Patient',
      requirement: 'content-type-parameters',
      run: (context, writer) => withParameter(context, writer, name === 'charset' ? 'charset=utf-8' : `fhirVersion=${context.version.mimeVersion}`),
    }),
  ),
];

async function noResource(writer: Writer, base: string): Promise<Judgement> {
  let last: Judgement = pass('');
  for (const { body, is } of NO_RESOURCE) {
    const exchange = await writer.createRaw('Patient', body);
    if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
    last = mustBeRejected(exchange, `A create whose body is ${is}`);
    if (last.verdict === 'pass') continue;
    const [made] = madeBy(exchange, base);
    if (made === undefined) return last;
    // Without the run's tag it is nobody's, and is left alone, unless it is certain that it was made of this.
    const adopted = await writer.adoptEmpty(exchange, made);
    return { ...last, message: `${last.message} What came of it has no tag ${adopted ? `and no content: ${made}, which the run removes` : `and stays: ${made}`}.` };
  }
  return { ...last, message: `${NO_RESOURCE.map(({ is }) => is).join(', ')}: each is refused.` };
}

/** "This MAY be specified as a MIME type parameter", and fhirVersion "can be used anywhere that the FHIR Mime type is used": http.html#version-parameter */
async function withParameter(context: TestContext, writer: Writer, parameter: string): Promise<Judgement> {
  const type = `${context.version.jsonType}; ${parameter}`;
  const exchange = await writer.create(patient(writer), { 'Content-Type': type });
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (succeeded(exchange)) return pass(`A body of ${type} is taken.`, exchange);
  // What is wrong with the body itself is no matter of its type.
  const plain = await made(context, writer, patient(writer));
  return fail(`A body of ${type} is answered by ${answerInWords(exchange)}; the same without the parameter is taken (${plain.reference}).`, exchange);
}
