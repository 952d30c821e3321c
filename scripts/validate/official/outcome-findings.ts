/** An answer of the HL7 validator in, findings out: which resource of the sent Bundle, which element, which rule. */
import type { Finding } from '../../core/finding';
import type { OperationOutcome, OperationOutcomeIssue } from '../../core/fhir';

/** A finding about one entry of the sent Bundle; its path begins with the resource type. */
export interface EntryFinding {
  readonly entry: number;
  readonly finding: Finding;
}

interface IssueExtension {
  url: string;
  valueInteger?: number;
  valueString?: string;
  valueCode?: string;
}
type ValidatorIssue = OperationOutcomeIssue & { extension?: IssueExtension[] };

const ENTRY = /^Bundle\.entry\[(\d+)\]\.resource(?:\/\*([A-Za-z]+)\/[^*]*\*\/)?(.*)$/s;

/**
 * The findings about the resources in a Bundle that was made to send them together; what is said about that Bundle itself
 * (its entries, its URLs) is about our own making and dropped.
 * @param types resource type of each entry
 * @returns `undefined` where the answer is about the Bundle as a whole, so that nothing is known about its entries
 */
export function entryFindings(outcome: OperationOutcome, types: readonly string[]): EntryFinding[] | undefined {
  const issues = outcome.issue as ValidatorIssue[];
  if (issues.some((issue) => issue.severity === 'fatal' && !ENTRY.test(pathOf(issue) ?? ''))) return undefined;
  const found = issues.flatMap((issue): EntryFinding[] => {
    const [, index, , rest] = ENTRY.exec(pathOf(issue) ?? '') ?? [];
    const entry = Number(index);
    const type = types[entry];
    if (type === undefined || rest === undefined || aboutPacking(issue)) return [];
    const finding = toFinding(issue, `${type}${withoutComments(rest)}`, type);
    return finding.code === DUPLICATE ? [] : [{ entry, finding }];
  });
  const byEntry = new Map<number, Finding[]>();
  for (const { entry, finding } of found) {
    const own = byEntry.get(entry);
    if (own === undefined) byEntry.set(entry, [finding]);
    else own.push(finding);
  }
  return [...byEntry].flatMap(([entry, findings]) => withoutRepeats(findings).map((finding) => ({ entry, finding })));
}

/** The findings about a resource that was sent alone, with the line and column that the validator gives. */
export function loneFindings(outcome: OperationOutcome): Finding[] {
  const found = (outcome.issue as ValidatorIssue[]).flatMap((issue): Finding[] => {
    if (issue.severity === 'information' && issue.extension === undefined) return []; // "All OK"
    const finding = toFinding(issue, pathOf(issue) === undefined ? undefined : withoutComments(pathOf(issue) ?? ''));
    const line = extensionOf(issue, 'operationoutcome-issue-line')?.valueInteger;
    const column = extensionOf(issue, 'operationoutcome-issue-col')?.valueInteger;
    return [{ ...finding, location: { ...finding.location, ...(line !== undefined && { line }), ...(column !== undefined && { column }) } }];
  });
  return withoutRepeats(found);
}

/** One fault, one finding: the validator says the same of the base definition and of each profile, `(from URL|version)`. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ severity, code, message, location }) => {
    const key = JSON.stringify([severity, code, location?.path, location?.line, message.replace(/ \((from|defined in) [^)]*\)/g, '')]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Messages about how references meet the entries of the Bundle: true of any Bundle without versions, so of each that we make. */
const PACKING = new Set(['Bundle_BUNDLE_FullUrl_NeedVersion', 'BUNDLE_BUNDLE_POSSIBLE_MATCH_WRONG_FU', 'Bundle_BUNDLE_Not_Local']);

function aboutPacking(issue: ValidatorIssue): boolean {
  // A resource of unknown type is reported as such; "no id" then speaks of the empty place it leaves.
  return PACKING.has(messageId(issue) ?? '') || (pathOf(issue) ?? '').includes('/*Resource/null*/');
}

/** @param type of a resource that was sent in a Bundle: where the path stands in the text too, it is that of this Bundle */
function toFinding(issue: ValidatorIssue, path: string | undefined, type?: string): Finding {
  const said = issue.details?.text ?? issue.diagnostics ?? issue.code;
  const message = type === undefined ? said : said.replace(/Bundle\.entry\[\d+\]\.resource(\/\*.*?\*\/)?/g, type);
  return { severity: issue.severity, code: ruleOf(issue, message), message, ...(path !== undefined && { location: { path } }), source: 'hl7-validator' };
}

/** Reading the files finds these with their exact place. */
export const DUPLICATE = 'duplicate-property';

/** Messages of the validator's JSON and XML readers come without an id. */
const READER_RULES: readonly (readonly [RegExp, string])[] = [
  [/is a duplicate and will be ignored/, DUPLICATE],
  [/^Unrecognized property|^Undefined (element|attribute)/, 'unknown-property'],
  [/unknown name|unknown or unrecognized resource name|Unable to find resourceType/, 'unknown-resource-type'],
  [/must be an? (JSON )?(Array|Object|simple value|boolean|number|string)|primitive value must be/i, 'wrong-json-type'],
  [/must have some content/, 'empty-element'],
  [/^Error parsing|must be terminated by/, 'syntax'],
];

/** The invariant's key (`…/StructureDefinition/X#ist-5` is `ist-5`), else the id of the message, else one of ours. */
function ruleOf(issue: ValidatorIssue, message: string): string {
  const id = messageId(issue);
  if (id !== undefined) return id.includes('#') ? id.slice(id.lastIndexOf('#') + 1) : id;
  const invariant = /^(?:Constraint|Rule) (?:failed:\s*)?([A-Za-z][\w-]*-\d+[a-z]?|[a-z][\w-]+): /.exec(message)?.[1];
  return invariant ?? READER_RULES.find(([pattern]) => pattern.test(message))?.[1] ?? issue.code;
}

function messageId(issue: ValidatorIssue): string | undefined {
  const found = extensionOf(issue, 'operationoutcome-message-id');
  return found?.valueCode ?? found?.valueString;
}

function extensionOf(issue: ValidatorIssue, name: string): IssueExtension | undefined {
  return issue.extension?.find(({ url }) => url.endsWith(`/${name}`));
}

function pathOf(issue: ValidatorIssue): string | undefined {
  return issue.expression?.[0] ?? issue.location?.[0];
}

/** `ImagingStudy.contained[0]/*Patient/p*\/.name` without what the validator remarks in it. */
function withoutComments(path: string): string {
  return path.replace(/\/\*.*?\*\//gs, '');
}
