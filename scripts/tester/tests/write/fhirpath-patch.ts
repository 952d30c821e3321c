/** FHIRPath Patch, one operation a test, where a server takes it. https://hl7.org/fhir/R4/fhirpatch.html */
import type { Resource } from '../../../core/fhir';
import { answerInWords, refused, succeeded } from '../../answer';
import type { TestContext } from '../../context';
import { fail, failedToAsk, info, notDeclared, pass } from '../../judge/judgements';
import { firstDifference } from '../../judge/same-content';
import type { Judgement, TestCase } from '../../test-case';
import type { Writer } from '../../write/writer';
import { current, made, patient, writeTest } from './steps';

type Value = Record<string, unknown>;

interface Operation {
  type: 'add' | 'insert' | 'delete' | 'replace' | 'move';
  path: string;
  /** Further parts by name. */
  parts?: Record<string, Value>;
}

const at = (index: number): Value => ({ valueInteger: index });

/** Three given names and an address for each operation to change; what it makes of them. */
const NAME = { family: 'Scouttest', given: ['One', 'Two', 'Three'] };
const ROWS: readonly { operation: Operation; what: string; after: Partial<Resource> }[] = [
  { operation: { type: 'replace', path: 'Patient.birthDate', parts: { value: { valueDate: '1999-12-31' } } }, what: 'replaces a value', after: { birthDate: '1999-12-31' } },
  { operation: { type: 'add', path: 'Patient', parts: { name: { valueString: 'maritalStatus' }, value: { valueCodeableConcept: { text: 'unknown' } } } }, what: 'adds an element', after: { maritalStatus: { text: 'unknown' } } },
  { operation: { type: 'insert', path: 'Patient.name[0].given', parts: { index: at(1), value: { valueString: 'New' } } }, what: 'inserts into a list', after: { name: [{ ...NAME, given: ['One', 'New', 'Two', 'Three'] }] } },
  { operation: { type: 'delete', path: "Patient.name[0].given.where($this = 'Two')" }, what: 'deletes one element of a list', after: { name: [{ ...NAME, given: ['One', 'Three'] }] } },
  { operation: { type: 'move', path: 'Patient.name[0].given', parts: { source: at(2), destination: at(0) } }, what: 'moves an element within its list', after: { name: [{ ...NAME, given: ['Three', 'One', 'Two'] }] } },
];

export const WRITE_FHIRPATH_PATCH_TESTS: readonly TestCase[] = [
  ...ROWS.map(({ operation, what, after }) =>
    writeTest({
      id: `patient.patch-fhirpath-${operation.type}`,
      title: `Patient: the operation ${operation.type} of a FHIRPath Patch ${what}`,
      type: 'Patient',
      requirement: 'patch-fhirpath',
      also: ['capability-interaction'],
      interactions: ['patch'],
      run: (context, writer) => patches(context, writer, operation, after),
    }),
  ),
  writeTest({
    id: 'patient.patch-fhirpath-invalid',
    title: 'Patient: a FHIRPath Patch that would leave no valid resource is refused, all of it',
    type: 'Patient',
    requirement: 'patch-fhirpath',
    interactions: ['patch'],
    run: refuses,
  }),
];

function parameters(...operations: Operation[]): Resource {
  return {
    resourceType: 'Parameters',
    parameter: operations.map(({ type, path, parts = {} }) => ({
      name: 'operation',
      part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...Object.entries(parts).map(([name, value]) => ({ name, ...value }))],
    })),
  };
}

const JSON_BODY = { 'Content-Type': 'application/fhir+json' };

/** What the statement says of patches: https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.patchFormat */
function declaredAs({ declared }: TestContext): 'declared' | 'open' | 'other' {
  if (declared.patchFormats.length === 0) return 'open';
  return declared.patchFormats.some((format) => /^(json|application\/(fhir\+)?json)(;|$)/i.test(format)) ? 'declared' : 'other';
}

async function patches(context: TestContext, writer: Writer, operation: Operation, after: Partial<Resource>): Promise<Judgement> {
  const promise = declaredAs(context);
  if (promise === 'other') return notDeclared(`FHIRPath Patch in JSON is not among the declared patch formats ${context.declared.patchFormats.join(', ')}.`);
  const { reference } = await made(context, writer, patient(writer, { name: [NAME] }));
  const before = await current(context, reference);
  const exchange = await writer.patch(reference, parameters(operation), JSON_BODY);
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (!succeeded(exchange)) {
    // Without a patchFormat the statement does not say which kinds of patch are meant.
    if (promise === 'open' && refused(exchange)) return info(`patch is declared without a format, and a FHIRPath Patch is refused: ${answerInWords(exchange)}.`, exchange);
    return { ...fail(`FHIRPath Patch is declared, but the operation ${operation.type} is answered by ${answerInWords(exchange)}.`, exchange), requirement: 'capability-interaction' };
  }
  const changed = await current(context, reference);
  const difference = firstDifference({ ...before.resource, ...after }, changed.resource, context.known.index.base);
  return difference === undefined ? pass(`${operation.type} changes what its path selects and nothing else.`, exchange) : fail(`After ${operation.type} on ${operation.path}, ${difference} is not as expected: ${inShort(changed.resource, after)} instead of ${JSON.stringify(after)}.`, changed.exchange);
}

/** Of a resource the elements that the expectation names. */
function inShort(resource: Resource, after: Partial<Resource>): string {
  return JSON.stringify(Object.fromEntries(Object.keys(after).map((name) => [name, resource[name]])));
}

/** "Servers SHALL return an error if the outcome of the patch operation is not a valid resource", and an operation alone is never done. */
async function refuses(context: TestContext, writer: Writer): Promise<Judgement> {
  if (declaredAs(context) === 'other') return notDeclared(`FHIRPath Patch in JSON is not among the declared patch formats ${context.declared.patchFormats.join(', ')}.`);
  const { reference } = await made(context, writer, patient(writer));
  const good: Operation = { type: 'replace', path: 'Patient.birthDate', parts: { value: { valueDate: '1999-12-31' } } };
  const bad: Operation = { type: 'add', path: 'Patient', parts: { name: { valueString: 'scoutNoSuchElement' }, value: { valueString: 'x' } } };
  const exchange = await writer.patch(reference, parameters(good, bad), JSON_BODY);
  if (exchange.response === undefined) return failedToAsk(answerInWords(exchange), exchange);
  if (succeeded(exchange)) return fail('A FHIRPath Patch that adds an element which a Patient does not have is carried out.', exchange);
  if (!refused(exchange)) return { ...fail(`A FHIRPath Patch that adds an element which a Patient does not have is answered by ${answerInWords(exchange)}.`, exchange), requirement: 'status-server-error' };
  const after = await current(context, reference);
  return after.resource['birthDate'] === '1980-02-29' ? pass(`It is refused by ${answerInWords(exchange)}, and nothing of it is done.`, exchange) : fail('A FHIRPath Patch that is refused has been done in part.', after.exchange);
}
