/** A server over the fixture and a client that speaks to its handler: what the tests of this folder share. */
import type { Bundle, Resource } from '../../scripts/core/fhir';
import { FHIR_VERSIONS } from '../../scripts/core/fhir-version';
import { loadSearchDefinitions } from '../../scripts/search/definitions';
import type { Behaviour } from '../../scripts/server/behaviour';
import type { ServerResponse } from '../../scripts/server/request';
import { createFhirServer, type FhirServer, type FhirServerOptions } from '../../scripts/server/server';
import { FIXTURE } from './fixture';

export const BASE = 'http://127.0.0.1:8642/fhir';
export const definitions = loadSearchDefinitions(FHIR_VERSIONS.R4);

export interface Client {
  readonly server: FhirServer;
  /** Sends a request to a URL below the base, or to an absolute one. */
  send(method: string, url: string, body?: unknown, headers?: Record<string, string>): ServerResponse;
  /** The ids of all matches on all pages, in the order in which they came. */
  ids(url: string, headers?: Record<string, string>): string[];
  bundle(url: string, headers?: Record<string, string>): Bundle;
  post(url: string, form: string): ServerResponse;
}

/** A clock that moves one second at each look. */
export function tickingClock(start = '2026-01-01T00:00:00Z'): () => Date {
  let now = Date.parse(start);
  return () => new Date((now += 1000));
}

export function createClient(options: Partial<FhirServerOptions> & { behaviour?: Behaviour } = {}): Client {
  let count = 0;
  const bugs: unknown[] = [];
  const server = createFhirServer({
    version: FHIR_VERSIONS.R4,
    definitions,
    resources: FIXTURE,
    clock: tickingClock(),
    newId: () => `new-${(count += 1)}`,
    basePath: '/fhir',
    base: BASE,
    onBug: (error) => bugs.push(error),
    ...options,
  });
  const send: Client['send'] = (method, url, body, headers = {}) => {
    const path = url.startsWith('http') ? url.replace(/^https?:\/\/[^/]+/, '') : `/fhir${url.startsWith('?') || url === '' ? '' : '/'}${url}`;
    const typed = body === undefined || headers['content-type'] !== undefined ? headers : { 'content-type': 'application/fhir+json', ...headers };
    const response = server.handle({ method, url: path, headers: typed, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
    if (bugs.length > 0) throw bugs.pop();
    return response;
  };
  const bundle: Client['bundle'] = (url, headers) => JSON.parse(send('GET', url, undefined, headers).body) as Bundle;
  return {
    server,
    send,
    bundle,
    post: (url, form) => send('POST', url, form, { 'content-type': 'application/x-www-form-urlencoded' }),
    ids(url, headers) {
      const ids: string[] = [];
      let next: string | undefined = url;
      for (let page = 0; next !== undefined && page < 20; page += 1) {
        const response = send('GET', next, undefined, headers);
        if (response.status !== 200) return [`${response.status}`];
        const answer = JSON.parse(response.body) as Bundle;
        ids.push(...matchIds(answer));
        next = linkOf(answer, 'next');
      }
      return ids;
    },
  };
}

export function matchIds(bundle: Bundle): string[] {
  return (bundle.entry ?? []).filter((entry) => entry.search?.mode === 'match').map((entry) => String(entry.resource?.id));
}

export function linkOf(bundle: Bundle, relation: string): string | undefined {
  return bundle.link?.find((link) => link.relation === relation)?.url;
}

export function resourceOf(response: ServerResponse): Resource {
  return JSON.parse(response.body) as Resource;
}

/** Diagnostics of the first issue. */
export function diagnosticsOf(response: ServerResponse): string {
  const { resourceType, issue } = JSON.parse(response.body) as { resourceType: string; issue: { diagnostics: string }[] };
  if (resourceType !== 'OperationOutcome') throw new Error(`${resourceType} is no OperationOutcome`);
  return issue[0]?.diagnostics ?? '';
}
