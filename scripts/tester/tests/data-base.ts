/** What R4 itself demands of every resource seen: mandatory elements, and codes from the value sets of required bindings. */
import { localReference, type Resource } from '../../core/fhir';
import type { TestContext } from '../context';
import { few } from '../judge/search-set';
import { fail, noData, pass } from '../judge/judgements';
import type { Judgement, TestCase } from '../test-case';

/** Elements with a minimum of one, below a type: https://hl7.org/fhir/R4/imagingstudy-definitions.html and the pages of the other types. */
const MANDATORY: Readonly<Record<string, readonly string[]>> = {
  ImagingStudy: ['status', 'subject', 'series.uid', 'series.modality', 'series.performer.actor', 'series.instance.uid', 'series.instance.sopClass'],
  Endpoint: ['status', 'connectionType', 'payloadType', 'address'],
  ServiceRequest: ['status', 'intent', 'subject'],
  DiagnosticReport: ['status', 'code'],
  Encounter: ['status', 'class'],
  Procedure: ['status', 'subject'],
  Appointment: ['status', 'participant', 'participant.status'],
  Task: ['status', 'intent'],
  CarePlan: ['status', 'intent', 'subject'],
  Group: ['type', 'actual'],
  RelatedPerson: ['patient'],
};

const REQUEST_STATUS = ['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error', 'unknown'];
const EVENT_STATUS = ['preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed', 'entered-in-error', 'unknown'];

/** Elements of type code, each with the codes of its required binding: https://hl7.org/fhir/R4/terminologies.html#code */
const BOUND: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ImagingStudy: { status: ['registered', 'available', 'cancelled', 'entered-in-error', 'unknown'] },
  Endpoint: { status: ['active', 'suspended', 'error', 'off', 'entered-in-error', 'test'] },
  Patient: { gender: ['male', 'female', 'other', 'unknown'] },
  Practitioner: { gender: ['male', 'female', 'other', 'unknown'] },
  ServiceRequest: {
    status: REQUEST_STATUS,
    intent: ['proposal', 'plan', 'directive', 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order', 'option'],
    priority: ['routine', 'urgent', 'asap', 'stat'],
  },
  DiagnosticReport: { status: ['registered', 'partial', 'preliminary', 'final', 'amended', 'corrected', 'appended', 'cancelled', 'entered-in-error', 'unknown'] },
  Encounter: { status: ['planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'finished', 'cancelled', 'entered-in-error', 'unknown'] },
  Procedure: { status: EVENT_STATUS },
};

export const BASE_DATA_TESTS: readonly TestCase[] = [
  ...Object.keys(MANDATORY).map((type): TestCase => ({
    id: `data.${type.toLowerCase()}.mandatory-elements`,
    title: `${type}: what R4 makes mandatory is there`,
    group: 'data',
    resourceType: type,
    requirement: 'mandatory-element',
    needs: [{ kind: 'type', type }],
    tags: ['base'],
    run: (context) => Promise.resolve(judgeEach(context, type, 'has its mandatory elements', lackingIn)),
  })),
  ...Object.keys(BOUND).map((type): TestCase => ({
    id: `data.${type.toLowerCase()}.required-codes`,
    title: `${type}: elements of type code have a code of their value set`,
    group: 'data',
    resourceType: type,
    requirement: 'required-binding',
    needs: [{ kind: 'type', type }],
    tags: ['base'],
    run: (context) => Promise.resolve(judgeEach(context, type, 'has codes of the value sets', unboundIn)),
  })),
];

interface Defect {
  path: string;
  says: string;
  value: unknown;
}

function judgeEach(context: TestContext, type: string, good: string, defectsIn: (resource: Resource) => Defect[]): Judgement {
  const resources = context.known.index.all(type);
  if (resources.length === 0) return noData(`Needed: a ${type}.`);
  const found = resources.flatMap((resource) => {
    const [defect] = defectsIn(resource);
    return defect === undefined ? [] : [{ defect, reference: localReference(resource) ?? type }];
  });
  const [first, ...others] = found;
  if (first === undefined) return pass(`Each of ${resources.length} ${type} resources ${good}.`);
  const { defect, reference } = first;
  return {
    ...fail(`${reference}: ${defect.path} ${defect.says}.${others.length > 0 ? ` The like in ${few(others.map((row) => row.reference))}.` : ''}`),
    actual: found.map((row) => row.reference).sort(),
    witness: { reference, excerpt: { [defect.path]: defect.value ?? null }, why: `${defect.path} ${defect.says}.` },
  };
}

function lackingIn(resource: Resource): Defect[] {
  return (MANDATORY[resource.resourceType] ?? []).flatMap((path) => lacking(resource, resource.resourceType, path.split('.')));
}

/** The places at which an element is absent whose parent is there. A primitive may be there as an extension alone: https://hl7.org/fhir/R4/json.html#primitive */
function lacking(parent: object, place: string, [name = '', ...rest]: readonly string[]): Defect[] {
  const value = (parent as Record<string, unknown>)[name];
  const path = `${place}.${name}`;
  if (rest.length === 0) return isFilled(value) || isFilled((parent as Record<string, unknown>)[`_${name}`]) ? [] : [{ path, says: 'is mandatory and absent', value }];
  const items = Array.isArray(value) ? value.map((item: unknown, i) => ({ item, at: `${path}[${i}]` })) : [{ item: value, at: path }];
  return items.flatMap(({ item, at }) => (typeof item === 'object' && item !== null ? lacking(item, at, rest) : []));
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && (!Array.isArray(value) || value.length > 0);
}

function unboundIn(resource: Resource): Defect[] {
  return Object.entries(BOUND[resource.resourceType] ?? {}).flatMap(([name, codes]) => {
    const value = resource[name];
    if (value === undefined || value === null || (typeof value === 'string' && codes.includes(value))) return [];
    return [{ path: `${resource.resourceType}.${name}`, says: `is ${JSON.stringify(value)}; its value set has ${codes.join(', ')}`, value }];
  });
}
