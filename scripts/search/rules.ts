/**
 * The rules of search: a row for each clause that makes a verdict and for each point the specification leaves open.
 * The words are ours; the address is where the specification says it (R4's section, the text the verdicts were settled with),
 * and where R5 says it in a section of another name.
 */
import { fhirVersion, FROM_R5 } from '../core/fhir-version';

const SEARCH = 'https://hl7.org/fhir/R4/search.html';

export interface Rule {
  /** What it asks of a server, in one sentence. */
  readonly text: string;
  readonly url: string;
  /** A server may refuse a query that needs it with a 4xx answer, unless it declares support. */
  readonly optional?: true;
  /** The specification says SHOULD: a server that does otherwise breaks no promise. */
  readonly should?: true;
  /** It is about modifiers, whatever the parameter: where it is broken, the parameter without one is no less right. */
  readonly ofModifiers?: true;
  /** Name of the section of the search page that says it from R5 on, where it is not that of `url`. */
  readonly sectionFromR5?: string;
  /** Media type versions of FHIR in which it holds; absent where it does in all. */
  readonly versions?: readonly string[];
}

/** Clauses that decide: a resource must match, or must not. */
const DECIDING = {
  'and': { text: 'Repeated parameters are AND: only resources that satisfy each of them match, each on its own.', url: `${SEARCH}#combining` },
  'or': { text: 'Values joined by a comma are OR: a resource matches where one of them does.', url: `${SEARCH}#combining` },
  'or-range': { text: 'Dates, numbers and quantities joined by a comma are OR as well; a server may refuse it.', url: `${SEARCH}#combining`, optional: true },
  'escaping': { text: 'A backslash before , $ | or \\ makes the character part of the value.', url: `${SEARCH}#escaping` },
  'several-paths': { text: 'A parameter with several paths or a repeating element matches where any one of the values does.', url: `${SEARCH}#parameters` },
  'logical-miss': { text: 'A value that nothing has gives an empty result, not an error.', url: `${SEARCH}#errors`, should: true },
  'empty-parameter': { text: 'A parameter without a value is ignored.', url: `${SEARCH}#errors` },
  'unknown-parameter': { text: 'An unknown parameter is ignored; with Prefer: handling=strict it is an error.', url: `${SEARCH}#errors`, should: true },
  'syntax-error': { text: 'A value that is not written as its type demands gets an error.', url: `${SEARCH}#errors`, should: true },
  'unsupported-modifier': { text: 'A modifier that the server does not support for the parameter is refused.', url: `${SEARCH}#modifiers`, ofModifiers: true },
  'missing': { text: ':missing=true finds the resources without a value, :missing=false those with one.', url: `${SEARCH}#modifiers`, optional: true, sectionFromR5: 'modifiermissing' },

  'token-code': { text: 'code: finds the code under any system.', url: `${SEARCH}#token` },
  'token-system-code': { text: 'system|code: finds the code under that system alone.', url: `${SEARCH}#token` },
  'token-no-system': { text: '|code: finds the code where it has no system.', url: `${SEARCH}#token` },
  'token-system': { text: 'system|: finds any code of that system.', url: `${SEARCH}#token` },
  'token-id': { text: '_id is matched exactly, upper and lower case told apart.', url: `${SEARCH}#id`, sectionFromR5: '_id' },
  'token-not': { text: ':not finds every resource that has no matching value, also those without any value.', url: `${SEARCH}#token`, optional: true, sectionFromR5: 'modifiernot' },
  'token-text': { text: ':text searches the text of the concept, the display of its codings or the text of the identifier type, as a string.', url: `${SEARCH}#token`, optional: true, sectionFromR5: 'modifiertexttoken' },
  'token-of-type': { text: ':of-type=system|code|value finds identifiers of that type with that value.', url: `${SEARCH}#token`, optional: true, sectionFromR5: 'modifieroftype' },
  'token-in': { text: ':in finds the resources with a coding in the value set.', url: `${SEARCH}#token`, optional: true, sectionFromR5: 'modifierin' },
  'token-not-in': { text: ':not-in finds the resources whose coding is outside the value set.', url: `${SEARCH}#token`, optional: true, sectionFromR5: 'modifiernotin' },
  'token-subsumption': { text: ':above and :below follow the code system\'s hierarchy and include the code itself.', url: `${SEARCH}#subsumption`, optional: true, sectionFromR5: 'modifierabove' },

  'reference-id': { text: 'id: finds local references to a resource with that id.', url: `${SEARCH}#reference` },
  'reference-type-id': { text: 'Type/id: finds local references to that resource, no other type.', url: `${SEARCH}#reference` },
  'reference-url': { text: 'An absolute URL finds the reference to it; under the server\'s own base it equals the relative form.', url: `${SEARCH}#reference` },
  'reference-type-modifier': { text: ':Type with an id is the same as Type/id.', url: `${SEARCH}#reference`, optional: true, sectionFromR5: 'modifiertype' },
  'reference-limited': { text: 'A parameter limited to one type (patient) sees references to that type alone.', url: `${SEARCH}#reference` },
  'reference-identifier': { text: ':identifier searches Reference.identifier as a token, not the target\'s identifiers.', url: `${SEARCH}#reference`, optional: true, sectionFromR5: 'modifieridentifier' },
  // That servers SHOULD support it (#versions) is for those that do not declare the parameter.
  'reference-canonical': { text: 'A canonical element is found by its URL.', url: `${SEARCH}#reference` },
  'reference-canonical-below': { text: ':below on a canonical finds every business version, or those that start with the version given.', url: `${SEARCH}#versions`, optional: true, should: true, sectionFromR5: 'modifierbelow' },
  'reference-hierarchy': { text: ':above and :below on a reference follow a strict hierarchy and include the resource named.', url: `${SEARCH}#recursive`, optional: true },

  'date-eq': { text: 'eq (or no prefix): the range of the search value contains the range of the resource\'s value.', url: `${SEARCH}#prefix` },
  'date-ne': { text: 'ne: the range of the search value does not contain the range of the resource\'s value.', url: `${SEARCH}#prefix` },
  'date-gt': { text: 'gt: part of the resource\'s value is above the search value.', url: `${SEARCH}#prefix` },
  'date-lt': { text: 'lt: part of the resource\'s value is below the search value.', url: `${SEARCH}#prefix` },
  'date-ge': { text: 'ge: part of the resource\'s value is above the search value, or all of it inside.', url: `${SEARCH}#prefix` },
  'date-le': { text: 'le: part of the resource\'s value is below the search value, or all of it inside.', url: `${SEARCH}#prefix` },
  'date-sa': { text: 'sa: all of the resource\'s value is after the search value.', url: `${SEARCH}#prefix` },
  'date-eb': { text: 'eb: all of the resource\'s value is before the search value.', url: `${SEARCH}#prefix` },
  'date-ap': { text: 'ap: a value that overlaps the search value is certainly near it.', url: `${SEARCH}#prefix`, optional: true },

  'number-eq': { text: 'A number finds values within half a unit of its last digit; an integer is matched exactly.', url: `${SEARCH}#number` },
  'number-compare': { text: 'gt, lt, ge, le, sa and eb compare with the number itself, its precision ignored.', url: `${SEARCH}#number` },
  'number-ap': { text: 'ap: a value within the number\'s own precision is certainly near it.', url: `${SEARCH}#prefix`, optional: true },
  'quantity-unit': { text: 'number|system|code finds quantities with that coded unit; number||code also by the unit\'s text; number alone any unit.', url: `${SEARCH}#quantity` },

  'string-start': { text: 'A string is found by its start, case and accents ignored.', url: `${SEARCH}#string` },
  'string-contains': { text: ':contains finds the text anywhere, case and accents ignored.', url: `${SEARCH}#string`, optional: true, sectionFromR5: 'modifiercontains' },
  'string-exact': { text: ':exact finds the whole string alone, case and accents told apart.', url: `${SEARCH}#string`, optional: true, sectionFromR5: 'modifierexact' },
  'uri': { text: 'A uri is matched whole and precisely: case, accents and escapes told apart.', url: `${SEARCH}#uri` },
  'uri-partial': { text: ':below finds URLs that start with the value, :above those the value starts with.', url: `${SEARCH}#uri`, optional: true, sectionFromR5: 'modifierbelow' },
  'composite': { text: 'The parts joined by $ must all match in the same repetition of the element.', url: `${SEARCH}#composite` },

  'chain': { text: 'parameter.next finds resources whose referenced resource satisfies next.', url: `${SEARCH}#chaining`, optional: true },
  'has': { text: '_has:Type:parameter:next finds resources that a Type which satisfies next refers to.', url: `${SEARCH}#has`, optional: true },
  'list': { text: '_list finds the resources that the List refers to.', url: `${SEARCH}#list`, optional: true, sectionFromR5: '_list' },
  'include': { text: '_include adds what the matches refer to, _revinclude what refers to them, with mode include.', url: `${SEARCH}#include`, optional: true },
  'sort': { text: '_sort orders by the keys in turn; until R4B, of several values the one earliest in the order asked counts.', url: `${SEARCH}#sort`, optional: true, should: true },
  'count': { text: '_count is never exceeded by the matches of a page; 0 asks for the total alone.', url: `${SEARCH}#count` },
  'total': { text: 'Bundle.total counts the matches, not what is included, nor what is on the page.', url: `${SEARCH}#total` },
} as const satisfies Record<string, Rule>;

/** What the specification leaves open: either answer is legal. `choice` is what our own server does. */
const OPEN = {
  'open-token-case': { text: 'Whether upper and lower case are told apart depends on the code system; a server may ignore case when in doubt.', url: `${SEARCH}#token`, choice: 'exclude' },
  'open-token-implicit-system': { text: 'The element is a bare code: its system comes from the value set bound to it, which is not known here or need not be indexed.', url: `${SEARCH}#token`, choice: 'include' },
  'open-token-system-not-applicable': { text: 'The element has no system, so the form with | is not meant for it.', url: `${SEARCH}#token`, choice: 'exclude' },
  'open-token-oid': { text: 'The element holds a bare UID; whether its urn:oid: form finds it is not said.', url: `${SEARCH}#token`, choice: 'exclude' },
  'open-token-contact': { text: 'A server may treat contact points loosely: ignore punctuation, match parts.', url: `${SEARCH}#token`, choice: 'exclude' },
  'open-token-not-several': { text: ':not with several values can mean none of them, or not every one of them.', url: `${SEARCH}#token`, choice: 'exclude' },
  'open-token-text-inside': { text: ':text is a partial search; whether it finds the words inside the text is not said.', url: `${SEARCH}#token`, choice: 'exclude' },
  'open-subsumption': { text: 'Whether one code subsumes the other needs the code system\'s hierarchy.', url: `${SEARCH}#subsumption`, choice: 'exclude' },
  'open-value-set': { text: 'The value set\'s content is not known here.', url: `${SEARCH}#token`, choice: 'exclude' },
  'open-value-set-mixed': { text: 'Some codings are in the value set and some are not, or there is none: :not-in is not defined for that.', url: `${SEARCH}#token`, choice: 'exclude' },

  'open-reference-bare-id': { text: 'A bare id may mean several types here, and a server should refuse it where it is ambiguous.', url: `${SEARCH}#reference`, choice: 'include' },
  'open-reference-version': { text: 'How a versioned reference compares with an unversioned one is not said.', url: `${SEARCH}#versions`, choice: 'include' },
  'open-reference-unresolvable': { text: 'The type of the target decides, and the target cannot be resolved.', url: `${SEARCH}#reference`, choice: 'include' },
  'open-reference-type-twice': { text: ':Type together with a typed or absolute reference: only :Type with an id is described.', url: `${SEARCH}#reference`, choice: 'include' },
  'open-reference-contained': { text: 'A contained resource has no address of its own to search by.', url: `${SEARCH}#contained`, choice: 'exclude' },
  'open-reference-hierarchy': { text: 'The hierarchy behind :above and :below is not known here.', url: `${SEARCH}#recursive`, choice: 'exclude' },
  'open-canonical-version': { text: 'Whether a canonical with and one without a version are the same is left to the server.', url: `${SEARCH}#versions`, choice: 'include' },
  'open-profile': { text: '_profile is a uri in the definitions and a reference in the prose: versions and relative forms differ between the two.', url: `${SEARCH}#profile`, choice: 'exclude' },
  'open-chain-target': { text: 'The referenced resource is not among those known here, so the chain cannot be followed.', url: `${SEARCH}#chaining`, choice: 'exclude' },
  'open-chain-version': { text: 'A chain over a versioned reference may be judged by that version or by the current one.', url: `${SEARCH}#versions`, choice: 'include' },

  'open-date-zone': { text: 'One of the dates has no time zone; the answer depends on the zone the server assumes.', url: `${SEARCH}#date`, choice: 'exclude' },
  'open-date-subsecond': { text: 'The values differ by less than a second; how finely a server keeps and compares time is its own affair.', url: `${SEARCH}#date`, choice: 'include' },
  'open-date-leap-second': { text: 'One of the dates has a second 60; whether it counts as the one before it or as the one after it is not said.', url: `https://hl7.org/fhir/R4/datatypes.html#dateTime`, choice: 'include' },
  'open-date-overlap': { text: 'The values overlap without one containing the other: where "above" or "below" the search value begins is not said.', url: `${SEARCH}#prefix`, choice: 'exclude' },
  'open-date-near': { text: 'How near is near (ap) is left to the server.', url: `${SEARCH}#prefix`, choice: 'exclude' },
  'open-ne-valueless': { text: 'ne is said of values: "the value in the resource is not equal to the provided value". Whether a resource without any value is found is not said.', url: `${SEARCH}#prefix`, choice: 'exclude' },
  'open-date-unbounded': { text: 'The schedule states no outer limits.', url: `${SEARCH}#date`, choice: 'exclude' },
  'open-value-malformed': { text: 'The resource\'s own value is malformed.', url: `${SEARCH}#errors`, choice: 'exclude' },
  'open-number-precision': { text: 'Whether the precision of the resource\'s number counts is not said, and JSON may have lost it.', url: `${SEARCH}#number`, choice: 'include' },
  'open-quantity-unit': { text: 'A server may convert between units.', url: `${SEARCH}#quantity`, choice: 'exclude' },
  'open-quantity-comparator': { text: 'The resource\'s quantity has a comparator or is sampled data; how it is searched is not said.', url: `${SEARCH}#quantity`, choice: 'exclude' },

  'open-string-punctuation': { text: 'Punctuation and extra white space should be ignored; not every server does.', url: `${SEARCH}#string`, choice: 'include' },
  'open-string-words': { text: 'Names and addresses may be searched word by word or as free text.', url: `${SEARCH}#string`, choice: 'exclude' },
  // "an implementation MAY search against any one or more elements": https://hl7.org/fhir/R5/search.html#string
  'open-string-parts': { text: 'Which parts of a name or an address a search by the whole looks at is left to the server.', url: `${SEARCH}#string`, choice: 'include' },
  // "using some kind of phonetic matching algorithm": https://hl7.org/fhir/R4/patient.html#search
  'open-string-phonetic': { text: 'What sounds alike, and how much of a name it takes, is left to the server\'s phonetic algorithm.', url: 'https://hl7.org/fhir/R4/patient.html#search', choice: 'exclude' },
  'open-string-canonical': { text: 'Whether canonically equivalent characters are exactly equal is left to the server.', url: `${SEARCH}#modifiers`, choice: 'exclude' },
  // "Servers have discretion on the implementation of sorting for both repeated elements and complex elements": https://hl7.org/fhir/R5/search.html#sort
  'open-sort-several': { text: 'Which of several values a resource is sorted by is left to the server; ours takes the earliest in the order asked.', url: `${SEARCH}#sort`, choice: 'include', versions: FROM_R5 },
  'open-text-search': { text: 'Text search is what the server makes of it.', url: `${SEARCH}#text`, choice: 'exclude' },
  'open-uri-partial': { text: 'Partial matching is defined for URLs, and by their segments or characters is not said.', url: `${SEARCH}#uri`, choice: 'include' },
  'open-missing-empty': { text: 'The element is there without anything that can be searched by.', url: `${SEARCH}#modifiers`, choice: 'exclude' },
  'open-missing-text': { text: 'The concept has a text and no coding. That a missing value equates to a missing element is only what it "usually" does.', url: `${SEARCH}#modifiers`, choice: 'include' },
  // "MAY either return an error for the request or return success with an outcome containing details of the error": https://hl7.org/fhir/R5/search.html#errors
  'open-error-in-outcome': { text: 'A search that cannot be carried out may be answered by an error, or by a search set that holds nothing but an outcome that says so.', url: `${SEARCH}#errors`, choice: 'exclude', versions: FROM_R5 },
  'open-not-evaluated': { text: 'The query has a part that a server may refuse, ignore or read in its own way.', url: `${SEARCH}#errors`, choice: 'include' },
} as const satisfies Record<string, Rule & { choice: 'include' | 'exclude' }>;

export type DecidingRuleId = keyof typeof DECIDING;
export type OpenRuleId = keyof typeof OPEN;
export type RuleId = DecidingRuleId | OpenRuleId;

/** The rules by which something is decided. */
export const DECIDING_RULES = Object.keys(DECIDING) as readonly DecidingRuleId[];

/** Every rule by id. */
export const RULES: Readonly<Record<RuleId, Rule>> = { ...DECIDING, ...OPEN };

/** Whether a point is open in a version of FHIR, as `5.0.0` or any other form of its name. */
export function isOpenIn(id: OpenRuleId, version: string): boolean {
  const { versions }: Rule = OPEN[id];
  return versions === undefined || versions.includes(fhirVersion(version).mimeVersion);
}

/** Where a rule stands in the specification of a version. */
export function ruleUrl({ url, sectionFromR5 }: Rule, { spec, mimeVersion }: { spec: string; mimeVersion: string }): string {
  const page = url.replace(/^https:\/\/hl7\.org\/fhir\/R4\//, spec);
  return sectionFromR5 !== undefined && (FROM_R5 as readonly string[]).includes(mimeVersion) ? page.replace(/#.*$/, `#${sectionFromR5}`) : page;
}

/** What our own server does where the specification leaves it open. */
export function choiceOf(id: OpenRuleId): 'include' | 'exclude' {
  return OPEN[id].choice;
}

/** The reason why something is open, as it stands in predictions. */
export function reasonOf(id: OpenRuleId): string {
  return OPEN[id].text;
}
