/** The contract of the search engine: what the embedded server answers from and what the tester predicts with. Types only. */
import type { Bundle, Resource } from '../core/fhir';

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
  /** Allowed target types of a reference parameter; empty means any. */
  target: readonly string[];
  /** Parts of a composite parameter. */
  component?: readonly { definition: string; expression: string }[];
}

/** All search parameters of a FHIR version and of guides laid over it. */
export interface SearchDefinitions {
  readonly fhirVersion: string;
  readonly resourceTypes: ReadonlySet<string>;
  /** The parameter called `code` on `type` (inherited ones included). */
  find(type: string, code: string): SearchParameterDefinition | undefined;
  /** Every parameter of `type`, inherited ones included, sorted by code. */
  of(type: string): readonly SearchParameterDefinition[];
}

/** yes: must match; no: must not match; maybe: the specification leaves it open. */
export type Ternary = 'yes' | 'no' | 'maybe';

/** A problem with a query, and what the specification lets a server do about it. */
export interface QueryIssue {
  /** e.g. `unknown-parameter`, `unsupported-modifier`, `bad-value`, `bad-prefix`, `empty-value`, `ambiguous-chain`. */
  code: string;
  /** The raw `name=value` at fault. */
  parameter: string;
  message: string;
  /** `reject`: SHALL be refused; `may-reject`: refusing or ignoring are both legal; `ignore`: SHOULD be ignored. */
  treatment: 'reject' | 'may-reject' | 'ignore';
  /** Section of the specification that says so. */
  url: string;
}

/** One criterion of a query: the AND-ed unit; its values are OR-ed. */
export interface Criterion {
  /** As written, before `=`; e.g. `patient:Patient.identifier`. */
  raw: string;
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

/** A parsed query. */
export interface Query {
  type: string;
  criteria: readonly Criterion[];
  sort: readonly { definition: SearchParameterDefinition; descending: boolean }[];
  count?: number;
  total?: 'none' | 'estimate' | 'accurate';
  summary?: 'true' | 'text' | 'data' | 'count' | 'false';
  elements?: readonly string[];
  include: readonly IncludeDirective[];
  revinclude: readonly IncludeDirective[];
  /** `name=value` pairs the engine used, decoded, in order: what a self link must carry. */
  used: readonly (readonly [string, string])[];
  /** Pairs that were not used (unknown or refused ones). */
  unused: readonly (readonly [string, string])[];
  issues: readonly QueryIssue[];
}

/** What the specification demands of the answer to a query over a known set of resources. */
export interface Prediction {
  /** `Type/id` of resources that must be matches. */
  must: ReadonlySet<string>;
  /** `Type/id` of resources that may be matches, with the reason why it is open. */
  either: ReadonlyMap<string, string>;
  /** Everything else of the searched type must not match. */
  issues: readonly QueryIssue[];
}

/** The set of resources a search runs over; immutable to its users, updated by its owner. */
export interface SearchIndex {
  readonly definitions: SearchDefinitions;
  /** Base URL of the server, no trailing slash: absolute references under it equal relative ones. */
  readonly base: string;
  get(reference: string): Resource | undefined;
  /** All resources of a type, in insertion order. */
  all(type: string): readonly Resource[];
  put(resource: Resource): void;
  remove(reference: string): void;
}

/** One page of an answer, made by the server; exported so that tests can name it. */
export type SearchSet = Bundle;
