/** XML text in, its elements with their lines out; nothing is loaded from elsewhere, and no entity is expanded but XML's own five. */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { KnownError } from '../core/known-error';

export const FHIR_NAMESPACE = 'http://hl7.org/fhir';
export const XHTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';
/** Documents point at their schema by attributes of this namespace; they say nothing of the resource. */
const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

export interface XmlElement {
  /** Name without a prefix. */
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Where its tag begins, from 1. */
  readonly line: number;
  /** The text of an XHTML element as it stands there, tags included; such an element has no children here. */
  readonly xhtml?: string;
}

/** Deeper than any resource; a document nested without end would exhaust the stack. */
const MAX_DEPTH = 100;

/** An error that names the line. */
export function badXml(line: number, what: string): KnownError {
  return new KnownError('bad-xml', `Line ${line}: ${what}.`, 'FHIR in XML is described at https://hl7.org/fhir/R4/xml.html.');
}

interface Open {
  readonly element: XmlElement & { readonly children: XmlElement[]; xhtml?: string };
  /** Where the tag begins in the text. */
  readonly begin: number;
}

/**
 * @throws KnownError `bad-xml` for what is not well-formed, has a DOCTYPE, or has text where FHIR has none
 */
export function readXmlTree(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: Open[] = [];
  let root: XmlElement | undefined;
  /** Tag of the outermost XHTML element that is open, and whether its text can be taken as it stands. */
  let narrative: { depth: number; plain: boolean; parts: string[] } | undefined;
  let begin = { at: 0, line: 1 };
  parser.on('error', (error) => {
    throw badXml(parser.line, `not well-formed: ${error.message.replace(/^(undefined:)?\d+:\d+: /, '').replace(/\.$/, '')}`);
  });
  parser.on('doctype', () => {
    // FHIR has no document type, and declarations of entities are how XML attacks its readers: https://hl7.org/fhir/R4/security.html#narrative
    throw badXml(parser.line, 'a DOCTYPE is not allowed');
  });
  parser.on('opentagstart', () => {
    begin = { at: text.lastIndexOf('<', parser.position - 1), line: parser.line };
  });
  parser.on('opentag', (tag) => {
    if (open.length >= MAX_DEPTH) throw badXml(begin.line, `elements are nested deeper than ${MAX_DEPTH} levels`);
    if (narrative !== undefined) {
      narrative.plain &&= tag.prefix === '';
      narrative.parts.push(openingTag(tag, false));
    } else if (tag.uri === XHTML_NAMESPACE) {
      narrative = { depth: open.length, plain: tag.prefix === '' && tag.attributes['xmlns'] !== undefined, parts: [openingTag(tag, true)] };
    }
    const element: Open['element'] = { name: tag.local, namespace: tag.uri, attributes: attributesOf(tag, begin.line, narrative !== undefined), children: [], line: begin.line };
    open.push({ element, begin: begin.at });
  });
  const onText = (shown: string) => {
    if (narrative !== undefined) narrative.parts.push(escapeXml(shown));
    else if (open.length > 0 && /[^ \t\r\n]/.test(shown)) throw badXml(parser.line, `<${open.at(-1)?.element.name ?? ''}> has the text "${shown.trim().slice(0, 40)}"; FHIR has values in attributes`);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', (tag) => {
    const { element, begin: at } = open.pop() as Open;
    if (narrative === undefined) {
      if (open.length === 0) root = element;
      else open.at(-1)?.element.children.push(element);
      return;
    }
    closeTag(narrative.parts, tag);
    if (open.length > narrative.depth) return;
    // As it stands where it needs nothing from outside, so that the narrative keeps its letters; else written anew.
    element.xhtml = narrative.plain ? text.slice(at, parser.position).replace(/\r\n?/g, '\n') : narrative.parts.join('');
    element.children.length = 0;
    narrative = undefined;
    if (open.length === 0) root = element;
    else open.at(-1)?.element.children.push(element);
  });
  parser.write(text).close();
  if (root === undefined) throw badXml(1, 'there is no element');
  return root;
}

function attributesOf(tag: SaxesTagNS, line: number, isNarrative: boolean): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const { name, local, prefix, uri, value } of Object.values(tag.attributes)) {
    if (name === 'xmlns' || prefix === 'xmlns' || uri === SCHEMA_INSTANCE || isNarrative) continue;
    if (prefix !== '') throw badXml(line, `<${tag.local}> has the attribute ${name}, which FHIR does not have`);
    attributes.set(local, value);
  }
  return attributes;
}

function openingTag(tag: SaxesTagNS, isRoot: boolean): string {
  const attributes = Object.values(tag.attributes).filter(({ name, prefix }) => name !== 'xmlns' && prefix !== 'xmlns');
  return `<${tag.local}${isRoot ? ` xmlns="${XHTML_NAMESPACE}"` : ''}${attributes.map(({ name, value }) => ` ${name}="${escapeXml(value)}"`).join('')}>`;
}

/** An element that holds nothing is closed in its own tag. */
function closeTag(parts: string[], tag: SaxesTagNS): void {
  const last = parts.length - 1;
  if (tag.isSelfClosing) parts[last] = (parts[last] ?? '').replace(/>$/, '/>');
  else parts.push(`</${tag.local}>`);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\r': '&#13;', '\t': '&#9;' };

/** Text for content. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** Text for an attribute: a parser makes spaces of line breaks and tabs that are not written as references. */
export function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\n\r\t]/g, (character) => ESCAPES[character] ?? character);
}
