/** A planted DICOMweb fault or legal variant in, the DICOMweb tester's whole run against a server that has it out; no socket is involved. */
import type { Run } from '../../core/result';
import { demoFiles } from '../../dicom/dicomweb-demo';
import { createArchive } from '../../server/dicomweb/archive';
import { dicomwebOverrides } from '../../server/dicomweb/planted';
import { createDicomwebServer } from '../../server/dicomweb/server';
import { runDicomwebTests } from '../../tester/dicomweb/run-dicomweb-tests';
import { DICOMWEB_TESTS } from '../../tester/dicomweb/tests/index';
import type { ServerRequest, ServerResponse } from '../../server/request';
import type { Transport } from '../../tester/http/transport';

/** A host name that no resolver knows (RFC 6761). */
export const PACS_ORIGIN = 'http://pacs.invalid';

/** Answers as the network would: what is longer than wanted is cut. */
export function transportTo(server: { handle(request: ServerRequest): ServerResponse }, origin: string): Transport {
  return ({ method, url, headers, body, encoding }, { maxBytes }) => {
    const request = { method, url: url.slice(origin.length), headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])), ...(body === undefined ? {} : { body }), ...(encoding === undefined ? {} : { encoding }) };
    const response = server.handle(request);
    return Promise.resolve(response.body.length > maxBytes ? { ...response, headers: { ...response.headers }, body: response.body.slice(0, maxBytes), truncatedAt: maxBytes } : { ...response, headers: { ...response.headers } });
  };
}

let files: Buffer[] | undefined;

/** Tests a fresh server over the demo studies with a fault or variant; without one, the reference server. */
export async function runDicomwebPlanted(id: string | undefined, signal?: AbortSignal): Promise<Run> {
  files ??= demoFiles();
  const server = createDicomwebServer({ archive: createArchive(files), overrides: id === undefined ? [] : dicomwebOverrides([id]) });
  server.rebase(PACS_ORIGIN);
  return runDicomwebTests(
    { url: `${PACS_ORIGIN}/dicom-web`, uriUrl: `${PACS_ORIGIN}/wado`, write: true, transport: transportTo(server, PACS_ORIGIN), runId: 'selftest', wait: () => Promise.resolve(), concurrency: 1, ...(signal === undefined ? {} : { signal }) },
    DICOMWEB_TESTS,
  );
}
