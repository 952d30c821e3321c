/** Tests of the CapabilityStatement itself; none of them sends a request of its own. */
import type { Resource } from '../../../core/fhir';
import { inWords } from '../../../core/json';
import type { SearchDefinitions } from '../../../search/types';
import type { TestContext } from '../../context';
import { contradiction, versionEvidence } from '../../discovery/version-evidence';
import { fail, info, notDeclared, pass, warn } from '../../judge/judgements';
import type { RequirementKey } from '../../requirements';
import type { Judgement, TestCase } from '../../test-case';

interface StatementCheck {
  id: string;
  title: string;
  requirement: RequirementKey;
  judge(statement: Resource, context: TestContext): Judgement;
}

const STATUSES = ['draft', 'active', 'retired', 'unknown'];
const KINDS = ['instance', 'capability', 'requirements'];
const DATE_TIME = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$/;

const CHECKS: readonly StatementCheck[] = [
  {
    id: 'fhir-version',
    title: 'The statement names its FHIR version',
    requirement: 'capability-version',
    judge: ({ fhirVersion }, { version, statementExchange, client }) => {
      const stated = typeof fhirVersion === 'string' ? fhirVersion : undefined;
      const evidence = versionEvidence(stated, statementExchange.response?.headers['content-type'], client.base);
      // The address is the server's own business, and a proxy may add what it likes to a media type: nothing is broken by either.
      const against = contradiction(evidence.filter(({ source }) => source !== 'statement'), version);
      if (fhirVersion === version.version) return against === undefined ? pass(`fhirVersion is ${fhirVersion}.`) : info(`fhirVersion is ${fhirVersion}, though ${against}.`);
      if (stated?.startsWith(`${version.mimeVersion}.`) === true) return info(`fhirVersion is ${stated}; the current text of ${version.name} is ${version.version}.`);
      return fail(stated === undefined ? 'fhirVersion is absent.' : `fhirVersion is "${stated}", but the server was tested as ${version.name}.`);
    },
  },
  {
    id: 'status',
    title: 'The statement has a status',
    requirement: 'capability-status',
    judge: ({ status }) => oneOf('status', status, STATUSES),
  },
  {
    id: 'date',
    title: 'The statement has a date',
    requirement: 'capability-date',
    judge: ({ date }) => (typeof date === 'string' && DATE_TIME.test(date) ? pass(`date is ${date}.`) : fail(`date is ${absentOr(date)}; a dateTime is required.`)),
  },
  {
    id: 'kind',
    title: 'The statement says what it describes',
    requirement: 'capability-kind',
    judge: ({ kind, implementation, software }) => {
      const judged = oneOf('kind', kind, KINDS);
      if (judged.verdict !== 'pass' || kind === 'requirements') return kind === 'requirements' ? info('kind is "requirements", though a running server answers.') : judged;
      // cpb-14 and cpb-15: https://hl7.org/fhir/R4/capabilitystatement.html#invs
      if (kind === 'instance' && implementation === undefined) return fail('kind is "instance", but there is no implementation (rule cpb-14).');
      if (kind === 'capability' && (implementation !== undefined || software === undefined)) return fail('kind is "capability", which has software and no implementation (rule cpb-15).');
      return judged;
    },
  },
  {
    id: 'format',
    title: 'The statement lists its formats, JSON among them',
    requirement: 'capability-format',
    judge: (_, { declared }) => {
      if (declared.formats.length === 0) return fail('format is absent; at least one is required.');
      const json = declared.formats.some((format) => /^(json|application\/(fhir\+)?json|application\/json\+fhir)(;|$)/i.test(format));
      return json ? pass(`Formats: ${declared.formats.join(', ')}.`) : fail(`JSON is answered, but not among the formats ${declared.formats.join(', ')}.`);
    },
  },
  {
    id: 'rest',
    title: 'The statement describes a RESTful server',
    requirement: 'capability-rest',
    judge: ({ rest }) => {
      const modes = Array.isArray(rest) ? (rest as { mode?: unknown }[]).map((part) => part?.mode) : [];
      if (modes.length === 0) return fail('There is no rest element.');
      return modes.includes('server') ? pass('rest.mode is server.') : fail(`No rest element has mode "server" (found: ${modes.map(inWords).join(', ')}).`);
    },
  },
  {
    id: 'unique',
    title: 'Each type and each search parameter is described once',
    requirement: 'capability-resource',
    judge: (statement, { definitions }) => repeated(statement, definitions),
  },
  {
    id: 'search-param-types',
    title: 'Listed search parameters have the type of their definition',
    requirement: 'capability-search-param-type',
    judge: (statement, { definitions }) => wrongTypes(statement, definitions),
  },
  {
    id: 'imagingstudy',
    title: 'The statement declares ImagingStudy',
    requirement: 'capabilities',
    judge: (_, { declared }) => {
      const type = declared.types.get('ImagingStudy');
      if (type === undefined) return notDeclared('ImagingStudy is not among the declared resource types.');
      if (type.interactions.size === 0) return warn('ImagingStudy is declared without any interaction.');
      return pass(`ImagingStudy is declared with ${[...type.interactions].sort().join(', ')} and ${type.searchParams.size} search parameters.`);
    },
  },
];

export const CAPABILITY_TESTS: readonly TestCase[] = CHECKS.map((check) => ({
  id: `capability.${check.id}`,
  title: check.title,
  group: 'capability',
  requirement: check.requirement,
  needs: [],
  run: (context) => Promise.resolve({ decisive: context.statementExchange, ...check.judge(context.statement, context) }),
}));

function oneOf(name: string, value: unknown, allowed: readonly string[]): Judgement {
  return typeof value === 'string' && allowed.includes(value) ? pass(`${name} is ${value}.`) : fail(`${name} is ${absentOr(value)}; allowed: ${allowed.join(', ')}.`);
}

function absentOr(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

interface StatementResource {
  type?: string;
  searchParam?: { name?: string; type?: string }[];
}

function restResources(statement: Resource): StatementResource[] {
  const rest = Array.isArray(statement['rest']) ? (statement['rest'] as { mode?: string; resource?: unknown }[]) : [];
  const resources = rest.find((part) => part?.mode === 'server')?.resource;
  return objects(resources).map((resource) => texts(resource, 'type'));
}

function parametersOf(resource: StatementResource): { name?: string; type?: string }[] {
  return objects(resource.searchParam).map((parameter) => texts(parameter, 'name', 'type'));
}

/** A statement may hold anything: what is no list of objects counts as empty, and what is no text as absent. */
function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null) : [];
}

function texts<K extends string>(value: Record<string, unknown>, ...names: readonly K[]): Record<string, unknown> & Partial<Record<K, string>> {
  return { ...value, ...Object.fromEntries(names.map((name) => [name, typeof value[name] === 'string' ? value[name] : undefined])) } as Record<string, unknown> & Partial<Record<K, string>>;
}

/** Rules cpb-9 and cpb-12: https://hl7.org/fhir/R4/capabilitystatement.html#invs */
function repeated(statement: Resource, definitions: SearchDefinitions): Judgement {
  const twice: string[] = [];
  const types = new Set<string>();
  const unknown: string[] = [];
  for (const resource of restResources(statement)) {
    const type = resource.type ?? '(no type)';
    if (types.has(type)) twice.push(type);
    types.add(type);
    if (!definitions.resourceTypes.has(type)) unknown.push(type);
    const names = new Set<string>();
    for (const { name } of parametersOf(resource)) {
      if (name === undefined) continue;
      if (names.has(name)) twice.push(`${type}.${name}`);
      names.add(name);
    }
  }
  if (twice.length > 0) return fail(`Described more than once: ${twice.join(', ')}.`);
  if (unknown.length > 0) return fail(`No resource type of this FHIR version: ${unknown.join(', ')}.`);
  return pass(`${types.size} types, each described once.`);
}

function wrongTypes(statement: Resource, definitions: SearchDefinitions): Judgement {
  let looked = 0;
  const wrong: string[] = [];
  for (const resource of restResources(statement)) {
    for (const { name, type } of parametersOf(resource)) {
      const definition = resource.type === undefined || name === undefined ? undefined : definitions.find(resource.type, name);
      if (definition === undefined) continue;
      looked += 1;
      // _profile is a uri in the definitions and a reference in the prose of R4; of _filter R4 has no definition but a draft among its examples.
      const open = (name === '_profile' && type === 'reference') || (name === '_filter' && type === 'string');
      if (type !== definition.type && !open) wrong.push(`${resource.type}.${name} is ${inWords(type)} instead of "${definition.type}"`);
    }
  }
  if (looked === 0) return info('No search parameter of the specification is listed.');
  return wrong.length === 0 ? pass(`${looked} listed search parameters have the type of their definition.`) : fail(`${wrong.slice(0, 5).join('; ')}${wrong.length > 5 ? ` and ${wrong.length - 5} more` : ''}.`);
}
