/** The contract of the search engine: what the embedded server answers from and what the tester predicts with. Types only. */
import type { Bundle, Resource } from '../core/fhir';
import type { RuleId } from './rules';

/** Search parameter types of R4: https://hl7.org/fhir/R4/search.html#ptypes */
export const SEARCH_TYPES = ['number', 'date', 'string', 'token', 'reference', 'composite', 'quantity', 'uri', 'special'] as const;
export type SearchType = (typeof SEARCH_TYPES)[number];

/** What the engine needs of a SearchParameter resource. */
export interface SearchParameterDefinition {
  /** Name used in the URL. */
  code: string;
  /** Canonical URL. */
  url: string;
  type: SearchType;
  /** Resource types it applies to; `Resource` and `DomainResource` apply to all. */
  base: readonly string[];
  /** FHIRPath; absent on parameters without one (`_text`, `_content`, `_query`). */
  expression?: string;
  /** Why the expression is ours, where the published definition has none: a sentence. */
  supplied?: string;
  /** Allowed target types of a reference parameter; empty means any. */
  target: readonly string[];
  /** Parts of a composite parameter. */
  component?: readonly { definition: string; expression: string }[];
  /** False where the definition says that comma-separated values are not supported; absent where it says nothing. */
  multipleOr?: boolean;
}

/** All search parameters of a FHIR version and of guides laid over it. */
export interface SearchDefinitions {
  readonly fhirVersion: string;
  readonly resourceTypes: ReadonlySet<string>;
  /**
   * The parameter called `code` on `type` (inherited ones included), narrowed to that type: its expression keeps only
   * the branches of the type, its targets only what these branches can point at (`patient` of ImagingStudy: Patient).
   * The same object at every call.
   */
  find(type: string, code: string): SearchParameterDefinition | undefined;
  /** Every parameter of `type`, inherited ones included, sorted by code. */
  of(type: string): readonly SearchParameterDefinition[];
  /** The parameter with a canonical URL, not narrowed: what the components of a composite parameter name. */
  byUrl(url: string): SearchParameterDefinition | undefined;
  /** Code system that a required binding fixes for an element of type `code`, by element path (`ImagingStudy.status`). */
  codeSystemOf(elementPath: string): string | undefined;
}

/** yes: must match; no: must not match; maybe: the specification leaves it open. */
export type Ternary = 'yes' | 'no' | 'maybe';

/** Kinds of problems with a query; issues.ts says how each is treated and which section says so. */
export const QUERY_ISSUE_CODES = [
  'unknown-parameter',
  'unsupported-modifier',
  'bad-value',
  'empty-value',
  'ambiguous-chain',
  'not-computable',
  'unknown-query',
  'unsupported-value',
  'never-refers',
] as const;
export type QueryIssueCode = (typeof QUERY_ISSUE_CODES)[number];

/**
 * What a server does with a query that has an issue.
 * `reject`: SHALL be refused. `should-reject`: SHOULD be refused (our own server refuses it).
 * `may-reject`: refusing and ignoring the parameter are both legal. `ignore`: SHOULD be ignored.
 */
export type Treatment = 'reject' | 'should-reject' | 'may-reject' | 'ignore';

/** A problem with a query, and what the specification lets a server do about it. */
export interface QueryIssue {
  code: QueryIssueCode;
  /** The raw `name=value` at fault. */
  parameter: string;
  message: string;
  treatment: Treatment;
  /** Section of the specification that says so. */
  url: string;
}

/** One criterion of a query: the AND-ed unit; its values are OR-ed. */
export interface Criterion {
  /** As written, before `=`; e.g. `patient:Patient.identifier`. In a chain, the step's own part of it. */
  raw: string;
  /** The whole decoded `name=value` pair it comes from. */
  written: string;
  definition: SearchParameterDefinition;
  modifier?: string;
  /** The rest of the chain after the first reference, if any. */
  chain?: ChainStep;
  /** Set for `_has`. */
  reverse?: ReverseChain;
  /** Unescaped OR-ed values, with prefix split off where the type has prefixes. */
  values: readonly SearchValue[];
}

export interface ChainStep {
  /** Type named by `:Type`, if any. */
  targetType?: string;
  /** The criterion applied to the target, per target type that has it. */
  next: readonly { type: string; criterion: Criterion }[];
}

export interface ReverseChain {
  type: string;
  /** Reference parameter of `type` that points at the searched type. */
  reference: SearchParameterDefinition;
  criterion: Criterion;
}

export interface SearchValue {
  /** Raw text between commas, still escaped. */
  raw: string;
  prefix: 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';
  /** Text after the prefix, unescaped; for token and quantity still with its `|` parts in `parts`. */
  text: string;
  /** Split at unescaped `|`, each part unescaped. */
  parts: readonly string[];
  /** For composites: split at unescaped `$`. */
  components?: readonly SearchValue[];
}

export interface IncludeDirective {
  source: string;
  /** Parameter code or `*`. */
  parameter: string;
  targetType?: string;
  iterate: boolean;
}

/** One key of `_sort`. */
export interface SortKey {
  definition: SearchParameterDefinition;
  descending: boolean;
}

/** A parsed query. */
export interface Query {
  type: string;
  criteria: readonly Criterion[];
  sort: readonly SortKey[];
  count?: number;
  total?: 'none' | 'estimate' | 'accurate';
  summary?: 'true' | 'text' | 'data' | 'count' | 'false';
  elements?: readonly string[];
  include: readonly IncludeDirective[];
  revinclude: readonly IncludeDirective[];
  /** Set for `_list`: ids of List resources whose entries the matches must be among. */
  lists: readonly string[];
  /** `name=value` pairs the engine used, decoded, in order: what a self link must carry (`_format`, `_pretty` are in neither list). */
  used: readonly (readonly [string, string])[];
  /** Pairs that were not used (unknown or refused ones). */
  unused: readonly (readonly [string, string])[];
  issues: readonly QueryIssue[];
}

/** What the specification demands of the answer to a query over a known set of resources. */
export interface Prediction {
  /** `Type/id` of resources that must be matches. */
  must: ReadonlySet<string>;
  /** `Type/id` of resources that may be matches, with the reason why it is open (one sentence). */
  either: ReadonlyMap<string, string>;
  /** Rules that the query's verdicts stand on, the most particular last: what a test names as its requirement. */
  rules: readonly RuleId[];
  /** Set where a criterion's expression is ours (`SearchParameterDefinition.supplied`): what must match is then well-founded, but not the letter. */
  supplied?: string;
  /** Everything else of the searched type must not match. */
  issues: readonly QueryIssue[];
}

/** Offsets from UTC in minutes, both inclusive. */
export interface ZoneRange {
  from: number;
  to: number;
}

/** The set of resources a search runs over; immutable to its users, updated by its owner. */
export interface SearchIndex {
  readonly definitions: SearchDefinitions;
  /** Base URL of the server, no trailing slash: absolute references under it equal relative ones. */
  readonly base: string;
  /** Time zones that the server may assume for values without one. */
  readonly zone: ZoneRange;
  /** Time against which `ap` on dates is measured: milliseconds since 1970. */
  readonly now: () => number;
  get(reference: string): Resource | undefined;
  /** All resources of a type, in insertion order. */
  all(type: string): readonly Resource[];
  /** Adds or replaces by `Type/id`; a resource without an id is not searchable and is refused with a TypeError. */
  put(resource: Resource): void;
  remove(reference: string): void;
}

/** One page of an answer, made by the server; exported so that tests can name it. */
export type SearchSet = Bundle;
