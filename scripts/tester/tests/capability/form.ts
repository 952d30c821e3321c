/** The CapabilityStatement as a resource: elements, mandatory ones, codes; and whether resources have versions as it says. https://hl7.org/fhir/R4/capabilitystatement.html */
import { localReference, type Resource } from '../../../core/fhir';
import { PUBLISHED } from '../../../core/fhir-version';
import { isObject } from '../../../core/json';
import { hasElementTable, loadElementTable } from '../../../formats/element-table';
import type { TestContext } from '../../context';
import { formDefects } from '../../judge/json-form';
import { fail, noData, notDeclared, pass } from '../../judge/judgements';
import type { Judgement, TestCase } from '../../test-case';

/** Elements that are mandatory where their parent is there. */
const MANDATORY: readonly string[] = [
  'software.name', 'implementation.description', 'rest.mode', 'rest.resource.type', 'rest.resource.interaction.code', 'rest.resource.searchParam.name', 'rest.resource.searchParam.type',
  'rest.resource.operation.name', 'rest.resource.operation.definition', 'rest.interaction.code', 'rest.searchParam.name', 'rest.searchParam.type', 'rest.operation.name', 'rest.operation.definition',
];

const PARAMETER_TYPES = ['number', 'date', 'string', 'token', 'reference', 'composite', 'quantity', 'uri', 'special', 'resource'];
/** Elements with a required binding, and the codes of it. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'rest.resource.interaction.code': ['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'history-type', 'create', 'search-type'],
  'rest.interaction.code': ['transaction', 'batch', 'search-system', 'history-system'],
  'rest.resource.versioning': ['no-version', 'versioned', 'versioned-update'],
  'rest.resource.conditionalRead': ['not-supported', 'modified-since', 'not-match', 'full-support'],
  'rest.resource.conditionalDelete': ['not-supported', 'single', 'multiple'],
  'rest.resource.referencePolicy': ['literal', 'logical', 'resolves', 'enforced', 'local'],
  'rest.resource.searchParam.type': PARAMETER_TYPES,
  'rest.searchParam.type': PARAMETER_TYPES,
};

export const CAPABILITY_FORM_TESTS: readonly TestCase[] = [
  statementTest('json-form', 'The statement has only elements of its definition, each in its form', 'json-form', ({ statement, version }) => {
    if (!hasElementTable(version)) return noData(`The elements of FHIR ${version.name} are not known here.`);
    const [defect, ...others] = formDefects(statement, loadElementTable(version)).filter(({ should }) => should !== true);
    return defect === undefined ? pass('The statement has only elements of its definition.') : fail(`${defect.path} ${defect.says}${others.length === 0 ? '' : ` (and ${others.length} more places)`}.`);
  }),
  statementTest('mandatory-elements', 'The statement has the elements that are mandatory in it', 'mandatory-element', ({ statement }) => {
    const absent = MANDATORY.flatMap((path) => parentsOf(statement, path.split('.')).filter(({ value }) => value === undefined).map(({ place }) => place));
    return absent.length === 0 ? pass('Nothing that is mandatory is absent.') : fail(`Mandatory and absent: ${few(absent)}.`);
  }),
  statementTest('codes', 'The statement names interactions and policies by the codes that there are', 'required-binding', ({ statement }) => {
    const wrong = Object.entries(CODES).flatMap(([path, codes]) =>
      parentsOf(statement, path.split('.')).flatMap(({ place, value }) => (typeof value !== 'string' || codes.includes(value) ? [] : [`${place} is ${JSON.stringify(value)} (allowed: ${codes.join(', ')})`])),
    );
    return wrong.length === 0 ? pass('All codes are of their value sets.') : fail(`${few(wrong)}.`);
  }),
  {
    id: 'honesty.versioning',
    title: 'Resources have versions where the statement says so, and none where it says that there are none',
    group: 'honesty',
    requirement: 'capability-versioning',
    needs: [],
    run: (context) => Promise.resolve(versioning(context)),
  },
];

function statementTest(id: string, title: string, requirement: TestCase['requirement'], judge: (context: TestContext) => Judgement): TestCase {
  return { id: `capability.${id}`, title, group: 'capability', requirement, versions: PUBLISHED, needs: [], run: (context) => Promise.resolve({ decisive: context.statementExchange, ...judge(context) }) };
}

/** Each place at which the last name of a path may stand, and what stands there. What has another form is a matter of the form. */
function parentsOf(parent: object, [name = '', ...rest]: readonly string[], at = 'CapabilityStatement'): { place: string; value: unknown }[] {
  const value = (parent as Record<string, unknown>)[name];
  const shadow = (parent as Record<string, unknown>)[`_${name}`];
  if (rest.length === 0) return shadow === undefined ? [{ place: `${at}.${name}`, value }] : [];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item, i) => (isObject(item) ? parentsOf(item, rest, `${at}.${name}${Array.isArray(value) ? `[${i}]` : ''}`) : []));
}

/** The first of the places, and how many more there are: a server makes the same mistake for each of its types. */
function few(places: readonly string[]): string {
  return places.length > 2 ? `${places.slice(0, 2).join(', ')} and ${places.length - 2} more` : places.join(', ');
}

/** "Servers that do not support versioning SHALL ensure that Resource.meta.versionId is not present": http.html#versions */
function versioning({ declared, known, statementExchange }: TestContext): Judgement {
  const types = [...declared.types].filter(([, { versioning: policy }]) => policy !== undefined);
  if (types.length === 0) return notDeclared('The statement says nothing of versioning.', statementExchange);
  let looked = 0;
  for (const [type, { versioning: policy }] of types) {
    const resources = known.index.all(type);
    const [first] = resources;
    if (first === undefined) continue;
    looked += resources.length;
    const isVersioned = ({ meta }: Resource) => meta?.versionId !== undefined;
    const one = resources.find(isVersioned);
    if (policy === 'no-version' && one !== undefined) return fail(`Versioning of ${type} is declared as no-version, but ${localReference(one) ?? type} has meta.versionId "${one.meta?.versionId ?? ''}".`, statementExchange);
    if (policy !== 'no-version' && one === undefined) return fail(`Versioning of ${type} is declared as ${policy ?? ''}, but ${resources.length === 1 ? `${localReference(first) ?? type} has` : `${resources.length} resources, such as ${localReference(first) ?? type}, have`} no meta.versionId.`, statementExchange);
  }
  return looked === 0 ? noData('Needed: a resource of a type whose versioning is declared.', statementExchange) : pass(`${looked} resources have versions as their types' policy says.`, statementExchange);
}
