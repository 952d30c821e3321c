/** A multipart/related body in, its parts and what is wrong with them out; and back again: https://www.rfc-editor.org/rfc/rfc2387, PS3.18 section 8.6.1.2 */

export interface MediaType {
  /** Lower case, without parameters. */
  readonly type: string;
  /** Values by lower-case name, quotes taken off. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Names of the parameters whose values stood in quotes. */
  readonly quoted: readonly string[];
}

/** Takes a media type apart; nonsense gives what can be read of it. */
export function parseMediaType(text: string): MediaType {
  const [type = ''] = text.split(';');
  const parameters: Record<string, string> = {};
  const quoted: string[] = [];
  for (const [, name = '', inQuotes, bare] of text.slice(type.length).matchAll(/;\s*([A-Za-z0-9!#$&^_.+-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]*))/g)) {
    parameters[name.toLowerCase()] = inQuotes?.replace(/\\(.)/g, '$1') ?? bare ?? '';
    if (inQuotes !== undefined) quoted.push(name.toLowerCase());
  }
  return { type: type.trim().toLowerCase(), parameters, quoted };
}

export interface Part {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** One character a byte. */
  readonly body: string;
  /** False for the last part of a body that was cut off. */
  readonly whole: boolean;
}

export interface Multipart {
  readonly mediaType: MediaType;
  readonly parts: readonly Part[];
  /** The closing delimiter was there. */
  readonly closed: boolean;
  /** What keeps the body from being read at all. */
  readonly problem?: string;
}

/**
 * Reads as much as there is: the last part of a body that was not read to its end is marked.
 * @param body one character a byte
 */
export function parseMultipart(body: string, contentType: string): Multipart {
  const mediaType = parseMediaType(contentType);
  const { boundary } = mediaType.parameters;
  if (!mediaType.type.startsWith('multipart/')) return { mediaType, parts: [], closed: false, problem: `the content is ${mediaType.type === '' ? 'of no stated type' : mediaType.type}, not multipart` };
  if (boundary === undefined || boundary === '') return { mediaType, parts: [], closed: false, problem: 'the Content-Type names no boundary' };
  const delimiter = `--${boundary}`;
  let at = body.startsWith(delimiter) ? 0 : body.indexOf(`\r\n${delimiter}`) + 2;
  if (at === 1) return { mediaType, parts: [], closed: false, problem: `the boundary "${boundary}" is not found in the body` };
  const parts: Part[] = [];
  for (;;) {
    const behind = at + delimiter.length;
    if (body.startsWith('--', behind)) return { mediaType, parts, closed: true };
    const begin = body.indexOf('\r\n', behind);
    if (begin < 0) return { mediaType, parts, closed: false };
    const next = body.indexOf(`\r\n${delimiter}`, begin);
    const text = body.slice(begin + 2, next < 0 ? undefined : next);
    parts.push({ ...partOf(text), whole: next >= 0 });
    if (next < 0) return { mediaType, parts, closed: false };
    at = next + 2;
  }
}

function partOf(text: string): Pick<Part, 'headers' | 'body'> {
  if (text.startsWith('\r\n')) return { headers: {}, body: text.slice(2) };
  const end = text.indexOf('\r\n\r\n');
  const lines = text.slice(0, end < 0 ? text.length : end).replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = Object.fromEntries(lines.filter((line) => line.includes(':')).map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return { headers, body: end < 0 ? '' : text.slice(end + 4) };
}

/** Parts as a body, one character a byte, and its Content-Type. @param type media type of the root part */
export function writeMultipart(parts: readonly Pick<Part, 'headers' | 'body'>[], type: string, boundary: string): { contentType: string; body: string } {
  const written = parts.map(({ headers, body }) => `--${boundary}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}\r\n`);
  return { contentType: `multipart/related; type="${type}"; boundary=${boundary}`, body: `${written.join('')}--${boundary}--\r\n` };
}
