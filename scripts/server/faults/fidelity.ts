/** Faults of servers that do not keep what they take, name another version than they made, or bend the finer rules of transactions. */
import type { Bundle, BundleEntry, Resource } from '../../core/fhir';
import type { Behaviour, Override } from '../behaviour';
import { saidIn } from '../body-text';
import { splitUrl } from '../query-string';
import type { ServerRequest } from '../request';
import { passingOver } from './patch';
import { bodyOf } from './rest';
import { clause, type FaultRow } from './row';
import { hearing, onBundle, onResource, responding, withoutHeaders } from './rewriting';

const precision = clause('decimal-precision', 'datatypes.html#decimal');
const kept = clause('content-kept', 'http.html#create');
const location = clause('create-location', 'http.html#create');
const transaction = clause('transaction', 'http.html#trules');

/** The store keeps another resource than came in. */
const keeping = (change: (resource: Resource) => Resource): Override => (reference) => ({ stored: (resource) => change(reference.stored(resource)) });
const without = (...names: string[]) => keeping((resource) => Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name))) as Resource);
const locating = (change: (stated: string) => string) =>
  responding((response) => (response.headers['location'] === undefined ? response : { ...response, headers: { ...response.headers, location: change(response.headers['location']) } }));
const isVread = (request: ServerRequest) => request.method === 'GET' && /\/_history\/[^/]+$/.test(splitUrl(request.url).path);

export const FIDELITY_FAULTS: readonly FaultRow[] = [
  { id: 'contained-dropped', group: 'rest', does: 'Contained resources are not kept.', breaks: kept, override: without('contained') },
  { id: 'extensions-dropped', group: 'rest', does: 'Extensions of resources are not kept.', breaks: kept, override: without('extension') },
  { id: 'primitive-extensions-dropped', group: 'rest', does: 'Extensions of primitive values are not kept.', breaks: kept, override: keeping((resource) => Object.fromEntries(Object.entries(resource).filter(([name]) => !name.startsWith('_'))) as Resource) },
  { id: 'modifier-extensions-dropped', group: 'rest', does: 'Modifier extensions of resources are not kept.', breaks: clause('modifier-extension', 'domainresource-definitions.html#DomainResource.modifierExtension'), override: without('modifierExtension') },
  { id: 'updates-merged', group: 'rest', does: 'An update leaves what it does not name as it was.', breaks: kept, override: mergedUpdates },
  { id: 'labels-dropped', group: 'rest', does: 'Security labels are not kept.', breaks: kept, override: keeping(({ meta, ...resource }) => ({ ...resource, ...(meta === undefined ? {} : { meta: Object.fromEntries(Object.entries(meta).filter(([name]) => name !== 'security')) }) })) },
  { id: 'long-text-cut', group: 'rest', does: 'Descriptions are cut after 255 characters.', breaks: kept, override: keeping((resource) => (typeof resource['description'] === 'string' ? { ...resource, description: resource['description'].slice(0, 255) } : resource)) },
  { id: 'started-at-midnight', group: 'rest', does: 'A study whose start is a date, a month or a year is kept as begun at midnight UTC of the first day.', breaks: kept, override: keeping((resource) => (typeof resource['started'] === 'string' && /^\d{4}(-\d\d){0,2}$/.test(resource['started']) ? { ...resource, started: `${resource['started'].padEnd(10, '-01')}T00:00:00Z` } : resource)) },
  // A copy forgets how its numbers were written: core/exact-json.ts.
  { id: 'decimal-zeros-dropped', group: 'rest', does: 'Zeros at the end of decimals are not kept.', breaks: precision, override: keeping((resource) => structuredClone(resource)) },
  { id: 'decimal-zeros-dropped-in-xml', group: 'rest', does: 'Answers and bodies in XML lose the zeros at the end of decimals.', breaks: precision, override: (reference) => ({ writtenInXml: (resource) => structuredClone(reference.writtenInXml(resource)), readFromXml: (resource) => structuredClone(reference.readFromXml(resource)) }) },
  {
    id: 'lists-reversed',
    group: 'rest',
    does: 'The reasons of a study are kept in another order.',
    breaks: kept,
    override: keeping((resource) => ({ ...resource, ...Object.fromEntries(['reasonCode', 'reason'].flatMap((name) => (Array.isArray(resource[name]) ? [[name, (resource[name] as unknown[]).toReversed()]] : []))) })),
  },
  {
    id: 'letters-lost',
    group: 'rest',
    does: 'Letters beyond ASCII become question marks.',
    breaks: clause('content-type', 'http.html#mime-type'),
    override: hearing((request) => (request.body === undefined || request.method === 'GET' ? request : { ...request, body: request.body.replace(/[^\p{ASCII}]/gu, '?') })),
  },
  {
    id: 'last-updated-absent',
    group: 'rest',
    does: 'Resources have no meta.lastUpdated.',
    breaks: clause('create-meta', 'http.html#create'),
    override: responding((response) => onResource(response, (resource) => JSON.parse(JSON.stringify(resource, (name, value: unknown) => (name === 'lastUpdated' ? undefined : value))) as Resource)),
  },
  { id: 'location-without-version', group: 'rest', does: 'The Location of a create names no version.', breaks: location, override: locating((stated) => stated.replace(/\/_history\/.*$/, '')) },
  { id: 'location-of-other-version', group: 'rest', does: 'The Location of a create names a version that is not there.', breaks: location, override: locating((stated) => `${stated}0`) },
  { id: 'location-on-inner-host', group: 'rest', does: 'The Location of a create is an address inside the operator\'s network.', breaks: location, override: locating((stated) => stated.replace(/^https?:\/\/[^/]+/, 'http://fhir-node-3.internal:8080')) },
  {
    id: 'update-answers-old-version',
    group: 'rest',
    does: 'An update answers with another version than it made.',
    breaks: clause('update', 'http.html#update'),
    override: responding((response, request) => (request.method === 'PUT' && response.status === 200 ? onResource(response, (resource) => (resource.meta === undefined ? undefined : { ...resource, meta: { ...resource.meta, versionId: '0' } })) : response)),
  },
  {
    id: 'vread-with-current-version-id',
    group: 'rest',
    does: 'A vread returns the old content under another version id.',
    breaks: clause('vread', 'http.html#vread'),
    override: responding((response, request) => (isVread(request) ? onResource(response, (resource) => ({ ...resource, meta: { ...resource.meta, versionId: '99' } })) : response)),
  },
  {
    id: 'vread-returns-first',
    group: 'rest',
    does: 'A vread of any version returns the first.',
    breaks: clause('vread', 'http.html#vread'),
    override: hearing((request) => (isVread(request) ? { ...request, url: request.url.replace(/(\/_history\/)\d+/, '$11') } : request)),
  },
  { id: 'vread-of-deletion-is-former', group: 'rest', does: 'A vread of a deletion returns what was deleted, under the version id of the deletion.', breaks: clause('vread', 'http.html#vread'), override: formerOfDeletion },
  {
    id: 'json-patch-remove-ignored',
    group: 'rest',
    does: 'The remove operation of a JSON Patch is passed over.',
    breaks: clause('patch', 'http.html#patch'),
    override: passingOver('remove'),
  },
  {
    id: 'patch-of-nothing-is-200',
    group: 'rest',
    does: 'A patch of what does not exist is answered by 200.',
    breaks: clause('patch', 'http.html#patch'),
    override: responding((response, request) => (request.method === 'PATCH' && response.status === 404 ? { ...response, status: 200 } : response)),
  },
  {
    id: 'conditional-create-by-first-criterion',
    group: 'rest',
    does: 'Of the criteria of a conditional create only the first counts.',
    breaks: clause('conditional-create', 'http.html#ccreate'),
    override: hearing((request) => {
      const criteria = request.headers['if-none-exist'];
      return criteria === undefined ? request : { ...withoutHeaders(request, 'if-none-exist'), headers: { ...request.headers, 'if-none-exist': criteria.replace(/&.*$/, '') } };
    }),
  },
  {
    id: 'bundle-if-none-exist-ignored',
    group: 'rest',
    does: 'ifNoneExist of the entries of a batch or transaction is passed over.',
    breaks: clause('conditional-create', 'http.html#ccreate'),
    override: bundled((entries) => entries.map(({ request, ...entry }) => ({ ...entry, ...(request === undefined ? {} : { request: { method: request.method, url: request.url } }) }))),
  },
  {
    id: 'transaction-overlap-accepted',
    group: 'rest',
    does: 'Of two entries of a transaction that change the same resource the last one wins.',
    breaks: transaction,
    override: bundled((entries) => entries.filter(({ request }, i) => request?.method !== 'PUT' || !entries.slice(i + 1).some((later) => later.request?.url === request.url && later.request.method === 'PUT'))),
  },
  {
    id: 'transaction-keeps-search-references',
    group: 'rest',
    does: 'A reference by search in a transaction becomes a reference to nothing.',
    breaks: transaction,
    override: bundled((entries) => JSON.parse(JSON.stringify(entries).replace(/"reference":"(\w+)\?[^"]*"/g, '"reference":"$1/search"')) as BundleEntry[]),
  },
  {
    id: 'transaction-answers-as-processed',
    group: 'rest',
    does: 'The answer to a transaction has its entries in the order in which they were processed.',
    breaks: clause('transaction-response', 'http.html#transaction-response'),
    override: responding((response, request) => onBundle(response, (bundle) => (bundle.type === 'transaction-response' ? { ...bundle, entry: processed(bundle, bodyOf(request)) } : undefined))),
  },
  {
    id: 'transaction-reads-first',
    group: 'rest',
    does: 'A transaction reads before it writes.',
    breaks: clause('transaction-order', 'http.html#trules'),
    override: responding((response, request) =>
      onBundle(response, (bundle) =>
        bundle.type === 'transaction-response' ? { ...bundle, entry: (bundle.entry ?? []).map((entry, i) => (entriesOf(bodyOf(request))[i]?.request?.method === 'GET' && entry.resource?.['birthDate'] !== undefined ? { ...entry, resource: { ...entry.resource, birthDate: '1980-02-29' } } : entry)) } : undefined,
      ),
    ),
  },
];

/** The index is told of a write together with what was there, so this knows what to merge with. */
function mergedUpdates(reference: Behaviour): Partial<Behaviour> {
  const current = new Map<string, Resource>();
  const keyOf = ({ resourceType, id }: Resource) => `${resourceType}/${id ?? ''}`;
  return {
    stored(resource) {
      return reference.stored({ ...current.get(keyOf(resource)), ...resource });
    },
    indexed(resource, previous) {
      current.set(keyOf(resource), resource);
      return reference.indexed(resource, previous);
    },
    unindexed(resource) {
      current.delete(keyOf(resource));
      return reference.unindexed(resource);
    },
  };
}

/** What was last shown of each resource, in answers of its own and in histories. */
function formerOfDeletion(reference: Behaviour): Partial<Behaviour> {
  const seen = new Map<string, Resource>();
  return responding((response, request) => {
    const asked = /\/([A-Z]\w+\/[^/]+)\/_history\/([^/]+)$/.exec(splitUrl(request.url).path);
    const former = seen.get(asked?.[1] ?? '');
    if (response.status === 410 && request.method === 'GET' && former !== undefined) return { ...response, status: 200, body: JSON.stringify({ ...former, meta: { ...former.meta, versionId: asked?.[2] } }) };
    if (response.status < 300 && response.body.startsWith('{')) {
      const resource = saidIn(response);
      for (const one of resource.resourceType === 'Bundle' ? entriesOf(resource).flatMap((entry) => entry.resource ?? []) : [resource]) seen.set(`${one.resourceType}/${one.id ?? ''}`, one);
    }
    return response;
  })(reference);
}

/** Changes the entries of a batch or transaction that comes in. */
export function bundled(change: (entries: readonly BundleEntry[]) => readonly BundleEntry[]): Override {
  return hearing((request) => {
    const body = request.method === 'POST' ? bodyOf(request) : undefined;
    const entries = entriesOf(body);
    return entries.length === 0 ? request : { ...request, body: JSON.stringify({ ...body, entry: change(entries) }) };
  });
}

function entriesOf(resource: Resource | undefined): readonly BundleEntry[] {
  return resource?.resourceType === 'Bundle' ? ((resource as Bundle).entry ?? []) : [];
}

const TURNS = ['DELETE', 'POST', 'PUT', 'PATCH', 'GET', 'HEAD'];

function processed(answer: Bundle, asked: Resource | undefined): BundleEntry[] {
  const methods = entriesOf(asked).map(({ request }) => TURNS.indexOf(request?.method ?? 'GET'));
  return (answer.entry ?? []).map((entry, i) => ({ entry, turn: methods[i] ?? 0 })).sort((a, b) => a.turn - b.turn).map(({ entry }) => entry);
}
