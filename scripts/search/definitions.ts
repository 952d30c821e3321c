/** A FHIR version and the SearchParameter resources of guides in, all search definitions of that version out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../core/fhir';
import { searchedLike, type FhirVersionName, type FhirVersionRecord } from '../core/fhir-version';
import { packageRoot } from '../core/package-root';
import { elementTypes, type ElementTypes } from './element-types';
import { parseExpression, splitUnion, type Branch } from './expression';
import { SEARCH_TYPES, type SearchDefinitions, type SearchParameterDefinition } from './types';

/** `definitions/search-<version>.json`, made by definitions-generator.ts. */
interface DefinitionsFile {
  fhirVersion: string;
  resourceTypes: string[];
  parameters: SearchParameterDefinition[];
  codeSystems: Record<string, string>;
}

const files = new Map<string, DefinitionsFile>();

function definitionsFile(asked: FhirVersionRecord): DefinitionsFile {
  const version = searchedLike(asked);
  let file = files.get(version.name);
  if (file === undefined) {
    const path = join(packageRoot(), 'definitions', `search-${version.name.toLowerCase()}.json`);
    files.set(version.name, (file = JSON.parse(readFileSync(path, 'utf8')) as DefinitionsFile));
  }
  return file;
}

/**
 * The search definitions of a FHIR version, from the file shipped with the program, with a guide's SearchParameter
 * resources laid over them: same code on the same type replaces, everything else adds. Resources that are no usable
 * SearchParameter are left out. Without a guide they are the same object at every call.
 */
export function loadSearchDefinitions(version: FhirVersionRecord, extra: readonly Resource[] = []): SearchDefinitions {
  if (extra.length > 0) return definitionsOf(version, extra);
  // A run loads them several times, and what is made of them (the catalogue, parsed expressions) is remembered by the object.
  let definitions = shipped.get(version.name);
  if (definitions === undefined) shipped.set(version.name, (definitions = definitionsOf(version, [])));
  return definitions;
}

const shipped = new Map<string, SearchDefinitions>();

function definitionsOf(version: FhirVersionRecord, extra: readonly Resource[]): SearchDefinitions {
  const file = definitionsFile(version);
  const types = elementTypes(version.name as FhirVersionName);
  const rows = [...file.parameters, ...extra.flatMap((resource) => definitionOf(resource) ?? [])];
  const byType = new Map<string, Map<string, SearchParameterDefinition>>();
  const byUrl = new Map<string, SearchParameterDefinition>();
  for (const row of rows) {
    byUrl.set(row.url, row);
    for (const base of row.base) {
      let codes = byType.get(base);
      if (codes === undefined) byType.set(base, (codes = new Map<string, SearchParameterDefinition>()));
      codes.set(row.code, row);
    }
  }
  const narrowed = new Map<string, SearchParameterDefinition>();
  const listed = new Map<string, readonly SearchParameterDefinition[]>();
  const resourceTypes = new Set(file.resourceTypes);
  const ancestors = (type: string) => [type, 'DomainResource', 'Resource'].filter((name) => types.is(type, name));
  const find = (type: string, code: string) => {
    if (!resourceTypes.has(type)) return undefined;
    const key = `${type}.${code}`;
    let definition = narrowed.get(key);
    if (definition === undefined) {
      const base = ancestors(type).find((name) => byType.get(name)?.has(code));
      const row = base === undefined ? undefined : byType.get(base)?.get(code);
      if (row === undefined) return undefined;
      narrowed.set(key, (definition = narrow(row, type, types)));
    }
    return definition;
  };
  return {
    fhirVersion: file.fhirVersion,
    resourceTypes,
    find,
    of(type) {
      let all = listed.get(type);
      if (all === undefined) {
        const codes = new Set(resourceTypes.has(type) ? ancestors(type).flatMap((name) => [...(byType.get(name)?.keys() ?? [])]) : []);
        listed.set(type, (all = [...codes].sort().map((code) => find(type, code) as SearchParameterDefinition)));
      }
      return all;
    },
    byUrl: (url) => byUrl.get(url),
    codeSystemOf: (path) => file.codeSystems[path],
  };
}

/** What the engine needs of a SearchParameter resource; undefined where it is not one that can be used. */
function definitionOf(resource: Resource): SearchParameterDefinition | undefined {
  const { code, url, type, base, expression, target, component, multipleOr } = resource as Resource & Partial<SearchParameterDefinition>;
  if (resource.resourceType !== 'SearchParameter' || typeof code !== 'string' || typeof url !== 'string') return undefined;
  if (!Array.isArray(base) || !(SEARCH_TYPES as readonly unknown[]).includes(type)) return undefined;
  return {
    code,
    url,
    type: type as SearchParameterDefinition['type'],
    base,
    target: (target ?? []).includes('Resource') ? [] : (target ?? []),
    ...(expression === undefined ? {} : { expression }),
    ...(component === undefined ? {} : { component }),
    ...(multipleOr === undefined ? {} : { multipleOr }),
  };
}

/** Keeps the branches that start at `type` and the targets that these branches can point at. */
function narrow(row: SearchParameterDefinition, type: string, types: ElementTypes): SearchParameterDefinition {
  if (row.expression === undefined) return row;
  const parts = splitUnion(row.expression).filter((part) => {
    const root = /^\(*\s*([A-Z]\w*)/.exec(part)?.[1];
    return root === undefined || types.is(type, root) || root === type;
  });
  const expression = parts.join(' | ');
  if (row.type !== 'reference') return { ...row, expression };
  const branches = parseExpression(expression);
  const limits = branches?.map((branch) => targetsOf(branch, type, types));
  const allowed = limits?.every((limit) => limit !== undefined) ? new Set<string>(limits.flat()) : undefined;
  if (allowed === undefined || allowed.size === 0) return { ...row, expression };
  const target = row.target.length === 0 ? [...allowed].sort() : row.target.filter((name) => allowed.has(name));
  return { ...row, expression, target: target.length === 0 ? row.target : target };
}

/** The types that one branch can point at: what `resolve() is T` says, else what the element's definition allows. */
function targetsOf(branch: Branch, type: string, types: ElementTypes): readonly string[] | undefined {
  let typePath = branch.root === '' || branch.root === '%resource' ? type : branch.root;
  let path = typePath;
  for (const step of branch.steps) {
    if (step.kind === 'resolves') return [step.type];
    if (step.kind !== 'child') continue;
    const [first] = types.properties(typePath, step.name);
    if (first === undefined) return undefined;
    ({ typePath, path } = first);
  }
  return types.targets(path);
}
