/** An HTTP request in, the command line that repeats it out; secrets must be masked before. */
import type { HttpRequest } from './result';

/** One argument of a command line may hold 128 KiB on Linux; a longer body is named, not spelled out. */
const LONGEST_ARGUMENT = 100_000;

/**
 * The request as one curl command for a POSIX shell: every argument is quoted, so nothing in it is expanded, substituted or run.
 *
 * @example
 * curlLine({ method: 'GET', url: 'http://localhost/fhir/ImagingStudy?modality=CT', headers: { accept: 'application/fhir+json' } })
 * // curl -H 'accept: application/fhir+json' 'http://localhost/fhir/ImagingStudy?modality=CT'
 */
export function curlLine(request: HttpRequest): string {
  const words = ['curl', ...methodWords(request)];
  for (const [name, value] of Object.entries(request.headers)) words.push('-H', quote(headerWord(name, value)));
  // Without a Content-Type of the request's own curl would add that of a form.
  if (request.body !== undefined && !hasHeader(request, 'content-type')) words.push('-H', quote('Content-Type:'));
  if (request.body !== undefined) words.push(...bodyWords(request.body, request.encoding === undefined));
  // curl reads brackets and braces in a URL as a pattern of many URLs.
  if (/[[\]{}]/.test(request.url)) words.push('--globoff');
  words.push(quote(request.url));
  return words.join(' ');
}

/** HEAD needs its own option (with -X HEAD curl waits for a body); GET without a body and POST with one are curl's defaults. */
function methodWords({ method, body }: HttpRequest): string[] {
  if (method === 'HEAD') return ['--head'];
  if (method === (body === undefined ? 'GET' : 'POST')) return [];
  return ['-X', quote(method)];
}

/** curl removes a header written `Name:`; an empty value is asked for by `Name;`. A line break cannot be part of a header. */
function headerWord(name: string, value: string): string {
  const line = value.replace(/[\r\n\0]+/g, ' ').trim();
  return line === '' ? `${name};` : `${name}: ${line}`;
}

/** `--data-raw`, because `--data` would read a file where the text begins with an at sign. */
function bodyWords(body: string, isText: boolean): string[] {
  // No argument of any program can hold a NUL.
  const text = body.replaceAll('\0', '');
  return !isText || text.length > LONGEST_ARGUMENT ? ['--data-binary', '@request-body.txt'] : ['--data-raw', quote(text)];
}

function hasHeader(request: HttpRequest, name: string): boolean {
  return Object.keys(request.headers).some((key) => key.toLowerCase() === name);
}

/** Plain words stay as they are; all else stands between single quotes, where a POSIX shell leaves every character alone. */
function quote(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
