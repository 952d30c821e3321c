/** The few FHIR shapes every module shares, free of any FHIR version; what a version adds stays behind the index signature. */

/** A coded value: https://hl7.org/fhir/R4/datatypes.html#Coding */
export interface Coding {
  system?: string;
  version?: string;
  code?: string;
  display?: string;
}

/** https://hl7.org/fhir/R4/datatypes.html#CodeableConcept */
export interface CodeableConcept {
  coding?: Coding[];
  text?: string;
}

/** https://hl7.org/fhir/R4/datatypes.html#Identifier */
export interface Identifier {
  use?: string;
  type?: CodeableConcept;
  system?: string;
  value?: string;
  assigner?: Reference;
}

/** https://hl7.org/fhir/R4/references.html */
export interface Reference {
  reference?: string;
  type?: string;
  identifier?: Identifier;
  display?: string;
}

/** https://hl7.org/fhir/R4/resource.html#Meta */
export interface Meta {
  versionId?: string;
  lastUpdated?: string;
  profile?: string[];
  security?: Coding[];
  tag?: Coding[];
  source?: string;
}

/** Any FHIR resource; elements beyond the common ones are read by name. */
export interface Resource {
  resourceType: string;
  id?: string;
  meta?: Meta;
  [element: string]: unknown;
}

/** How an entry came into a search answer: https://hl7.org/fhir/R4/search.html#entries */
export type SearchEntryMode = 'match' | 'include' | 'outcome';

export interface BundleEntry {
  fullUrl?: string;
  resource?: Resource;
  search?: { mode?: SearchEntryMode; score?: number };
  request?: {
    method: string;
    url: string;
    ifMatch?: string;
    ifNoneMatch?: string;
    ifNoneExist?: string;
    ifModifiedSince?: string;
  };
  response?: { status: string; location?: string; etag?: string; lastModified?: string; outcome?: Resource };
}

/** https://hl7.org/fhir/R4/bundle.html */
export interface Bundle extends Resource {
  resourceType: 'Bundle';
  type?: string;
  total?: number;
  link?: { relation: string; url: string }[];
  entry?: BundleEntry[];
}

export type IssueSeverity = 'fatal' | 'error' | 'warning' | 'information';

export interface OperationOutcomeIssue {
  severity: IssueSeverity;
  code: string;
  details?: CodeableConcept;
  diagnostics?: string;
  location?: string[];
  expression?: string[];
}

/** https://hl7.org/fhir/R4/operationoutcome.html */
export interface OperationOutcome extends Resource {
  resourceType: 'OperationOutcome';
  issue: OperationOutcomeIssue[];
}

/** `Type/id` of a resource that has an id; undefined for one that has none. */
export function localReference(resource: Resource): string | undefined {
  // A server may send anything as an id.
  return typeof resource.id !== 'string' ? undefined : `${resource.resourceType}/${resource.id}`;
}

/** Characters that an id may have at most: https://hl7.org/fhir/R4/datatypes.html#id */
export const ID_LENGTH = 64;
const ID = /^[A-Za-z0-9\-.]+$/;

/** True for a legal logical id. */
export function isId(text: string): boolean {
  return text.length <= ID_LENGTH && ID.test(text);
}

/** True for a JSON value that looks like a resource: an object with a `resourceType` string. */
export function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && typeof (value as Resource).resourceType === 'string';
}

/** True for a Bundle. */
export function isBundle(value: unknown): value is Bundle {
  return isResource(value) && value.resourceType === 'Bundle';
}

/** True for an OperationOutcome. */
export function isOperationOutcome(value: unknown): value is OperationOutcome {
  return isResource(value) && value.resourceType === 'OperationOutcome';
}

/**
 * The codings of a coded element whatever its type: a Coding (R4's modality), a CodeableConcept (R5's), a CodeableReference. Elements change
 * between these from version to version; what they mean does not.
 */
export function codingsOf(value: unknown): Coding[] {
  if (Array.isArray(value)) return value.flatMap(codingsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { concept, coding } = value as { concept?: unknown; coding?: unknown };
  if (typeof concept === 'object' && concept !== null) return codingsOf(concept);
  if (Array.isArray(coding)) return coding.filter(isCoding);
  return !isCoding(value) || 'coding' in value || 'text' in value ? [] : [value];
}

/** True for an object whose system and code, where it has them, are strings: other people's servers hold anything. */
export function isCoding(value: unknown): value is Coding {
  if (typeof value !== 'object' || value === null) return false;
  const { system, code } = value as { system?: unknown; code?: unknown };
  return (system === undefined || typeof system === 'string') && (code === undefined || typeof code === 'string');
}
