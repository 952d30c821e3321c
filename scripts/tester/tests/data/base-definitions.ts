/** What FHIR itself demands of every resource seen: mandatory elements, and codes from the value sets of required bindings. */
import { withArticle } from '../../../core/grammar';
import { elementsOf, MODEL_VERSIONS, type ModelElement } from '../../../core/element-model';
import { localReference, type Resource } from '../../../core/fhir';
import { searchedLike } from '../../../core/fhir-version';
import { hasElementTable, loadElementTable } from '../../../formats/element-table';
import type { TestContext } from '../../context';
import { formDefects } from '../../judge/json-form';
import { few } from '../../judge/search-set';
import { fail, noData, pass, warn } from '../../judge/judgements';
import { allOfOther, ofVersion } from '../../stated-version';
import type { Judgement, TestCase } from '../../test-case';
import { asSent } from '../../well-typed';

/** Types with mandatory elements, and with elements of type code whose codes are fixed: what these are stands in the table of each version. */
const WITH_MANDATORY = ['ImagingStudy', 'Endpoint', 'ServiceRequest', 'DiagnosticReport', 'Encounter', 'Procedure', 'Appointment', 'Task', 'CarePlan', 'Group', 'RelatedPerson'];
const WITH_FORM = [...WITH_MANDATORY, 'Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'Device', 'Observation', 'RiskAssessment', 'List'];
const WITH_CODES = ['ImagingStudy', 'Endpoint', 'Patient', 'Practitioner', 'ServiceRequest', 'DiagnosticReport', 'Encounter', 'Procedure'];

/** The table of a server's version; the 6.0 draft has one of its own, and so has the ballot. */
function elementsIn({ version }: TestContext, type: string): Readonly<Record<string, ModelElement>> {
  const known = MODEL_VERSIONS.find((one) => one === version.mimeVersion);
  const own = known === undefined ? {} : elementsOf(known, type);
  const like = MODEL_VERSIONS.find((one) => one === searchedLike(version).mimeVersion);
  return Object.keys(own).length > 0 || like === undefined ? own : elementsOf(like, type);
}

export const BASE_DATA_TESTS: readonly TestCase[] = [
  ...WITH_MANDATORY.map((type): TestCase => ({
    id: `data.${type.toLowerCase()}.mandatory-elements`,
    title: `${type}: what FHIR makes mandatory is there`,
    group: 'data',
    resourceType: type,
    requirement: 'mandatory-element',
    needs: [{ kind: 'type', type }],
    tags: ['base'],
    run: (context) => Promise.resolve(judgeEach(context, type, 'has its mandatory elements', (resource) => lackingIn(resource, elementsIn(context, type)))),
  })),
  ...WITH_FORM.map((type): TestCase => ({
    id: `data.${type.toLowerCase()}.json-form`,
    title: `${type}: it has only elements of its definition, each in its form`,
    group: 'data',
    resourceType: type,
    requirement: 'json-form',
    needs: [{ kind: 'type', type }],
    tags: ['base'],
    run: (context) => Promise.resolve(judgeForm(context, type)),
  })),
  ...WITH_CODES.map((type): TestCase => ({
    id: `data.${type.toLowerCase()}.required-codes`,
    title: `${type}: elements of type code have a code of their value set`,
    group: 'data',
    resourceType: type,
    requirement: 'required-binding',
    needs: [{ kind: 'type', type }],
    tags: ['base'],
    run: (context) => Promise.resolve(judgeEach(context, type, 'has codes of the value sets', (resource) => unboundIn(resource, elementsIn(context, type)))),
  })),
];

interface Defect {
  path: string;
  says: string;
  value: unknown;
  should?: true;
}

function judgeForm(context: TestContext, type: string): Judgement {
  const version = hasElementTable(context.version) ? context.version : searchedLike(context.version);
  if (!hasElementTable(version)) return noData(`The elements of FHIR ${context.version.name} are not known here.`);
  const table = loadElementTable(version);
  return judgeEach(context, type, 'has only elements of its definition, each in its form', (resource) => [...formDefects(asSent(resource), table)]);
}

function judgeEach(context: TestContext, type: string, good: string, defectsIn: (resource: Resource) => Defect[]): Judgement {
  const seen = context.known.index.all(type);
  if (seen.length === 0) return noData(`Needed: ${withArticle(type)}.`);
  const resources = ofVersion(seen, context.version);
  if (resources.length === 0) return noData(allOfOther(type, seen.length));
  const found = resources.flatMap((resource) => {
    const defects = defectsIn(resource);
    const defect = defects.find(({ should }) => should !== true) ?? defects[0];
    return defect === undefined ? [] : [{ defect, reference: localReference(resource) ?? type }];
  });
  const broken = found.filter(({ defect }) => defect.should !== true);
  const [first, ...others] = broken.length > 0 ? broken : found;
  if (first === undefined) return pass(`Each of ${resources.length} ${type} resources ${good}.`);
  const { defect, reference } = first;
  return {
    ...(defect.should === true ? warn : fail)(`${reference}: ${defect.path} ${defect.says}.${others.length > 0 ? ` The like in ${few(others.map((row) => row.reference))}.` : ''}`),
    actual: found.map((row) => row.reference).sort(),
    witness: { reference, excerpt: { [defect.path]: defect.value ?? null }, why: `${defect.path} ${defect.says}.` },
  };
}

function lackingIn(resource: Resource, elements: Readonly<Record<string, ModelElement>>): Defect[] {
  // An element that may be of several types has a name for each: whether one of them is there is left to the validator.
  const mandatory = Object.entries(elements).filter(([path, { min }]) => min > 0 && !path.endsWith('[x]'));
  return mandatory.flatMap(([path]) => lacking(resource, resource.resourceType, path.split('.')));
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

function unboundIn(resource: Resource, elements: Readonly<Record<string, ModelElement>>): Defect[] {
  return Object.entries(elements).flatMap(([name, { codes, max }]) => {
    const value = resource[name];
    if (codes === undefined || max !== '1' || name.includes('.') || value === undefined || value === null || (typeof value === 'string' && codes.includes(value))) return [];
    return [{ path: `${resource.resourceType}.${name}`, says: `is ${JSON.stringify(value)}; its value set has ${codes.join(', ')}`, value }];
  });
}
