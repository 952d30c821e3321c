/** Legal variants in versions: what their ids look like, whether there are any, and whether an update has to name one. */
import { createHash } from 'node:crypto';
import type { Bundle, BundleEntry, Resource } from '../../core/fhir';
import type { Behaviour } from '../behaviour';
import { mapResources, refusal, stating } from '../faults/honesty';
import { onBundle, onResource, responding, withEntries, withoutHeaders } from '../faults/rewriting';
import type { VariantRow } from '../faults/row';
import { splitUrl } from '../query-string';
import type { ServerRequest, ServerResponse } from '../request';

const HTTP = 'https://hl7.org/fhir/R4/http.html';

export const VERSION_VARIANTS: readonly VariantRow[] = [
  { id: 'opaque-version-ids', does: 'Version ids are no numbers.', url: 'https://hl7.org/fhir/R4/resource.html#Meta', override: opaqueVersionIds },
  { id: 'unversioned', does: 'There are no versions: no ETag, no meta.versionId, no history, and it says so.', url: `${HTTP}#versions`, override: unversioned },
  { id: 'unversioned-with-entity-tags', does: 'There are no versions, and it says so; the web framework gives each resource an ETag of its own, as HTTP has them.', url: 'https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3', override: entityTags },
  { id: 'past-versions-not-kept', does: 'Only the current version is kept: a vread of an older one is answered with 404, and histories hold the last one alone.', url: `${HTTP}#vread`, override: withoutPast },
  { id: 'history-goes-with-deletion', does: 'A deletion takes all versions of the resource and its history with it.', url: `${HTTP}#delete`, override: withoutDeleted },
  { id: 'updates-name-their-version', does: 'An update without If-Match of what exists is answered with 400, and versioned-update says so.', url: `${HTTP}#concurrency`, override: demandingVersions(['PUT'], 400) },
  {
    id: 'changes-name-their-version',
    does: 'An update, a patch or a deletion without If-Match of what exists is answered with 428, and versioned-update says so.',
    url: 'https://www.rfc-editor.org/rfc/rfc6585#section-3',
    override: demandingVersions(['PUT', 'PATCH', 'DELETE'], 428),
  },
  {
    id: 'last-updated-in-local-time',
    does: 'meta.lastUpdated is given in the time of another zone.',
    url: 'https://hl7.org/fhir/R4/datatypes.html#instant',
    override: responding((response) => ({ ...response, body: response.body.replace(/("lastUpdated":\s*")([^"]+Z)(")/g, (_, before: string, instant: string, after: string) => before + inZone(instant) + after) })),
  },
];

/** "If the server does not support accessing previous versions ... it should return a 404"; HAPI so set keeps none, and its statement is silent on readHistory. */
function withoutPast(reference: Behaviour): Partial<Behaviour> {
  const declared = stating((statement) => mapResources(statement, (row) => ({ ...row, readHistory: false })))(reference);
  const newest = new Map<string, number>();
  const keyOf = ({ resourceType, id }: Resource) => `${resourceType}/${id}`;
  return {
    response(response, request) {
      const answer = declared.response?.(response, request) ?? reference.response(response, request);
      const asked = /\/([A-Z]\w+\/[^/]+)\/_history\/(\d+)$/.exec(splitUrl(request.url).path);
      if (request.method === 'GET' && asked !== null && Number(asked[2]) < (newest.get(asked[1] ?? '') ?? 0)) return refusal(404, 'Past versions are not kept.');
      return onResource(answer, (resource) => {
        const version = Number(resource.meta?.versionId);
        if (resource.id !== undefined && version > (newest.get(keyOf(resource)) ?? 0)) newest.set(keyOf(resource), version);
        const { type, entry } = resource as Bundle;
        if (resource.resourceType !== 'Bundle' || type !== 'history' || entry === undefined) return undefined;
        const shown = new Set<string>();
        const referenceOf = (row: BundleEntry) => row.fullUrl ?? row.request?.url ?? '';
        // The newest first: the first of each is the one that is kept.
        // How many are left on the other pages is not known here.
        const rest: Bundle = { ...(resource as Bundle), entry: entry.filter((row) => !shown.has(referenceOf(row)) && shown.add(referenceOf(row)) !== undefined) };
        delete rest.total;
        return rest;
      });
    },
  };
}

/** "servers are free to completely delete the resource and it's history"; what is made again under the same id has the versions that it has since. */
function withoutDeleted(reference: Behaviour): Partial<Behaviour> {
  const gone = new Set<string>();
  const isAddress = /\/([A-Z]\w+\/[^/?]+)(?:\/_history(?:\/[^/]+)?)?$/;
  return {
    response(response, request) {
      const answer = reference.response(response, request);
      const { path } = splitUrl(request.url);
      const asked = isAddress.exec(path)?.[1];
      if (asked !== undefined && request.method === 'DELETE' && answer.status < 300) gone.add(asked);
      if (asked !== undefined && request.method === 'PUT' && answer.status < 300) gone.delete(asked);
      if (asked !== undefined && gone.has(asked) && path.includes('/_history')) return refusal(404, 'There is no such resource.');
      return onBundle(answer, ({ total: _, ...bundle }) => (bundle.type === 'history' ? withEntries(bundle, (bundle.entry ?? []).filter(({ fullUrl = '' }) => !gone.has(isAddress.exec(fullUrl)?.[1] ?? ''))) : undefined));
    },
  };
}

const VERSION_HEADERS = ['etag', 'location', 'content-location'];
const CONDITION_HEADERS = ['if-match', 'if-none-match'];

/** `4` is told as `v4x`, in headers, addresses and resources, and taken back in requests. */
function opaqueVersionIds(reference: Behaviour): Partial<Behaviour> {
  const told = (text: string) => text.replace(/(W\/(?:\\)?"|_history\/)(\d+)/g, '$1v$2x');
  // A number that a client made up names no version.
  const heard = (text: string) => text.replace(/(W\/(?:\\)?"|_history\/)(\d+)/g, '$1none-$2').replace(/(W\/(?:\\)?"|_history\/)v(\d+)x/g, '$1$2');
  const mapped = (headers: Record<string, string>, names: readonly string[], change: (text: string) => string) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, names.includes(name) ? change(value) : value]));
  return {
    request(request) {
      const { path, query } = splitUrl(request.url);
      const url = query === '' ? heard(path) : `${heard(path)}?${query}`;
      return reference.request({ ...request, url, headers: mapped(request.headers, CONDITION_HEADERS, heard), ...(request.body === undefined ? {} : { body: heard(request.body) }) });
    },
    response(response, request) {
      const answer = reference.response(response, request);
      const body = told(answer.body).replace(/("versionId":\s*")(\d+)(")/g, '$1v$2x$3');
      return { ...answer, headers: mapped(answer.headers, VERSION_HEADERS, told), body };
    },
  };
}

/** https://hl7.org/fhir/R4/valueset-versioning-policy.html: `no-version`. */
function unversioned(reference: Behaviour): Partial<Behaviour> {
  const declared = stating((statement) =>
    mapResources(withoutSystemHistory(statement), (row) => ({
      ...row,
      interaction: row.interaction?.filter(({ code }) => code !== 'vread' && !code.startsWith('history')),
      versioning: 'no-version',
      readHistory: false,
      conditionalRead: 'not-supported',
    })),
  )(reference);
  return {
    request: (request) => reference.request(withoutHeaders(request, ...CONDITION_HEADERS)),
    response(response, request) {
      if (/\/_history\b/.test(splitUrl(request.url).path)) return refusal(405, 'There are no versions.');
      const answer = declared.response?.(response, request) ?? reference.response(response, request);
      const located = Object.fromEntries(Object.entries(withoutHeaders(answer, 'etag').headers).map(([name, value]) => [name, name === 'location' || name === 'content-location' ? value.replace(/\/_history\/.*$/, '') : value]));
      return { ...answer, headers: located, body: withoutVersions(answer) };
    },
  };
}

/** What Express, nginx and others add by themselves: a tag of the bytes. */
function entityTags(reference: Behaviour): Partial<Behaviour> {
  const without = unversioned(reference);
  return {
    ...without,
    response(response, request) {
      const answer = without.response?.(response, request) ?? response;
      const reads = (request.method === 'GET' || request.method === 'HEAD') && answer.status === 200;
      return reads ? { ...answer, headers: { ...answer.headers, etag: `"${createHash('sha256').update(answer.body).digest('base64').slice(0, 27)}"` } } : answer;
    },
  };
}

function withoutSystemHistory(statement: Resource): Resource {
  const { rest } = statement as Resource & { rest?: { interaction?: { code: string }[] }[] };
  return { ...statement, rest: rest?.map((part) => ({ ...part, interaction: part.interaction?.filter(({ code }) => code !== 'history-system') })) };
}

function withoutVersions(response: ServerResponse): string {
  return onResource(response, (resource) => withoutVersion(resource) as Resource).body;
}

function withoutVersion(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutVersion(item, name));
  if (typeof value === 'string') return name === 'location' ? value.replace(/\/_history\/.*$/, '') : value;
  if (typeof value !== 'object' || value === null) return value;
  const left = Object.entries(value).filter(([key]) => !(name === 'meta' && key === 'versionId') && !(name === 'response' && key === 'etag'));
  return Object.fromEntries(left.map(([key, child]) => [key, withoutVersion(child, key)]));
}

/** The mark of a change that names no version; it holds only for what does not exist yet. */
const NO_VERSION = 'W/"scout-no-version"';

/** A change by criteria has no version to name, unless it is an update. */
function demandingVersions(methods: readonly ServerRequest['method'][], status: number): (reference: Behaviour) => Partial<Behaviour> {
  const isBlind = ({ method, url, headers }: ServerRequest) => methods.includes(method) && headers['if-match'] === undefined && (method === 'PUT' || !url.includes('?'));
  return (reference) => ({
    request: (request) => reference.request(isBlind(request) ? { ...request, headers: { ...request.headers, 'if-match': NO_VERSION } } : request),
    isCurrent: (ifMatch, current) => (ifMatch === NO_VERSION ? current?.resource === undefined : reference.isCurrent(ifMatch, current)),
    response: (response, request) => reference.response(response.status === 412 && isBlind(request) ? refusal(status, 'Name the version that you change: If-Match.') : response, request),
  });
}

/** The same instant two hours east of Greenwich. */
function inZone(instant: string): string {
  return new Date(Date.parse(instant) + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
}
