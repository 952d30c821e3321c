/** Elements as values in, well-formed XML 1.0 text out. */
import { visibleText } from './visible-text';

export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Child elements, or text. */
  readonly content: readonly XmlNode[] | string;
}

export function element(name: string, attributes: XmlNode['attributes'], content: XmlNode['content'] = []): XmlNode {
  return { name, attributes, content };
}

/** The element and all it holds, indented; text is kept as it is, but for characters that would act on a terminal or are none of XML's. */
export function text(node: XmlNode, indent = ''): string {
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escaped(String(value), true)}"`);
  const open = `${indent}<${node.name}${attributes.join('')}`;
  if (node.content.length === 0) return `${open}/>\n`;
  if (typeof node.content === 'string') return `${open}>${escaped(node.content, false)}</${node.name}>\n`;
  return `${open}>\n${node.content.map((child) => text(child, `${indent}  `)).join('')}${indent}</${node.name}>\n`;
}

/** In attributes line breaks and tabs are written as references, because a parser makes spaces of them otherwise. */
function escaped(value: string, inAttribute: boolean): string {
  const safe = visibleText(value)
    // The two noncharacters that are not in https://www.w3.org/TR/xml/#charsets
    .replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    // `]]>` may not stand in text: https://www.w3.org/TR/xml/#syntax
    .replaceAll('>', '&gt;');
  return inAttribute ? safe.replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;') : safe;
}
