/** A transport that answers from a function, for servers that no one would write on purpose. */
import type { HttpResponse } from '../../scripts/core/result';
import type { Transport, WireRequest } from '../../scripts/tester/http/transport';

export const BASE = 'http://server.test/fhir';

export interface Heard extends WireRequest {
  /** Path and query below the base. */
  path: string;
}

/** A transport over `answer`, and everything it was asked. */
export function fakeServer(answer: (request: Heard, count: number) => Partial<HttpResponse> & { json?: unknown }): { transport: Transport; heard: Heard[] } {
  const heard: Heard[] = [];
  const transport: Transport = (request, { maxBytes }) => {
    const path = request.url.startsWith(`${BASE}/`) ? request.url.slice(BASE.length + 1) : request.url;
    const asked = { ...request, path };
    heard.push(asked);
    const { json, ...rest } = answer(asked, heard.length);
    const body = rest.body ?? (json === undefined ? '' : JSON.stringify(json));
    const cut = body.length > maxBytes ? { body: body.slice(0, maxBytes), truncatedAt: maxBytes } : { body };
    return Promise.resolve({ status: 200, headers: { 'content-type': 'application/fhir+json' }, ...rest, ...cut });
  };
  return { transport, heard };
}

/** A small CapabilityStatement that declares ImagingStudy with some search parameters. */
export function statement(parameters: readonly string[] = ['modality'], more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-01-01',
    kind: 'instance',
    implementation: { description: 'A server for tests.' },
    fhirVersion: '4.0.1',
    format: ['json'],
    software: { name: 'Fake', version: '1' },
    rest: [
      {
        mode: 'server',
        resource: [
          {
            type: 'ImagingStudy',
            interaction: [{ code: 'read' }, { code: 'search-type' }],
            searchParam: parameters.map((name) => ({ name, type: name === 'started' ? 'date' : 'token' })),
          },
        ],
      },
    ],
    ...more,
  };
}

/** A search set of resources. */
export function searchset(resources: readonly Record<string, unknown>[], more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...more,
    entry: resources.map((resource) => ({ fullUrl: `${BASE}/${String(resource['resourceType'])}/${String(resource['id'])}`, resource, search: { mode: 'match' } })),
  };
}

export const noWait = (): Promise<void> => Promise.resolve();
