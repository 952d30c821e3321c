/**
 * A resource or an entry as a server sent it in, the same with what every test reads by its FHIR type out: a server may send anything anywhere.
 * What has another JSON type there counts as absent; what was sent stays at hand, for the test of its form accuses it.
 */
import { isCoding, type BundleEntry, type Meta, type Resource } from '../core/fhir';
import { isObject } from '../core/json';
import { without } from './without';

const sent = new WeakMap<Resource, Resource>();

/** The resource as the server sent it. */
export function asSent(resource: Resource): Resource {
  return sent.get(resource) ?? resource;
}

/** The resource, its id and the elements of its meta being what their types say; itself, where they are. */
export function wellTyped(resource: Resource): Resource {
  const { id, meta }: { id?: unknown; meta?: unknown } = resource;
  if ((id === undefined || typeof id === 'string') && (meta === undefined || (isObject(meta) && MEMBERS.every(([name, is]) => meta[name] === undefined || is(meta[name]))))) return resource;
  const kept = typeof id === 'string' ? resource : without(resource, 'id');
  const typed: Resource = { ...without(kept, 'meta'), resourceType: resource.resourceType, ...(isObject(meta) ? { meta: wellTypedMeta(meta) } : {}) };
  sent.set(typed, resource);
  return typed;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isList = (is: (item: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(is);
/** Elements of every meta: https://hl7.org/fhir/R4/resource.html#Meta */
const MEMBERS: readonly (readonly [keyof Meta, (value: unknown) => boolean])[] = [['versionId', isText], ['lastUpdated', isText], ['source', isText], ['profile', isList(isText)], ['tag', isList(isCoding)], ['security', isList(isCoding)]];

/** Of a list the items that are right stay: what carries a run's tag is the run's, whatever stands beside it. */
function wellTypedMeta(meta: Record<string, unknown>): Meta {
  const list = (name: keyof Meta, is: (item: unknown) => boolean) => (Array.isArray(meta[name]) ? { [name]: (meta[name] as unknown[]).filter(is) } : {});
  const text = (name: keyof Meta) => (isText(meta[name]) ? { [name]: meta[name] } : {});
  return { ...without(meta, ...MEMBERS.map(([name]) => name)), ...text('versionId'), ...text('lastUpdated'), ...text('source'), ...list('profile', isText), ...list('tag', isCoding), ...list('security', isCoding) };
}

/**
 * The entry, what it says of itself being what its types say; itself, where it is. Without a resource, where that is none; a request or response that
 * is no object counts as one that says nothing; a status that is no text is told as such.
 */
export function wellTypedEntry(entry: BundleEntry): BundleEntry {
  const { fullUrl, resource, request, response }: Record<keyof BundleEntry, unknown> = { fullUrl: undefined, search: undefined, resource: undefined, request: undefined, response: undefined, ...entry };
  const typed = resource === undefined ? undefined : isOfId(resource) ? wellTyped(resource) : undefined;
  const [asked, answered] = [members(request, REQUEST), members(response, RESPONSE)];
  const status: unknown = isObject(response) ? response['status'] : undefined;
  if (typed === resource && asked === request && answered === response && (fullUrl === undefined || isText(fullUrl))) return entry;
  return {
    ...without(entry, 'fullUrl', 'resource', 'request', 'response'),
    ...(isText(fullUrl) ? { fullUrl } : {}),
    ...(typed === undefined ? {} : { resource: typed }),
    ...(asked === undefined ? {} : { request: asked as NonNullable<BundleEntry['request']> }),
    ...(answered === undefined ? {} : { response: { ...(status === undefined || isText(status) ? {} : { status: `(no text: ${JSON.stringify(status)})` }), ...answered } as NonNullable<BundleEntry['response']> }),
  };
}

const REQUEST = ['method', 'url', 'ifMatch', 'ifNoneMatch', 'ifNoneExist', 'ifModifiedSince'];
const RESPONSE = ['status', 'location', 'etag', 'lastModified'];

/** What is no resource, or has an id that is none, is not looked at as one. */
function isOfId(value: unknown): value is Resource {
  return isObject(value) && isText(value['resourceType']) && (value['id'] === undefined || isText(value['id']));
}

/** An object whose named members are texts, where they are there. */
function members(value: unknown, names: readonly string[]): object | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) return {};
  const wrong = names.filter((name) => value[name] !== undefined && !isText(value[name]));
  return wrong.length === 0 ? value : without(value, ...wrong);
}
