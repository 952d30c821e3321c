/** The sentences of the specifications that the tests stand on, one row each; every result names one of these rows. */
import type { FhirVersionRecord } from '../core/fhir-version';
import type { Expectation, Requirement } from '../core/result';
import { RULES as INVARIANTS, rulesOf } from '../invariants/rules';
import { RULES, ruleUrl, type DecidingRuleId, type Rule } from '../search/rules';
import { DICOMWEB_REQUIREMENTS, type DicomwebRequirement } from './dicomweb/requirements';

interface RequirementRow {
  /** Page and section under the FHIR version's specification, or an absolute URL. */
  readonly page: string;
  readonly expectation: Expectation;
  /** What it asks, in one sentence. */
  readonly text: string;
}

const row = (page: string, expectation: Expectation, text: string): RequirementRow => ({ page, expectation, text });

/** Keys are the ids without the version's prefix, e.g. `search-token` becomes `fhir-r4-search-token`. */
export const REQUIREMENTS = {
  // The CapabilityStatement.
  'capabilities': row('http.html#capabilities', 'SHALL', 'A server provides a CapabilityStatement that says which interactions and resources it supports.'),
  'capability-version': row('capabilitystatement-definitions.html#CapabilityStatement.fhirVersion', 'SHALL', 'The CapabilityStatement states the FHIR version that the server speaks.'),
  'capability-status': row('capabilitystatement-definitions.html#CapabilityStatement.status', 'SHALL', 'The CapabilityStatement has a status of draft, active, retired or unknown.'),
  'capability-date': row('capabilitystatement-definitions.html#CapabilityStatement.date', 'SHALL', 'The CapabilityStatement has a date.'),
  'capability-kind': row('capabilitystatement-definitions.html#CapabilityStatement.kind', 'SHALL', 'The CapabilityStatement has a kind of instance, capability or requirements; an instance says so and describes its software or implementation.'),
  'capability-format': row('capabilitystatement-definitions.html#CapabilityStatement.format', 'SHALL', 'The CapabilityStatement lists the formats that the server takes, and they work.'),
  'capability-rest': row('capabilitystatement-definitions.html#CapabilityStatement.rest', 'SHALL', 'The CapabilityStatement describes the RESTful server in a rest element of mode server.'),
  'capability-resource': row('capabilitystatement-definitions.html#CapabilityStatement.rest.resource.type', 'SHALL', 'Each resource type is described once, and its search parameters are named once.'),
  'capability-interaction': row('capabilitystatement-definitions.html#CapabilityStatement.rest.resource.interaction', 'SHALL', 'The interactions that the CapabilityStatement lists for a type work.'),
  'capability-versioning': row('http.html#versions', 'SHALL', 'Resources of a type have a meta.versionId where its versioning is declared as versioned, and none where it is declared as no-version.'),
  'capability-search-param': row('capabilitystatement-definitions.html#CapabilityStatement.rest.resource.searchParam', 'SHALL', 'The search parameters that the CapabilityStatement lists for a type work.'),
  'capability-search-param-type': row('capabilitystatement-definitions.html#CapabilityStatement.rest.resource.searchParam.type', 'SHALL', 'A listed search parameter has the type of its definition.'),

  // HTTP.
  'content-type': row('http.html#mime-type', 'SHALL', 'FHIR JSON travels as application/fhir+json.'),
  // "UTF-8 encoding SHALL be used for FHIR instances"; JSON "MUST NOT add a byte order mark": https://www.rfc-editor.org/rfc/rfc8259#section-8.1
  'encoding': row('http.html#mime-type', 'SHALL', 'Resources travel as UTF-8, and JSON without a byte order mark.'),
  // "Servers SHALL support server-driven content negotiation" as HTTP describes it.
  'content-negotiation': row('http.html#mime-type', 'SHALL', 'Of several types that the Accept header names, the server answers with one that it has.'),
  'error-outcome': row('http.html#return', 'SHOULD', 'An error answer carries an OperationOutcome.'),
  'status-server-error': row('http.html#Status-Codes', 'SHALL', 'Status codes map to their states: a client\'s request is not answered by an internal error.'),
  'status-not-found': row('http.html#read', 'SHALL', 'A read of an id that does not exist answers 404.'),
  'unknown-type': row('http.html#search', 'SHALL', 'A resource type that the server does not support is answered by 404.'),
  'read': row('http.html#read', 'SHALL', 'A read returns the current version of the resource, with the id that was asked for.'),
  'identity': row('http.html#root', 'SHALL', 'An address names one resource: of its type, and of its id as it is written, upper and lower case apart.'),
  'read-etag': row('http.html#versioning', 'SHOULD', 'A read returns the version id in the ETag header, as a weak tag.'),
  'read-last-modified': row('http.html#versioning', 'SHOULD', 'A read returns meta.lastUpdated in the Last-Modified header.'),
  'vread': row('http.html#vread', 'SHALL', 'A vread returns that version of the resource, with its id and version id.'),
  'head': row('http.html#operations', 'SHALL', 'A HEAD answers as GET does, without the body, or is refused by 405 or 501.'),
  'conditional-read': row('http.html#cread', 'SHOULD', 'A declared conditional read answers 304 where nothing has changed.'),
  // "servers SHOULD support the optional _format parameter"; which values mean which format is a SHALL for those that do.
  'format-parameter': row('http.html#parameters', 'SHOULD', 'The _format parameter overrides the Accept header.'),
  'xml-negotiation': row('http.html#mime-type', 'SHALL', 'A server that declares XML answers in application/fhir+xml where it is asked for.'),
  'xml-content': row('xml.html', 'SHALL', 'A resource in XML is well-formed, has its elements in their order, and says what it says in JSON.'),

  // Interactions that write.
  'create': row('http.html#create', 'SHALL', 'A create answers 201 with the Location of the new resource, under an id that the server chooses.'),
  'body-is-resource': row('http.html#create', 'SHALL', 'The body of a create or an update is a resource of the type that the URL names; what is none is refused.'),
  'content-type-parameters': row('http.html#version-parameter', 'SHALL', 'A FHIR media type may have the parameters charset=utf-8 and fhirVersion.'),
  'xml-body': row('http.html#mime-type', 'SHALL', 'A server that declares XML takes bodies in XML, and stores what they say.'),
  'create-location': row('http.html#create', 'SHALL', 'The Location of a create names the version that was made, where the server keeps versions.'),
  'create-meta': row('http.html#create', 'SHALL', 'A create fills meta.lastUpdated with its own time, and passes over the lastUpdated and versionId of the body.'),
  'write-headers': row('http.html#concurrency', 'SHALL', 'The ETag and the Last-Modified of the answer to a create, an update or a patch are version id and time of what it made.'),
  'write-answer': row('http.html#ops', 'SHALL', 'A resource in the answer to a create is what was made, with its id and version.'),
  'content-kept': row('http.html#create', 'SHOULD', 'A read returns what was created, the whole of it.'),
  // "Applications processing a resource are required to check for modifier extensions."
  'modifier-extension': row('domainresource-definitions.html#DomainResource.modifierExtension', 'SHALL', 'A modifier extension cannot be passed over: a server keeps it, or refuses the resource.'),
  'decimal-precision': row('datatypes.html#decimal', 'SHALL', 'A decimal keeps its precision: 0.010 is not 0.01.'),
  'update': row('http.html#update', 'SHALL', 'An update answers 200, or 201 where it creates, takes only a body with the id of the URL, and makes a new version.'),
  'update-contention': row('http.html#concurrency', 'SHALL', 'An update with If-Match for another version than the current one is refused.'),
  'last-updated': row('resource.html#Meta', 'SHALL', 'meta.lastUpdated changes each time the content of the resource changes.'),
  'version-id': row('resource.html#Meta', 'SHALL', 'The same meta.versionId is never used for more than one version of a resource.'),
  'patch': row('http.html#patch', 'SHALL', 'A patch changes what its operations say and nothing else.'),
  // R5: "servers that support PATCH SHALL support Resource Contention on the PATCH interaction".
  'patch-contention': row('http.html#patch', 'SHALL', 'A patch with If-Match for another version than the current one is refused, as an update is.'),
  'patch-fhirpath': row('fhirpatch.html', 'SHALL', 'A FHIRPath Patch adds, inserts, deletes, replaces and moves what its paths select and nothing else; what would leave no valid resource is an error.'),
  'delete': row('http.html#delete', 'SHALL', 'A deleted resource is answered by 404 or 410, is found by no search, and deleting again is no error.'),
  // R4 speaks of If-Match on updates; HTTP says it of every method, with MUST NOT: a warning, as FHIR does not repeat it.
  'delete-contention': row('https://www.rfc-editor.org/rfc/rfc9110#name-if-match', 'SHOULD', 'A deletion with If-Match for another version than the current one is refused.'),
  'history': row('http.html#history', 'SHALL', 'A history holds the versions of a resource, deletions included, the newest first, limited by _since and _count.'),
  'history-entry': row('bundle.html#invs', 'SHALL', 'An entry of a history has a request and a response (bdl-3, bdl-4; in R5 bdl-3b), and a resource unless it is a deletion.'),
  'conditional-create': row('http.html#ccreate', 'SHALL', 'A create with If-None-Exist makes nothing where one resource matches, and is refused by 412 where several do.'),
  'conditional-update': row('http.html#cond-update', 'SHALL', 'An update by criteria creates where nothing matches, updates where one does, and is refused where several do (412) or the body has another id (400).'),
  'conditional-delete': row('http.html#cdelete', 'SHALL', 'A delete by criteria deletes the one match; several are all deleted, or refused by 412.'),
  'transaction': row('http.html#trules', 'SHALL', 'A transaction does all or nothing, and resolves references between its entries.'),
  'transaction-links': row('http.html#trules', 'SHALL', 'A transaction replaces links to its entries in elements of type uri, url, oid and uuid and in narratives, too.'),
  'transaction-order': row('http.html#trules', 'SHALL', 'A transaction deletes first, then creates, updates, and reads last, whatever the order of its entries.'),
  'transaction-response': row('http.html#transaction-response', 'SHALL', 'The answer to a batch or transaction has one entry for each of the request, in order, each with its status.'),
  'batch': row('http.html#brules', 'SHALL', 'The entries of a batch succeed and fail each on its own.'),
  'prefer-return': row('http.html#prefer', 'SHOULD', 'Prefer: return= decides what a write answers with.'),

  // Search: the request.
  'search-post': row('http.html#search', 'SHALL', 'A search by POST to _search answers as the same search by GET.'),
  'search-post-merge': row('http.html#search', 'SHALL', 'A search by POST takes parameters from the body and from the URL together.'),
  'search-system': row('http.html#vsearch', 'SHALL', 'A search at the base finds the matches of every type that _type names, or of all types, and no others.'),
  'search-system-parameters': row('http.html#vsearch', 'SHOULD', 'A search over several types by a parameter that one of them does not have is an error.'),
  'search-compartment': row('http.html#vsearch', 'SHALL', 'A search within a compartment that the server answers finds what belongs to it and meets the parameters, and nothing else.'),
  'search-lenient': row('search.html#errors', 'SHOULD', 'With Prefer: handling=lenient an unknown parameter is ignored.'),
  'search-strict': row('search.html#errors', 'SHOULD', 'With Prefer: handling=strict an unknown parameter is an error.'),

  // Search: the answer.
  'search-bundle': row('http.html#search', 'SHALL', 'A search returns a Bundle of type searchset.'),
  'search-bundle-rules': row('bundle.html#invs', 'SHALL', 'A search set obeys the invariants of Bundle.'),
  'search-entry-mode': row('search.html#entries', 'SHALL', 'entry.search.mode tells matches from included resources and outcomes.'),
  'search-full-url': row('bundle.html#bundle-unique', 'SHALL', 'entry.fullUrl is the absolute address of the entry\'s resource, and agrees with its id.'),
  'search-duplicates': row('bundle-definitions.html#Bundle.entry.fullUrl', 'SHALL', 'No version of a resource stands twice in a Bundle.'),
  'search-self-link': row('search.html#conformance', 'SHALL', 'The self link carries the parameters that were used, and no others.'),
  'search-count-zero': row('search.html#count', 'SHALL', '_count=0 and _summary=count return the total without entries.'),
  'search-paging': row('http.html#paging', 'SHALL', 'The pages of a search hold together the whole set, each match once, and come to an end.'),
  'search-revinclude': row('search.html#revinclude', 'SHALL', '_revinclude adds the resources that refer to matches, marked as include.'),
  'search-summary': row('search.html#summary', 'SHOULD', 'A summary holds the elements asked for and is tagged SUBSETTED.'),
  'search-elements': row('search.html#elements', 'SHOULD', '_elements returns the elements asked for and the mandatory ones, tagged SUBSETTED.'),
  'search-currency': row('search.html#currency', 'SHALL', 'A search result is current at the time of the search: it agrees with a read.'),

  // Data.
  'reference-resolves': row('references-definitions.html#Reference', 'SHALL', 'A reference is to an actual resource and can be resolved, access control and temporary trouble apart.'),
  'reference-type': row('references.html#Reference', 'SHALL', 'A reference points at a resource of a type that the element allows.'),
  'mandatory-element': row('conformance-rules.html#cardinality', 'SHALL', 'An element with a minimum cardinality of one is present.'),
  'json-form': row('json.html', 'SHALL', 'A resource has only elements of its definition, each in its JSON form and with a value of its data type.'),
  'required-binding': row('terminologies.html#required', 'SHALL', 'An element with a required binding has a code of its value set.'),
  'valid-resource': row('validation.html', 'SHALL', 'A resource conforms to its definition, and to the profiles that it claims in meta.profile.'),
  'must-support': row('conformance-rules.html#mustSupport', 'SHALL', 'An element that a claimed profile labels as must-support is supported in some meaningful way.'),
  'resource-id': row('resource.html#id', 'SHALL', 'Each resource of a server has an id of 1 to 64 letters, digits, - and . characters.'),
  'imaging-modality-path': row('imagingstudy.html#search', 'SHALL', 'The modality parameter reads ImagingStudy.series.modality.'),
  'imaging-endpoint-path': row('imagingstudy.html#search', 'SHALL', 'The endpoint parameter reads ImagingStudy.endpoint and ImagingStudy.series.endpoint.'),
  'imaging-study-uid': row('imagingstudy.html#notes', 'SHALL', 'The Study Instance UID is an identifier with system urn:dicom:uid and a value that begins with urn:oid:.'),
  'imaging-accession': row('imagingstudy.html#search', 'SHALL', 'The identifier parameter reads every identifier of the study, accession numbers included.'),
  'imaging-series-uid': row('imagingstudy.html#search', 'SHALL', 'The series parameter reads ImagingStudy.series.uid, written as a bare UID.'),
  'imaging-instance-uid': row('imagingstudy.html#search', 'SHALL', 'The instance parameter reads ImagingStudy.series.instance.uid, written as a bare UID.'),
  // Who may see what. FHIR leaves the rules of access to others; these say what follows from rules that a server has.
  'security-anonymous': row('security.html#authentication', 'SHOULD', 'A server that declares security shows no data to a request without credentials.'),
  'security-forged': row('security.html#authentication', 'SHOULD', 'A server that declares security shows no data to a request with a token that it did not issue.'),
  'security-patient-read': row('security.html#binding', 'SHOULD', 'With a token bound to one patient the resources of another cannot be read; how that is denied is open.'),
  'security-patient-history': row('security.html#binding', 'SHOULD', 'With a token bound to one patient the history of another\'s resources cannot be read.'),
  'security-patient-chain': row('security.html#binding', 'SHOULD', 'With a token bound to one patient a chain does not look into resources of another.'),
  'security-patient-search': row('security.html#binding', 'SHOULD', 'With a token bound to one patient a search returns no resources of another.'),
  'security-patient-include': row('security.html#binding', 'SHOULD', 'With a token bound to one patient _include and _revinclude return no resources of another.'),
  'security-patient-has': row('security.html#binding', 'SHOULD', 'With a token bound to one patient _has does not tell of resources of another.'),
  'security-patient-total': row('security.html#binding', 'SHOULD', 'With a token bound to one patient the total does not count resources of another.'),
  'security-cors': row('capabilitystatement-definitions.html#CapabilityStatement.rest.security.cors', 'SHOULD', 'A server that declares CORS sends its headers.'),
  // R4 lets issue.diagnostics hold "a stack dump"; nobody should show it to strangers.
  'security-error-internals': row('https://cwe.mitre.org/data/definitions/209.html', 'SHOULD', 'An error shows no stack trace and no other inside of the server.'),
  'security-error-secret': row('https://cwe.mitre.org/data/definitions/209.html', 'SHOULD', 'An error does not repeat credentials.'),
  'profile-study': row('https://fhir-scout.org/ig/imaging/StructureDefinition-scout-imaging-study.html', 'SHALL', 'A study that claims the profile has its mandatory elements.'),
  'profile-endpoint': row('https://fhir-scout.org/ig/imaging/StructureDefinition-scout-imaging-endpoint.html', 'SHALL', 'An endpoint that claims the profile has its mandatory elements.'),
} as const satisfies Record<string, RequirementRow>;

/** A row of the table above, a rule of the search engine, or an invariant of the guide: one clause is written down in one place. */
export type RequirementKey = keyof typeof REQUIREMENTS | `rule:${DecidingRuleId}` | `invariant:${string}` | `dicomweb:${DicomwebRequirement}`;

/** Begins the keys of the R6 draft's invariants, whose ids are those of the guide. */
const DRAFT = 'invariant:6.0/';

/** The requirement of a row for one FHIR version, as results name it. */
export function requirementOf(key: RequirementKey, version: Pick<FhirVersionRecord, 'name' | 'spec' | 'mimeVersion'>): Requirement & { expectation: Expectation } {
  const prefix = `fhir-${version.name.toLowerCase()}`;
  if (key.startsWith('rule:')) {
    const rule = key.slice('rule:'.length) as DecidingRuleId;
    const { text, should }: Rule = RULES[rule];
    return { id: `${prefix}-search-${rule}`, url: ruleUrl(RULES[rule], version), text, expectation: should === true ? 'SHOULD' : 'SHALL' };
  }
  if (key.startsWith('dicomweb:')) return { id: key.replace(':', '-'), ...DICOMWEB_REQUIREMENTS[key.slice('dicomweb:'.length) as DicomwebRequirement] };
  if (key.startsWith('invariant:')) {
    const draft = key.startsWith(DRAFT);
    const rule = draft ? rulesOf('6.0').find(({ id }) => `${DRAFT}${id}` === key) : INVARIANTS.find(({ id }) => `invariant:${id}` === key);
    if (rule === undefined) throw new Error(`no invariant ${key}`);
    // Rules of the R6 draft and of our profile bind only who claims the profile.
    return { id: draft ? `r6-draft-${rule.id}` : rule.id, url: rule.url, text: rule.description, expectation: rule.origin === 'base' ? 'SHALL' : 'SHOULD' };
  }
  const { page, expectation, text } = REQUIREMENTS[key as keyof typeof REQUIREMENTS];
  return { id: `${prefix}-${key}`, url: /^https?:/.test(page) ? page : `${version.spec}${page}`, text, expectation };
}

/** The rule of search on which a result stands; undefined where it stands on another requirement. */
export function searchRuleOf(version: Pick<FhirVersionRecord, 'name'>): (result: { requirement: Requirement }) => Rule | undefined {
  const keyOf = ruleOfResult(version);
  return (result) => {
    const key = keyOf(result);
    return key === undefined ? undefined : RULES[key.slice('rule:'.length) as DecidingRuleId];
  };
}

/** The rule of search on which a result stands (`rule:token-not`), read off its requirement's id; undefined for other requirements. */
export function ruleOfResult(version: Pick<FhirVersionRecord, 'name'>): (result: { requirement: Requirement }) => string | undefined {
  const prefix = `fhir-${version.name.toLowerCase()}-search-`;
  return ({ requirement: { id } }) => (id.startsWith(prefix) && Object.hasOwn(RULES, id.slice(prefix.length)) ? `rule:${id.slice(prefix.length)}` : undefined);
}
