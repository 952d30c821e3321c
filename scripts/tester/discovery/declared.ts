/** A CapabilityStatement in, what the server declares out: per type and for the whole system. https://hl7.org/fhir/R4/capabilitystatement.html */
import type { Coding, CodeableConcept, Resource } from '../../core/fhir';

export interface DeclaredType {
  readonly interactions: ReadonlySet<string>;
  /** Search parameters of the type alone: name to definition URL, where given. */
  readonly searchParams: ReadonlyMap<string, string | undefined>;
  readonly includes: readonly string[];
  readonly revincludes: readonly string[];
  /** `no-version`, `versioned`, `versioned-update`. */
  readonly versioning?: string;
  readonly readHistory: boolean;
  readonly updateCreate: boolean;
  readonly conditionalCreate: boolean;
  readonly conditionalUpdate: boolean;
  /** `not-supported`, `single`, `multiple`. */
  readonly conditionalDelete: string;
  /** `not-supported`, `modified-since`, `not-match`, `full-support`. */
  readonly conditionalRead: string;
  readonly profiles: readonly string[];
}

export interface Declared {
  readonly fhirVersion?: string;
  readonly software?: string;
  readonly formats: readonly string[];
  readonly patchFormats: readonly string[];
  readonly types: ReadonlyMap<string, DeclaredType>;
  readonly systemInteractions: ReadonlySet<string>;
  readonly systemSearchParams: ReadonlySet<string>;
  /** Canonical URLs of the compartments that are declared. */
  readonly compartments: readonly string[];
  readonly cors?: boolean;
  /** Codes of the declared security services; empty where the statement says nothing of security. */
  readonly security: readonly string[];
  /** Whether an interaction of a type is declared. */
  interaction(type: string, code: string): boolean;
  /** Whether a search parameter may be used on a type: declared on the type, or for all types. */
  searchParam(type: string, name: string): boolean;
}

interface StatementResource {
  type?: string;
  interaction?: { code?: string }[];
  searchParam?: { name?: string; definition?: string; type?: string }[];
  searchInclude?: string[];
  searchRevInclude?: string[];
  versioning?: string;
  readHistory?: boolean;
  updateCreate?: boolean;
  conditionalCreate?: boolean;
  conditionalUpdate?: boolean;
  conditionalDelete?: string;
  conditionalRead?: string;
  profile?: string;
  supportedProfile?: string[];
}

interface StatementRest {
  mode?: string;
  security?: { cors?: boolean; service?: CodeableConcept[] };
  resource?: StatementResource[];
  interaction?: { code?: string }[];
  searchParam?: { name?: string }[];
  compartment?: string[];
}

/** The `_id` parameter has to work on every server, declared or not: https://hl7.org/fhir/R4/search.html#conformance */
const ALWAYS = new Set(['_id']);

export function readDeclared(statement: Resource): Declared {
  const all = list<StatementRest>(statement['rest']);
  // "Multiple repetitions allow definition of both client and/or server behaviors": what a server declares in several parts, it declares. https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.rest
  const ofServer = all.filter((part) => part.mode === 'server');
  const rest = ofServer.length > 0 ? ofServer : all.slice(0, 1);
  const types = new Map<string, DeclaredType>();
  for (const resource of rest.flatMap((part) => list<StatementResource>(part.resource))) if (typeof resource.type === 'string' && !types.has(resource.type)) types.set(resource.type, readType(resource));
  const systemSearchParams = new Set(rest.flatMap((part) => list<{ name?: string }>(part.searchParam)).flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
  const [cors] = rest.flatMap(({ security }) => (typeof security?.cors === 'boolean' ? [security.cors] : []));
  const software = (statement['software'] ?? {}) as { name?: unknown; version?: unknown };
  return {
    ...optional('fhirVersion', string(statement['fhirVersion'])),
    ...optional('software', string(software.name) === undefined ? undefined : strings([software.name, software.version]).filter(Boolean).join(' ')),
    ...optional('cors', cors),
    formats: strings(statement['format']),
    patchFormats: strings(statement['patchFormat']),
    types,
    systemInteractions: codes(rest.flatMap((part) => list<{ code?: string }>(part.interaction))),
    systemSearchParams,
    compartments: rest.flatMap((part) => strings(part.compartment)),
    security: rest.flatMap(({ security }) => list<CodeableConcept>(security?.service)).flatMap((service) => list<Coding>(service.coding).map((coding) => string(coding.code) ?? string(service.text) ?? 'unknown')),
    interaction: (type, code) => types.get(type)?.interactions.has(code) === true,
    searchParam: (type, name) =>
      types.has(type) && (ALWAYS.has(name) || types.get(type)?.searchParams.has(name) === true || systemSearchParams.has(name)),
  };
}

function readType(resource: StatementResource): DeclaredType {
  return {
    interactions: codes(resource.interaction),
    searchParams: new Map(list<{ name?: string; definition?: string }>(resource.searchParam).flatMap(({ name, definition }) => (typeof name === 'string' ? [[name, string(definition)]] : []))),
    includes: strings(resource.searchInclude),
    revincludes: strings(resource.searchRevInclude),
    ...optional('versioning', string(resource.versioning)),
    readHistory: resource.readHistory === true,
    updateCreate: resource.updateCreate === true,
    conditionalCreate: resource.conditionalCreate === true,
    conditionalUpdate: resource.conditionalUpdate === true,
    conditionalDelete: string(resource.conditionalDelete) ?? 'not-supported',
    conditionalRead: string(resource.conditionalRead) ?? 'not-supported',
    profiles: [...strings([resource.profile]), ...strings(resource.supportedProfile)],
  };
}

function codes(rows: { code?: string }[] | undefined): ReadonlySet<string> {
  return new Set(list<{ code?: string }>(rows).flatMap(({ code }) => (typeof code === 'string' ? [code] : [])));
}

/** A server's statement may hold anything: what is not a list of objects counts as empty. */
function list<T extends object>(value: unknown): T[] {
  return Array.isArray(value) ? value.filter((item): item is T => typeof item === 'object' && item !== null) : [];
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
