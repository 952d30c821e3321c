/** Two states of a capability statement in, which demands on servers and clients came, went or changed in force out. */
import type { Resource } from '../../core/fhir';
import type { Aspect, Difference } from './change';
import { compareOrdered, compareOther } from './compare-values';

interface Expected {
  readonly extension?: readonly { readonly url: string; readonly valueCode?: string }[];
  readonly [element: string]: unknown;
}

/** https://hl7.org/fhir/R4/extension-capabilitystatement-expectation.html */
const EXPECTATION = 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation';
/** What stands without an expectation is simply required. */
const FORCE = ['MAY', 'SHOULD', 'SHALL'];
const REQUIRED = FORCE.indexOf('SHALL');

const FLAGS = ['versioning', 'readHistory', 'updateCreate', 'conditionalCreate', 'conditionalRead', 'conditionalUpdate', 'conditionalDelete'] as const;

interface Demand {
  /** Index in FORCE. */
  readonly force: number;
  /** Whether it is forbidden with that force, instead of demanded. */
  readonly not: boolean;
  /** What stands there besides the name: a search parameter's definition, a flag's value. */
  readonly detail?: string;
}

export function compareCapabilityStatements(before: Resource, after: Resource): Difference[] {
  const [old, now] = [demandsOf(before), demandsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((at): Difference[] => {
    const [was, is] = [old.get(at), now.get(at)];
    const strongest = Math.max(was?.force ?? 0, is?.force ?? 0);
    const aspect: Aspect = strongest < REQUIRED ? 'recommendation' : at.startsWith('client') ? 'clientRequirement' : 'requirement';
    if (was === undefined || is === undefined) {
      const force = text(was ?? is);
      return [{ kind: was === undefined ? 'added' : 'removed', aspect, at, ...(was === undefined ? { after: force } : { before: force }) }];
    }
    const force = was.not === is.not ? compareOrdered(aspect, at, was.force, is.force, 1, (value) => text({ force: value, not: was.not })) : compareOther(aspect, at, text(was), text(is));
    return [...force, ...compareOther(aspect, `${at} definition`, was.detail, is.detail)];
  });
}

function demandsOf(statement: Resource): Map<string, Demand> {
  const demands = new Map<string, Demand>();
  const add = (name: string, force: Pick<Demand, 'force' | 'not'>, detail?: string) => void demands.set(name, { ...force, ...(detail !== undefined && { detail }) });
  for (const rest of list(statement['rest'])) {
    const mode = String(rest['mode']);
    for (const one of list(rest['interaction'])) add(`${mode} ${textOf(one['code'])}`, forceOf(one));
    for (const one of list(rest['operation'])) add(`${mode} $${textOf(one['name'])}`, forceOf(one), textOf(one['definition']));
    for (const resource of list(rest['resource'])) {
      const type = `${mode} ${textOf(resource['type'])}`;
      add(type, forceOf(resource));
      for (const one of list(resource['interaction'])) add(`${type} ${textOf(one['code'])}`, forceOf(one));
      for (const one of list(resource['searchParam'])) add(`${type}?${textOf(one['name'])}`, forceOf(one), `${textOf(one['type'])} ${textOf(one['definition'])}`);
      for (const one of list(resource['operation'])) add(`${type}/$${textOf(one['name'])}`, forceOf(one), textOf(one['definition']));
      for (const name of ['supportedProfile', 'searchInclude', 'searchRevInclude'] as const) {
        // The expectation of a primitive stands beside it: https://hl7.org/fhir/R4/json.html#primitive
        const beside = (resource[`_${name}`] ?? []) as (Expected | null)[];
        ((resource[name] ?? []) as string[]).forEach((value, index) => add(`${type} ${name} ${value}`, forceOf(beside[index] ?? {})));
      }
      for (const flag of FLAGS) if (resource[flag] !== undefined) add(`${type} ${flag}`, { force: REQUIRED, not: false }, textOf(resource[flag]));
    }
  }
  return demands;
}

function list(value: unknown): Expected[] {
  return Array.isArray(value) ? (value as Expected[]) : [];
}

function textOf(value: unknown): string {
  return String(value);
}

function forceOf({ extension = [] }: Expected): Pick<Demand, 'force' | 'not'> {
  const [word = '', not] = (extension.find(({ url }) => url === EXPECTATION)?.valueCode ?? 'SHALL').split('-');
  const force = FORCE.indexOf(word);
  return { force: force === -1 ? REQUIRED : force, not: not !== undefined };
}

function text(demand: Pick<Demand, 'force' | 'not'> | undefined): string {
  return demand === undefined ? '' : `${FORCE[demand.force] ?? ''}${demand.not ? ' NOT' : ''}`;
}
