/** What the tests that write have in common: fixtures of their own, and waiting until a search sees a change. */
import { withArticle } from '../../../core/grammar';
import type { Resource } from '../../../core/fhir';
import { localReference } from '../../../core/fhir';
import { valueAt } from '../../../core/json';
import type { Exchange } from '../../../core/result';
import { textOf } from '../../../search/json';
import { answerInsteadOf, answerInWords, failedWithOutcome, isGone, refused, resourceOf, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import type { DeclaredType } from '../../discovery/declared';
import type { Pair } from '../../gather/query';
import type { SearchAnswer } from '../../gather/search-answer';
import { FOCUS } from '../../harvest';
import { failedToAsk, fail, noData, notDeclared, pass, warn } from '../../judge/judgements';
import type { RequirementKey } from '../../requirements';
import { StepFailed } from '../../step-failed';
import type { Judgement, Need, TestCase } from '../../test-case';
import { lookUntil } from '../../write/look-until';
import { TEST_IDENTIFIER_SYSTEM } from '../../write/own';
import { madeBy, type Writer } from '../../write/writer';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';

/** What a search for patients by their identifier needs. */
export const SEARCHABLE: readonly Need[] = [
  { kind: 'interaction', type: 'Patient', interaction: 'search-type' },
  { kind: 'search-param', type: 'Patient', name: 'identifier' },
];

interface WriteTest {
  id: string;
  title: string;
  type: string;
  requirement: RequirementKey;
  also?: readonly RequirementKey[];
  /** Interactions of the type, beside create, read and delete, which every one needs. */
  interactions?: readonly string[];
  needs?: readonly Need[];
  run: (context: TestContext, writer: Writer) => Promise<Judgement>;
}

/** A test that runs only with --write. */
export function writeTest({ id, title, type, requirement, also = [], interactions = [], needs = [], run }: WriteTest): TestCase {
  const own = ['create', 'read', ...interactions].map((interaction): Need => ({ kind: 'interaction', type, interaction }));
  return {
    id: `write.${id}`,
    title,
    group: 'write',
    resourceType: type,
    requirement,
    also,
    needs: [...own, ...needs],
    tags: ['write', ...interactions],
    mode: 'write',
    phase: 'write',
    async run(context) {
      if (context.writer === undefined) return noData('Needed: --write.');
      const { writer } = context;
      return inSteps(() => run(context, writer));
    },
  };
}

/** A test in steps: where one fails that the test is not about, it ends there. */
export async function inSteps(run: () => Promise<Judgement>): Promise<Judgement> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StepFailed) return error.judgement;
    throw error;
  }
}

/** An identifier value that nothing else on the server has. */
export function uniqueValue(writer: Writer): string {
  return writer.newId('value');
}

export function patient(writer: Writer, more: Partial<Resource> = {}): Resource {
  return { resourceType: 'Patient', identifier: [{ system: TEST_IDENTIFIER_SYSTEM, value: uniqueValue(writer) }], name: [{ family: 'Scouttest', given: ['Write'] }], gender: 'other', birthDate: '1980-02-29', ...more };
}

export function study(writer: Writer, subject: string, code = 'CT', more: Partial<Resource> = {}): Resource {
  const made = writer.inVersion({
    resourceType: FOCUS,
    identifier: [{ system: TEST_IDENTIFIER_SYSTEM, value: uniqueValue(writer) }],
    status: 'available',
    subject: { reference: subject },
    started: '2024-02-29T10:00:00Z',
    modality: [{ system: DCM, code }],
    series: [{ uid: '1.2.3.4.5', modality: { system: DCM, code } }],
  });
  return { ...made, ...more };
}

/** Creates a resource as a step of a test about something else. */
export async function made(context: TestContext, writer: Writer, resource: Resource): Promise<{ reference: string; exchange: Exchange }> {
  const exchange = await writer.create(resource);
  const reference = madeBy(exchange, context.client.base)[0];
  if (exchange.response === undefined) throw new StepFailed(failedToAsk(`Creating ${withArticle(resource.resourceType)}: ${answerInWords(exchange)}.`, exchange));
  if (!succeeded(exchange) || reference === undefined) throw new StepFailed(noData(`The server did not take the ${resource.resourceType} that the test needs: ${answerInWords(exchange)}.`, exchange));
  return { reference, exchange };
}

/** The current resource, read anew. */
export async function current(context: TestContext, reference: string): Promise<{ resource: Resource; exchange: Exchange }> {
  const exchange = await context.read(reference, { fresh: true });
  const resource = resourceOf(exchange);
  if (exchange.response === undefined) throw new StepFailed(failedToAsk(`GET ${reference}: ${answerInWords(exchange)}.`, exchange));
  if (!succeeded(exchange) || resource === undefined) throw new StepFailed(fail(`GET ${reference}, which was just written, is answered by ${answerInsteadOf(reference.split('/')[0] ?? 'resource', exchange)}.`, exchange));
  return { resource, exchange };
}

/** Creates a resource and reads it: what a test changes is what the server has made of it. */
export async function madeAndRead(context: TestContext, writer: Writer, resource: Resource): Promise<{ reference: string; resource: Resource }> {
  const { reference } = await made(context, writer, resource);
  return { reference, resource: (await current(context, reference)).resource };
}

/** A change as a step of a test about something else. */
export function needed(kind: 'create' | 'update' | 'patch' | 'deletion', exchange: Exchange): void {
  if (!succeeded(exchange)) throw new StepFailed(noData(`The ${kind} that the test needs is answered by ${answerInWords(exchange)}.`, exchange));
}

/** For the request of an entry: the version that it is about, where there are versions. */
export function ifMatch({ meta }: Resource): { ifMatch?: string } {
  return meta?.versionId === undefined ? {} : { ifMatch: `W/"${meta.versionId}"` };
}

/** The judgement of a request that the server has to refuse; `taken` begins the sentence that ends with what it answered instead. */
export function mustBeRefused(exchange: Exchange, taken = 'It', why = ''): Judgement {
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (refused(exchange)) return pass(`It is refused: ${answerInWords(exchange)}.`, exchange);
  return fail(`${taken} is answered by ${answerInWords(exchange)}${why}.`, exchange);
}

/** The judgement of a body that the server has to reject: a client's fault, though R4 also lets a server answer it as if it were its own. */
export function mustBeRejected(exchange: Exchange, taken = 'It'): Judgement {
  if (!refused(exchange) && failedWithOutcome(exchange)) return warn(`${taken} is answered by ${answerInWords(exchange)}, as if the server had broken down; 400 is the code for it.`, exchange);
  return mustBeRefused(exchange, taken);
}

/** Whether a search comes to find (or to lose) a resource within the time that servers need for indexing. */
export function comesTo(context: TestContext, find: boolean, type: string, pairs: readonly Pair[], reference: string): Promise<{ settled: boolean; exchange: Exchange }> {
  return settles(context, type, pairs, ({ matches }) => matches.some((resource) => localReference(resource) === reference) === find);
}

/** Whether a search comes to be answered as it should be within the time that servers need for indexing. */
export async function settles(context: TestContext, type: string, pairs: readonly Pair[], isRight: (answer: SearchAnswer) => boolean): Promise<{ settled: boolean; exchange: Exchange }> {
  const look = async () => {
    const answer = await context.search(type, pairs, { fresh: true });
    if (answer.trouble !== undefined) throw new StepFailed(noData(`The search that the test needs is not answered: ${answer.trouble.says}.`, answer.trouble.exchange));
    return answer;
  };
  const last = await lookUntil(look, isRight, context.pause);
  return { settled: isRight(last), exchange: last.first };
}

/**
 * Whether what was deleted can no longer be read. "202 Accepted if the server wishes to be non-committal about the outcome of the delete": then it
 * may go later, or stay, and only `committed` deletions promise anything. https://hl7.org/fhir/R4/http.html#delete
 */
export async function goneAfter(context: TestContext, deletion: Exchange, reference: string): Promise<{ gone: boolean; committed: boolean; read: Exchange }> {
  const committed = deletion.response?.status !== 202;
  const read = await lookUntil(() => context.read(reference, { fresh: true }), (seen) => committed || isGone(seen), context.pause);
  return { gone: isGone(read), committed, read };
}

/**
 * "The body of a PATCH operation SHALL be either" of three forms, and patchFormat is optional: where it is absent, 415 says of a JSON Patch
 * that it is not the form which the server takes. https://hl7.org/fhir/R4/http.html#patch
 */
export function asFormOfPatch(context: TestContext, judgement: Judgement): Judgement {
  const { decisive } = judgement;
  if (context.declared.patchFormats.length > 0 || decisive?.request.method !== 'PATCH' || decisive.response?.status !== 415) return judgement;
  return notDeclared(`JSON Patch is answered by ${answerInWords(decisive)}; the statement does not say which forms of a patch the server takes.`, decisive);
}

/** Where the interaction is not declared, a refusal or a plain write are both in order. */
export function undeclared(context: TestContext, is: (type: DeclaredType) => boolean, name: string): Judgement | undefined {
  const type = context.declared.types.get('Patient');
  return type !== undefined && is(type) ? undefined : notDeclared(`The server does not declare ${name} on Patient.`);
}

/** What a lost update of a patient means: only versioned-update promises that there is none. https://hl7.org/fhir/R4/valueset-versioning-policy.html */
export function lostUpdate(context: TestContext, message: string, exchange: Exchange): Judgement {
  const declared = context.declared.types.get('Patient')?.versioning;
  return declared === 'versioned' || declared === 'no-version' ? warn(`${message} Versioning is declared as ${declared}.`, exchange) : fail(message, exchange);
}

/**
 * Whether the answer to a vread of a past version is that of a server that keeps none: "if the server does not support accessing previous
 * versions (either generally, or for this particular resource), it should return a 404". https://hl7.org/fhir/R4/http.html#vread
 */
export function lacksPast(context: TestContext, { response }: Exchange): boolean {
  return response?.status === 404 && context.declared.types.get('Patient')?.readHistory !== true;
}

/** Waits until a patient is found by its identifier, on which a condition or a reference by search stands. */
export async function searchableNow(context: TestContext, resource: Parameters<typeof IDENTIFIER>[0], reference: string): Promise<void> {
  const { settled, exchange } = await comesTo(context, true, 'Patient', [['identifier', IDENTIFIER(resource)]], reference);
  if (!settled) throw new StepFailed(noData(`${reference} is not found by its identifier, on which the test stands.`, exchange));
}

/** Waits until a resource is found at all: only then does an empty answer show that another criterion keeps it out. */
export async function foundNow(context: TestContext, reference: string): Promise<void> {
  const [type = '', id = ''] = reference.split('/');
  const { settled, exchange } = await comesTo(context, true, type, [['_id', id]], reference);
  if (!settled) throw new StepFailed(noData(`${reference} is not found by its id, on which the test stands.`, exchange));
}

export const IDENTIFIER = (resource: Resource): string => {
  const [system, value] = ['system', 'value'].map((name) => textOf(valueAt(resource, 'identifier', 0, name)) ?? '');
  return `${system}|${value}`;
};

