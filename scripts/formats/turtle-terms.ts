/** Values and addresses in, the terms by which Turtle writes them out: https://www.w3.org/TR/turtle/ */

export const FHIR = 'http://hl7.org/fhir/';

/** A text as a literal, with its type where it is no plain string. */
export function literal(text: string, datatype?: string): string {
  return datatype === undefined ? quoted(text) : `${quoted(text)}^^${datatype}`;
}

/** https://www.w3.org/TR/turtle/#sec-escapes */
function quoted(text: string): string {
  return `"${text.replace(/[\\"\n\r\t\b\f]/g, (character) => ({ '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' })[character] ?? character)}"`;
}

/** An address; characters that one in Turtle cannot hold are percent-encoded. */
export function iri(text: string): string {
  return `<${text.replace(/[\u0000-\u0020<>"{}|^`\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)}>`;
}

/** https://hl7.org/fhir/R4/rdf.html#4.4.3: a date has the type of its precision. */
export function dateType(text: string): string {
  if (text.length === 4) return 'xsd:gYear';
  if (text.length === 7) return 'xsd:gYearMonth';
  return text.includes('T') ? 'xsd:dateTime' : 'xsd:date';
}

/** Types whose values are no plain strings, in each version that has an RDF form. */
export const LITERAL_TYPES: Readonly<Record<string, string>> = {
  boolean: 'xsd:boolean', integer: 'xsd:integer', positiveInt: 'xsd:positiveInteger', unsignedInt: 'xsd:nonNegativeInteger', decimal: 'xsd:decimal', instant: 'xsd:dateTime', time: 'xsd:time', base64Binary: 'xsd:base64Binary',
};

/** A reference or canonical as the address of what it names; undefined for one that names nothing outside of its resource. */
export function linkAddress(base: string, reference: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference)) {
    // RDF has no word for the version of a canonical; as a query it stays an address.
    const [address = '', version] = reference.split('|');
    return version === undefined ? address : `${address}${address.includes('?') ? '&' : '?'}version=${version}`;
  }
  return /^[A-Z][A-Za-z]+\/[\w.-]+/.test(reference) ? base + reference : undefined;
}
