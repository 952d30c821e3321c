/** The bytes of one file in, the resources in it and what keeps it from being read out. */
import type { Finding } from '../core/finding';
import { isResource, type Resource } from '../core/fhir';
import type { GivenResource, SourceText } from './given-resource';
import { readJsonTree, type JsonFault, type JsonNode } from './json-tree';
import { textPlaces, type TextPlace } from './text-place';

export interface ReadDocument {
  readonly given: readonly GivenResource[];
  readonly findings: readonly Finding[];
}

export interface ReadOptions {
  /** NDJSON whatever the text looks like. */
  readonly ndjson?: boolean;
  /** Found by looking through a folder, not named by the user: JSON that is no resource is then only a warning. */
  readonly found?: boolean;
}

const BYTE_ORDER_MARK = '\ufeff';

/** Reads JSON (a resource, or a Bundle with its entries), NDJSON or XML; what it is, is told from the content. */
export function readDocument(bytes: Uint8Array, file: string, options: ReadOptions = {}): ReadDocument {
  const findings: Finding[] = [];
  const decoded = decode(bytes, file, findings);
  if (decoded === undefined) return { given: [], findings };
  const text = decoded;
  const content = text.trimStart();
  if (content === '') {
    findings.push(finding('error', 'empty-file', 'There is nothing in it.', { file, line: 1, column: 1 }));
    return { given: [], findings };
  }
  if (content.startsWith('<')) return { given: [xmlResource(text, file)], findings };
  const parts = options.ndjson === true || looksLikeNdjson(text) ? lines(text) : [{ text, offset: 0 }];
  const place = textPlaces(text);
  const given = parts.flatMap((part) => readJson(part.text, file, (offset) => place(part.offset + offset), options, findings));
  return { given, findings };
}

/** FHIR is UTF-8 throughout: https://hl7.org/fhir/R4/http.html#mime-type */
function decode(bytes: Uint8Array, file: string, findings: Finding[]): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const place = textPlaces(lenient)(Math.max(0, lenient.indexOf('\ufffd')));
    findings.push(finding('fatal', 'not-utf-8', 'It is not UTF-8 text from here on; FHIR allows no other encoding.', { file, ...place }));
    return undefined;
  }
  if (!text.startsWith(BYTE_ORDER_MARK)) return text;
  // https://www.rfc-editor.org/rfc/rfc8259#section-8.1: must not be written; readers may ignore it, and some do not.
  findings.push(finding('warning', 'byte-order-mark', 'It begins with a byte order mark, which JSON forbids and many readers stumble over.', { file, line: 1, column: 1 }));
  return text.slice(1);
}

/** Several JSON objects, one a line: the first line is a whole object and another follows. */
function looksLikeNdjson(text: string): boolean {
  const [first, second] = text.split('\n', 2).map((line) => line.trim());
  return first !== undefined && second !== undefined && second.startsWith('{') && first.startsWith('{') && first.endsWith('}') && readJsonTree(first).root !== undefined;
}

function lines(text: string): { text: string; offset: number }[] {
  const parts: { text: string; offset: number }[] = [];
  for (let offset = 0; offset < text.length; ) {
    const newline = text.indexOf('\n', offset);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(offset, end);
    if (line.trim() !== '') parts.push({ text: line, offset });
    offset = end + 1;
  }
  return parts;
}

type Places = (offset: number) => TextPlace;

function readJson(text: string, file: string, place: Places, options: ReadOptions, findings: Finding[]): GivenResource[] {
  const { root, faults } = readJsonTree(text);
  findings.push(...faults.map((fault) => faultFinding(fault, file, place)));
  if (root === undefined) return [];
  const value: unknown = JSON.parse(text);
  if (!isResource(value)) {
    const what = Array.isArray(value) ? 'a JSON array' : typeof value === 'object' && value !== null ? 'a JSON object without a resourceType' : 'a JSON value';
    const severity = options.found === true ? 'warning' : 'error';
    findings.push(finding(severity, 'not-a-resource', `It holds ${what}, not a FHIR resource, Bundle or NDJSON.`, { file, ...place(root.start) }));
    return [];
  }
  const given: GivenResource = { resource: value, file, source: sourceOf(text, root, place) };
  return value.resourceType === 'Bundle' ? [...bundleEntries(value, root, text, file, place), { ...given, entriesGiven: true }] : [given];
}

function faultFinding({ code, offset, message }: JsonFault, file: string, place: Places): Finding {
  return finding(code === 'json-syntax' ? 'fatal' : 'error', code, code === 'json-syntax' ? `It is not JSON: ${message}.` : message, { file, ...place(offset) });
}

/** Each entry's resource, with its text and place in the Bundle's file. */
function bundleEntries(bundle: Resource, root: JsonNode, text: string, file: string, place: Places): GivenResource[] {
  const nodes = root.members?.get('entry')?.value.items ?? [];
  const entries = Array.isArray(bundle.entry) ? (bundle.entry as { fullUrl?: unknown; resource?: unknown }[]) : [];
  return entries.flatMap((entry, i): GivenResource[] => {
    const node = nodes[i]?.members?.get('resource')?.value;
    if (node === undefined || !isResource(entry.resource)) return []; // what is wrong there is the Bundle's own finding
    const fullUrl = typeof entry.fullUrl === 'string' ? { fullUrl: entry.fullUrl } : {};
    return [{ resource: entry.resource, file: `${file}#entry[${i}]`, source: sourceOf(text, node, place), ...fullUrl }];
  });
}

function sourceOf(text: string, node: JsonNode, place: Places): SourceText {
  const own = text.slice(node.start, node.end);
  return { format: 'json', text: own, place: (offset) => place(node.start + offset), tree: () => readJsonTree(own).root };
}

/** XML is passed on unread: only the root element's name is looked at. */
function xmlResource(text: string, file: string): GivenResource {
  const resourceType = /<(?:\w+:)?([A-Z]\w*)[\s/>]/.exec(text)?.[1] ?? 'Resource';
  return { resource: { resourceType }, file, source: { format: 'xml', text, place: textPlaces(text) } };
}

function finding(severity: Finding['severity'], code: string, message: string, location: Finding['location']): Finding {
  return { severity, code, message, ...(location !== undefined && { location }), source: 'embedded-validator' };
}
