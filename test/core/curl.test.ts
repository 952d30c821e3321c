import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { curlLine } from '../../scripts/core/curl';
import type { HttpRequest } from '../../scripts/core/result';

const get = (url: string, headers: Record<string, string> = {}): HttpRequest => ({ method: 'GET', url, headers });

/** What a shell would hand to curl as its arguments. */
function argumentsSeen(line: string): string[] {
  const script = `curl() { for argument in "$@"; do printf '%s\\0' "$argument"; done; }\n${line}`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('curlLine', () => {
  it('writes a GET with its headers and the address last', () => {
    expect(curlLine(get('http://localhost:8080/fhir/ImagingStudy?modality=CT&_count=5', { accept: 'application/fhir+json' }))).toBe(
      "curl -H 'accept: application/fhir+json' 'http://localhost:8080/fhir/ImagingStudy?modality=CT&_count=5'",
    );
  });

  it('asks for HEAD with the option that does not wait for a body', () => {
    expect(curlLine({ method: 'HEAD', url: 'http://h/fhir', headers: {} })).toBe('curl --head http://h/fhir');
  });

  it('keeps curl from adding a form content type of its own', () => {
    expect(curlLine({ method: 'POST', url: 'http://h/fhir', headers: {}, body: '{}' })).toBe("curl -H Content-Type: --data-raw '{}' http://h/fhir");
    expect(curlLine({ method: 'PUT', url: 'http://h/fhir', headers: { 'Content-Type': 'application/json' }, body: '' })).toBe(
      "curl -X PUT -H 'Content-Type: application/json' --data-raw '' http://h/fhir",
    );
  });

  it('switches globbing off where the address has brackets', () => {
    expect(argumentsSeen(curlLine(get('http://[::1]:8080/fhir/Patient/{x}')))).toEqual(['--globoff', 'http://[::1]:8080/fhir/Patient/{x}']);
  });

  it('sends an empty header instead of removing it, and never breaks a header line', () => {
    expect(argumentsSeen(curlLine(get('http://h', { 'x-empty': '', 'x-two': 'a\r\nEvil: b' })))).toEqual([
      '-H', 'x-empty;', '-H', 'x-two: a Evil: b', 'http://h',
    ]);
  });

  it('names a body that no command line can hold', () => {
    const line = curlLine({ method: 'POST', url: 'http://h', headers: { 'content-type': 'a/b' }, body: 'x'.repeat(200_000) });
    expect(line).toContain('--data-binary @request-body.txt');
    expect(line.length).toBeLessThan(200);
  });

  it('lets nothing reach the shell: address and body come out as they went in', () => {
    const nasty = fc.array(fc.constantFrom("'", '"', '$(id)', '`id`', '\\', '\n', '!', ';', '&', '|', '*', ' ', 'é', '🩻', '@f', '-x')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(nasty, nasty, (query, body) => {
        const url = `http://h/?q=${query}`;
        const seen = argumentsSeen(curlLine({ method: 'POST', url, headers: { 'content-type': 'a/b' }, body }));
        expect(seen).toEqual(['-H', 'content-type: a/b', '--data-raw', body, url]);
      }),
      { numRuns: 40 },
    );
  });
});
