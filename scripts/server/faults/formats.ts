/** Faults in formats: the charset that answers state; what is answered where XML is asked for, what it says, what is understood of it. */
import type { Resource } from '../../core/fhir';
import { stating } from './honesty';
import { hearing, pairsOf, responding, withPairs } from './rewriting';
import { clause, type FaultRow } from './row';
import type { ServerRequest } from '../request';
import { splitUrl } from '../query-string';

const negotiation = clause('xml-negotiation', 'http.html#mime-type');
const content = clause('xml-content', 'xml.html');
const sent = clause('xml-body', 'http.html#mime-type');

export const FORMAT_FAULTS: readonly FaultRow[] = [
  {
    id: 'charset-of-another-encoding',
    group: 'rest',
    does: 'Answers in UTF-8 say that they are in ISO-8859-1.',
    breaks: clause('encoding', 'http.html#mime-type'),
    override: responding((response) => (response.headers['content-type'] === undefined ? response : { ...response, headers: { ...response.headers, 'content-type': response.headers['content-type'].replace(/charset=[^;]*/, 'charset=ISO-8859-1') } })),
  },
  {
    id: 'xml-answered-as-json',
    group: 'rest',
    does: 'XML is declared, but what asks for it is answered in JSON.',
    breaks: negotiation,
    override: hearing((request) => (asksForXml(request) ? { ...withoutFormat(request), headers: { ...request.headers, accept: 'application/fhir+json' } } : request)),
  },
  {
    id: 'xml-accept-ignored',
    group: 'rest',
    does: 'XML is answered to _format alone, not to Accept.',
    breaks: negotiation,
    override: hearing((request) => ({ ...request, headers: { ...request.headers, ...(/xml/.test(request.headers.accept ?? '') ? { accept: 'application/fhir+json' } : {}) } })),
  },
  {
    id: 'xml-format-unknown',
    group: 'rest',
    does: 'XML is declared, but _format=xml is refused.',
    breaks: clause('format-parameter', 'http.html#parameters'),
    override: hearing((request) => (formatOf(request)?.includes('xml') === true ? { ...request, url: request.url.replace(/([?&]_format=)[^&]*/, '$1none') } : request)),
  },
  {
    id: 'xml-declared-not-served',
    group: 'rest',
    does: 'XML is declared, but refused with 406.',
    breaks: negotiation,
    override: (reference) => ({ formats: () => ['json'], ...stating((statement) => ({ ...statement, format: ['application/fhir+json', 'application/fhir+xml'] }))(reference) }),
  },
  {
    id: 'xml-as-plain-text',
    group: 'rest',
    does: 'XML travels as text/plain.',
    breaks: negotiation,
    override: responding((response, request) => (asksForXml(request) && response.status < 300 ? { ...response, headers: { ...response.headers, 'content-type': 'text/plain; charset=utf-8' } } : response)),
  },
  { id: 'xml-first-repetition-only', group: 'rest', does: 'In XML, of elements that repeat only the first is there.', breaks: content, override: () => ({ writtenInXml: (resource) => mapObjects(resource, firstOnly) as Resource }) },
  { id: 'xml-without-numbers', group: 'rest', does: 'In XML, numbers are missing.', breaks: content, override: () => ({ writtenInXml: (resource) => mapObjects(resource, withoutNumbers) as Resource }) },
  {
    id: 'xml-order-wrong',
    group: 'rest',
    does: 'In XML, meta stands before id.',
    breaks: content,
    override: () => ({ xmlText: (text) => text.replace(/(<id value="[^"]*"\/>)(<meta>.*?<\/meta>)/gs, '$2$1') }),
  },
  { id: 'xml-body-first-repetition-only', group: 'rest', does: 'Of a resource sent in XML, elements that repeat are kept once.', breaks: sent, override: () => ({ readFromXml: (resource) => mapObjects(resource, firstOnly) as Resource }) },
  { id: 'xml-body-without-extensions', group: 'rest', does: 'Of a resource sent in XML, extensions get lost.', breaks: sent, override: () => ({ readFromXml: (resource) => mapObjects(resource, withoutExtensions) as Resource }) },
  {
    id: 'xml-body-refused',
    group: 'rest',
    does: 'XML is declared, but a body in XML is refused with 415.',
    breaks: sent,
    override: hearing((request) => (/xml/.test(request.headers['content-type'] ?? '') ? { ...request, headers: { ...request.headers, 'content-type': 'text/plain' } } : request)),
  },
  {
    id: 'xml-body-breaks-server',
    group: 'rest',
    does: 'A body in XML that is not well-formed makes the server break down.',
    breaks: clause('status-server-error', 'http.html#Status-Codes'),
    override: responding((response, request) => (response.status === 400 && request.method !== 'GET' && /xml/.test(request.headers['content-type'] ?? '') ? { ...response, status: 500 } : response)),
  },
];

function formatOf(request: ServerRequest): string | undefined {
  return pairsOf({ ...request, method: 'GET' }).find(([name]) => name === '_format')?.[1];
}

function asksForXml(request: ServerRequest): boolean {
  return /xml/.test(formatOf(request) ?? request.headers.accept ?? '');
}

function withoutFormat(request: ServerRequest): ServerRequest {
  if (formatOf(request) === undefined) return request;
  const inUrl = pairsOf({ ...request, method: 'GET' }).filter(([name]) => name !== '_format');
  return { ...request, url: withPairs({ method: 'GET', url: splitUrl(request.url).path, headers: {} }, inUrl).url };
}

type Change = (object: Record<string, unknown>) => Record<string, unknown>;

/** Changes every object of a resource, those of a Bundle's entries included. */
function mapObjects(value: unknown, change: Change): unknown {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const changed = change(value as Record<string, unknown>);
  return Object.fromEntries(Object.entries(changed).map(([name, child]) => [name, mapObjects(child, change)]));
}

const firstOnly: Change = (object) =>
  object.resourceType === 'Bundle' ? object : Object.fromEntries(Object.entries(object).map(([name, child]) => [name, Array.isArray(child) ? child.slice(0, 1) : child]));

const withoutNumbers: Change = (object) => Object.fromEntries(Object.entries(object).filter(([name, child]) => typeof child !== 'number' || name === 'total'));

const withoutExtensions: Change = (object) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== 'extension' && !name.startsWith('_')));
