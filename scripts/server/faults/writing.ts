/** Faults of writes that each stand for a class: what an answer names, what a patch passes over, what a body may be, which links a transaction follows. */
import type { BundleEntry, Resource } from '../../core/fhir';
import type { Override } from '../behaviour';
import { splitUrl } from '../query-string';
import { bundled } from './fidelity';
import { bodyOf } from './rest';
import { hearing, responding, withoutHeaders } from './rewriting';
import { clause, type FaultRow } from './row';

const isUrn = (value: unknown): value is string => typeof value === 'string' && value.startsWith('urn:uuid:');

export const WRITING_FAULTS: readonly FaultRow[] = [
  {
    id: 'write-etag-of-former-version',
    group: 'rest',
    does: 'The ETag in the answer to a write is that of the version before.',
    breaks: clause('write-headers', 'http.html#concurrency'),
    override: responding((response, request) => {
      const version = /^W\/"(\d+)"$/.exec(response.headers.etag ?? '')?.[1];
      return version === undefined || !['POST', 'PUT', 'PATCH'].includes(request.method) ? response : { ...response, headers: { ...response.headers, etag: `W/"${String(Number(version) - 1)}"` } };
    }),
  },
  { id: 'patch-if-match-ignored', group: 'rest', does: 'If-Match is passed over in patches.', breaks: clause('patch-contention', 'http.html#patch'), override: hearing((request) => (request.method === 'PATCH' ? withoutHeaders(request, 'if-match') : request)) },
  {
    id: 'any-resource-type-taken',
    group: 'rest',
    does: 'A resource of any type is taken for one of the type that the URL names.',
    breaks: clause('body-is-resource', 'http.html#create'),
    override: hearing((request) => {
      const type = /\/([A-Z][A-Za-z]+)(?:\/[^/]+)?$/.exec(splitUrl(request.url).path)?.[1];
      const body = request.method === 'POST' || request.method === 'PUT' ? bodyOf(request) : undefined;
      return type === undefined || body?.resourceType === undefined || body.resourceType === type ? request : { ...request, body: JSON.stringify({ resourceType: type, id: body.id, meta: body.meta }) };
    }),
  },
  {
    id: 'transaction-inner-references-kept',
    group: 'rest',
    does: 'A transaction resolves the references of a resource itself, not those inside of its lists, extensions and contained resources.',
    breaks: clause('transaction', 'http.html#trules'),
    override: relinking((name, value, depth) => (name === 'reference' && depth > 1 && isUrn(value) ? `${value}-kept` : value)),
  },
  {
    id: 'transaction-links-kept',
    group: 'rest',
    does: 'A transaction leaves links in elements of type uri and url and in narratives as they are.',
    breaks: clause('transaction-links', 'http.html#trules'),
    override: relinking((name, value) => (name === 'div' && typeof value === 'string' ? value.replaceAll('href="urn:', 'href="kept-urn:') : ['valueUri', 'valueUrl'].includes(name) && isUrn(value) ? `${value}-kept` : value)),
  },
];

/** Changes the strings in the resources of a Bundle before it is carried out, so that what is no link to an entry any more stays as it is. */
export function relinking(change: (name: string, value: unknown, depth: number, entry: BundleEntry) => unknown): Override {
  return bundled((entries) => entries.map((entry) => (entry.resource === undefined ? entry : { ...entry, resource: mapped(entry.resource, '', 0, (name, value, depth) => change(name, value, depth, entry)) as Resource })));
}

function mapped(value: unknown, name: string, depth: number, change: (name: string, value: unknown, depth: number) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => mapped(item, name, depth + 1, change));
  if (typeof value !== 'object' || value === null) return change(name, value, depth - 1);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapped(inner, key, depth + 1, change)]));
}
