/** Faults of servers that the tests of writing find, each by the one test that is there for it; those that stand for a class are planted ones as well (scripts/server/faults). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, BundleEntry, Resource } from '../../scripts/core/fhir';
import type { Override } from '../../scripts/server/behaviour';
import { bundled } from '../../scripts/server/faults/fidelity';
import { refusal } from '../../scripts/server/faults/honesty';
import { bodyOf } from '../../scripts/server/faults/rest';
import { hearing, onBundle, onResource, responding, withoutHeaders } from '../../scripts/server/faults/rewriting';
import { relinking } from '../../scripts/server/faults/writing';
import { FAULTS as PLANTED } from '../../scripts/server/faults';
import { VARIANTS } from '../../scripts/server/variants';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';


let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'scout-write-faults-'))));
afterEach(() => rmSync(dir, { recursive: true }));

async function verdictOf(test: string, overrides: readonly Override[]): Promise<string> {
  const { transport } = embedded({ resources: [], overrides });
  const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, write: true, journalDir: dir, runId: 'faults', only: [test] });
  const [result] = results;
  return `${String(result?.verdict)}: ${String(result?.message)}`;
}

const storing = (change: (resource: Resource) => Resource): Override => (reference) => ({ stored: (resource) => change(reference.stored(resource)) });
const isType = (url: string) => /\/[A-Z][A-Za-z]+$/.test(url);
const operationsOf = (body: string | undefined) => JSON.parse(body ?? '[]') as { op?: string; path?: string; value?: unknown }[];
const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];
const patching = (change: (operations: ReturnType<typeof operationsOf>) => unknown): Override =>
  hearing((request) => (request.method === 'PATCH' && request.body?.startsWith('[') === true ? { ...request, body: JSON.stringify(change(operationsOf(request.body))) } : request));
const inTransaction = (body: string | undefined): readonly BundleEntry[] => (body?.includes('"type":"transaction"') === true ? ((JSON.parse(body) as Bundle).entry ?? []) : []);

/** The index is told nothing, or what was before, where the request that changes something is of this kind. */
const unindexed = (applies: (method: string, url: string) => boolean): Override => (reference) => {
  let now = false;
  return {
    request(request) {
      now = applies(request.method, request.url);
      return reference.request(request);
    },
    indexed: (resource, previous) => (now ? previous : reference.indexed(resource, previous)),
  };
};

/** A stale If-Match is refused, and the update carried out. */
const refusedButDone: Override = (reference) => {
  let stale = false;
  return {
    isCurrent(ifMatch, current) {
      stale = !reference.isCurrent(ifMatch, current);
      return true;
    },
    response(response, request) {
      const answer = reference.response(response, request);
      const refuse = stale && request.method === 'PUT';
      stale = false;
      return refuse ? refusal(412, 'Another version is the current one.') : answer;
    },
  };
};

/** The planted fault of this id. */
const planted = (id: string): Override => PLANTED.find((fault) => fault.id === id)?.override ?? (() => ({}));

/** What is included has not the identifiers that it has. */
const includedOtherwise = responding((answer, request) =>
  request.url.includes('_include=') ? onBundle(answer, (bundle) => ({ ...bundle, entry: bundle.entry?.map((entry) => (entry.search?.mode === 'include' && entry.resource !== undefined ? { ...entry, resource: { ...entry.resource, identifier: [] } } : entry)) })) : answer);

/** Several matches of a conditional interaction are refused, and the first of them changed or deleted, or another created. */
const severalButDone = (interaction: 'create' | 'update' | 'delete'): Override => (reference) => {
  let several = false;
  return {
    candidates(asked, matches) {
      if (asked !== interaction || matches.length < 2) return reference.candidates(asked, matches);
      several = true;
      return interaction === 'create' ? [] : matches.slice(0, 1);
    },
    response(response, request) {
      const answer = reference.response(response, request);
      const refuse = several;
      several = false;
      return refuse ? refusal(412, 'Several match.') : answer;
    },
  };
};

/** A conditional create answers as if what was deleted were there. */
const findingDeleted: Override = (reference) => {
  const gone: Resource[] = [];
  return {
    unindexed(resource) {
      gone.push(resource);
      return reference.unindexed(resource);
    },
    response(response, request) {
      const answer = reference.response(response, request);
      const criteria = decodeURIComponent(request.headers['if-none-exist'] ?? '');
      const found = criteria !== '' && gone.some((resource) => (resource['identifier'] as { value: string }[] | undefined)?.some(({ value }) => criteria.includes(value)) === true);
      return found ? { ...withoutHeaders(answer, 'location'), status: 200 } : answer;
    },
  };
};

/** What a transaction that failed was to delete is gone. */
const deletionsKept: Override = (reference) => {
  const gone = new Set<string>();
  return {
    response(response, request) {
      const answer = reference.response(response, request);
      if (answer.status >= 400) for (const entry of inTransaction(request.body)) if (entry.request?.method === 'DELETE') gone.add(`/fhir/${entry.request.url}`);
      return request.method === 'GET' && gone.has(request.url) ? refusal(410, 'It was deleted.') : answer;
    },
  };
};

/** A patch leaves no trace in the history. */
const patchesUntold: Override = (reference) => {
  const untold = new Set<string>();
  return {
    response(response, request) {
      const answer = reference.response(response, request);
      if (request.method === 'PATCH' && answer.headers.etag !== undefined) untold.add(`${request.url} ${answer.headers.etag}`);
      return request.url.endsWith('/_history') ? onBundle(answer, (bundle) => ({ ...bundle, total: undefined, entry: bundle.entry?.filter((entry) => !untold.has(`${request.url.replace('/_history', '')} ${entry.response?.etag ?? ''}`)) })) : answer;
    },
  };
};

/** No version of what was deleted can be read; histories are as they were. */
const lostWithDeletion: Override = (reference) => {
  const gone = new Set<string>();
  return {
    response(response, request) {
      if (request.method === 'DELETE') gone.add(request.url);
      return gone.has(request.url.split('/_history/')[0] ?? '') && request.url.includes('/_history/') ? refusal(410, 'It was deleted.') : reference.response(response, request);
    },
  };
};

const answeringEntries = (change: (response: NonNullable<BundleEntry['response']>) => BundleEntry['response']): Override =>
  responding((answer) => onBundle(answer, (bundle) => (bundle.type?.endsWith('-response') === true ? { ...bundle, entry: bundle.entry?.map((entry) => ({ ...entry, response: change(entry.response ?? { status: '200' }) })) } : undefined)));

/** What a Bundle brings keeps the time that it came with. */
const timesOfBundles: Override = (reference) => {
  const times = new Map<string, string>();
  const keyOf = (resource: Resource) => JSON.stringify(resource['identifier']);
  return {
    request(request) {
      const body = request.method === 'POST' ? (bodyOf(request) as Bundle | undefined) : undefined;
      for (const { resource } of body?.resourceType === 'Bundle' ? (body.entry ?? []) : []) if (resource?.meta?.lastUpdated !== undefined) times.set(keyOf(resource), resource.meta.lastUpdated);
      return reference.request(request);
    },
    response: (response, request) => onResource(reference.response(response, request), (resource) => {
      const time = times.get(keyOf(resource));
      return time === undefined ? undefined : { ...resource, meta: { ...resource.meta, lastUpdated: time } };
    }),
  };
};

/** A history leaves out what Bundles wrote: known by the locations in their answers, and by the ETags where there is none. */
const historyWithoutBundles: Override = (reference) => {
  const written = new Set<string>();
  return {
    response: (response, request) => onBundle(reference.response(response, request), (bundle) => {
      if (bundle.type?.endsWith('-response') === true) {
        for (const [i, { response: told }] of (bundle.entry ?? []).entries()) {
          const place = told?.location?.replace(/^.*\/(\w+\/[^/]+)\/_history\/.*$/, '$1') ?? (bodyOf(request) as Bundle).entry?.[i]?.request?.url ?? '';
          written.add(`${place} ${told?.etag ?? ''}`);
        }
      }
      if (!request.url.includes('/_history')) return undefined;
      return { ...bundle, total: undefined, entry: bundle.entry?.filter(({ resource }) => !written.has(`${resource?.resourceType ?? ''}/${resource?.id ?? ''} W/"${resource?.meta?.versionId ?? ''}"`)) };
    }),
  };
};

/** A patch of the id gives the resource another one. */
const idPatched: Override = (reference) => {
  const ids = new Map<string, string>();
  return {
    request(request) {
      const heard = reference.request(request);
      const [operation] = heard.method === 'PATCH' ? operationsOf(heard.body) : [];
      if (operation?.path !== '/id') return heard;
      ids.set(heard.url, String(operation.value));
      return { ...heard, body: '[]' };
    },
    response: (response, request) => onResource(reference.response(response, request), (resource) => (ids.has(request.url) && request.method === 'GET' ? { ...resource, id: String(ids.get(request.url)) } : undefined)),
  };
};

type Row = readonly [does: string, test: string, override: Override, says: RegExp];

const FAULTS: readonly Row[] = [
  ['the answer to a create repeats what was sent', 'write.patient.create-representation', responding((answer, request) => (request.method === 'POST' && isType(request.url) && answer.status === 201 ? { ...answer, body: request.body ?? '' } : answer)), /repeats what was sent/],
  ['a year becomes its first day', 'write.patient.round-trip', storing((resource) => (/^\d{4}$/.test(String(resource['birthDate'])) ? { ...resource, birthDate: `${String(resource['birthDate'])}-01-01` } : resource)), /differs .* at Patient.birthDate/],
  ['false is not kept', 'write.patient.round-trip', storing((resource) => Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== false)) as Resource), /differs .* at Patient.active/],
  ['marks of HTML are escaped', 'write.patient.round-trip', hearing((request) => (request.body === undefined ? request : { ...request, body: request.body.replaceAll('a < b & ', 'a &lt; b &amp; ') })), /differs .* at Patient.name/],
  ['gaps in lists are closed', 'write.patient.round-trip-details', storing((resource) => JSON.parse(JSON.stringify(resource).replace('"given":[null,', '"given":[')) as Resource), /at Patient.name\[0\].given/],
  ['times are kept in UTC', 'write.patient.round-trip-details', storing((resource) => (typeof resource['deceasedDateTime'] === 'string' ? { ...resource, deceasedDateTime: new Date(resource['deceasedDateTime']).toISOString() } : resource)), /at Patient.deceasedDateTime/],
  ['fractions of seconds are cut', 'write.patient.round-trip-details', storing((resource) => (typeof resource['deceasedDateTime'] === 'string' ? { ...resource, deceasedDateTime: resource['deceasedDateTime'].replace(/\.\d+/, '') } : resource)), /at Patient.deceasedDateTime/],
  ['white space is folded', 'write.patient.round-trip-details', storing((resource) => JSON.parse(JSON.stringify(resource).replace(/( |\\n)+/g, ' ')) as Resource), /at Patient.name\[0\].text/],
  ['contained resources are sorted', 'write.patient.round-trip-details', storing((resource) => (Array.isArray(resource['contained']) ? { ...resource, contained: (resource['contained'] as { id: string }[]).toSorted((a, b) => (a.id < b.id ? -1 : 1)) } : resource)), /at Patient.contained\[0\]/],
  ['language and narrative are not kept', 'write.patient.round-trip-details', storing(({ language: _, text: __, ...resource }) => resource), /at Patient.language, Patient.text/],
  ['leading zeros are cut', 'write.patient.round-trip-details', storing((resource) => JSON.parse(JSON.stringify(resource).replace('"01067"', '"1067"')) as Resource), /at Patient.address\[0\].postalCode/],
  ['codes are folded', 'write.patient.round-trip-details', storing((resource) => JSON.parse(JSON.stringify(resource).replace('"code":"de-CH"', '"code":"de-ch"')) as Resource), /at Patient.communication\[0\]/],
  ['references keep their address alone', 'write.patient.round-trip-foreign', storing((resource) => (Array.isArray(resource['generalPractitioner']) ? { ...resource, generalPractitioner: (resource['generalPractitioner'] as { reference?: string }[]).map(({ reference }) => ({ reference })) } : resource)), /at Patient.generalPractitioner\[0\]/],
  ['criteria are taken without their systems', 'write.patient.conditional-create', hearing((request) => ({ ...request, headers: { ...request.headers, ...(request.headers['if-none-exist'] === undefined ? {} : { 'if-none-exist': request.headers['if-none-exist'].replace(/identifier=[^&]*%7C/g, 'identifier=') }) } })), /^fail: .* the same value under another system/],
  ['of several criteria the last one alone counts', 'write.patient.conditional-create', hearing((request) => ({ ...request, headers: { ...request.headers, ...(request.headers['if-none-exist'] === undefined ? {} : { 'if-none-exist': request.headers['if-none-exist'].replace(/^.*&/, '') }) } })), /second of its criteria/],
  ['a history shows the content of the newest version in all', 'write.patient.history', planted('history-shows-current-content'), /shows the birthDate 1999-12-11 in its first version too/],
  ['what was deleted is still brought along', 'write.imagingstudy.chain-deleted', planted('include-brings-deleted'), /_include=ImagingStudy:patient still brings it/],
  ['what is brought along is not what it has become', 'write.imagingstudy.chain-after-update', includedOtherwise, /brings it with the former one/],
  ['a vread has the ETag of the current version', 'write.patient.vread-old', responding((answer, request) => (/_history\/1$/.test(request.url) ? { ...answer, headers: { ...answer.headers, etag: 'W/"2"' } } : answer)), /has the ETag W\/"2", that of the current version/],
  ['references below two lists are kept as they came', 'write.transaction.nested-references', storing((resource) => JSON.parse(JSON.stringify(resource).replace(/("actor":\{"reference":")Patient[^"]*/, '$1urn:uuid:0f1c8d6e-5c55-4a4e-8f0e-6f9a1c0d7b01')) as Resource), /^fail: series.performer.actor of .* refers to "urn:/],
  ['who asks by the version before is told that nothing has changed', 'write.patient.last-updated', responding((response, request) => (request.method === 'GET' && request.headers['if-none-match'] !== undefined && response.headers.etag === 'W/"2"' ? { ...response, status: 304, body: '' } : response)), /^fail: .* W\/"1", that of the version before, is answered by 304/],
  ['the version is taken off references', 'write.patient.round-trip-foreign', storing((resource) => JSON.parse(JSON.stringify(resource).replace('/_history/2', '')) as Resource), /at Patient.managingOrganization.reference/],
  ['references to other servers are made local', 'write.patient.round-trip-foreign', storing((resource) => JSON.parse(JSON.stringify(resource).replaceAll('https://elsewhere.example/fhir/', '')) as Resource), /at Patient.managingOrganization.reference, Patient.generalPractitioner/],
  ['create is declared, and refused', 'write.patient.create', responding((answer, request) => (request.method === 'POST' && isType(request.url) && !request.url.includes('_search') && request.body?.includes('"Trial"') !== true ? refusal(405, 'No.') : answer)), /create is declared on Patient, but/],
  ['a Location has the base path twice', 'write.patient.location', responding((answer) => (answer.headers['location'] === undefined ? answer : { ...answer, headers: { ...answer.headers, location: answer.headers['location'].replace('/fhir/', '/fhir/fhir/') } })), /leads nowhere/],
  ['a vread of the version before a deletion is refused, though the history holds it', 'write.patient.vread-deleted', lostWithDeletion, /though the history still holds it/],
  ['a vread of a deletion returns the version before it', 'write.patient.vread-deleted', responding((answer, request) => (answer.status === 410 && request.url.includes('/_history/') ? { ...answer, status: 200, body: '{"resourceType":"Patient","meta":{"versionId":"1"}}' } : answer)), /returns version 1 instead of 410/],
  ['the history leaves out the deletion alone', 'write.patient.history-type', responding((answer, request) => (request.url.includes('_history') ? onBundle(answer, (bundle) => ({ ...bundle, entry: bundle.entry?.filter((entry) => entry.request?.method !== 'DELETE') })) : answer)), /^fail: .* leaves out the deletion/],
  ['create is refused for one declared type', 'write.each-type.create', responding((answer, request) => (request.method === 'POST' && request.url.endsWith('/Endpoint') ? refusal(405, 'Not allowed.') : answer)), /create is declared for Endpoint, but POST Endpoint is answered by 405/],
  ['a body with a charset is refused', 'write.patient.content-type-charset', responding((answer, request) => (request.method === 'POST' && /charset/.test(request.headers['content-type'] ?? '') ? refusal(415, 'Unsupported.') : answer)), /charset=utf-8 is answered by 415/],
  ['an empty body breaks the server', 'write.patient.no-resource', responding((answer, request) => (request.method === 'POST' && isType(request.url) && request.body === '' ? { ...answer, status: 500, body: '' } : answer)), /no body at all is answered by 500/],
  ['a stale If-Match is refused, but the update done', 'write.patient.stale-if-match', refusedButDone, /carried out all the same/],
  ['a refused update with another id is done', 'write.patient.update-other-id', (reference) => ({ ...hearing((request) => (request.method === 'PUT' ? { ...request, body: JSON.stringify({ ...bodyOf(request), id: request.url.split('/').at(-1) }) } : request))(reference), response: (answer, request) => (request.method === 'PUT' && bodyOf(request)?.id !== request.url.split('/').at(-1) ? refusal(400, 'Another id.') : reference.response(answer, request)) }), /is changed all the same/],
  ['of several matches one is updated, though refused', 'write.patient.conditional-update-several', severalButDone('update'), /changes .* all the same/],
  ['of several matches one is deleted, though refused', 'write.patient.conditional-delete-several', severalButDone('delete'), /is gone/],
  ['where several match another is created, though refused', 'write.patient.conditional-create-several', severalButDone('create'), /makes another all the same/],
  ['what was deleted counts as a match', 'write.patient.conditional-create-deleted', findingDeleted, /takes what was deleted for a match/],
  ['a conditional delete of nothing is 404', 'write.patient.conditional-delete-none', responding((answer, request) => (request.method === 'DELETE' && request.url.includes('?') ? refusal(404, 'Nothing matches.') : answer)), /404/],
  ['a search does not see a patch', 'write.patient.patch-searchable', unindexed((method) => method === 'PATCH'), /does not find it/],
  ['the history leaves out what a patch made', 'write.patient.patch-version', patchesUntold, /its history holds/],
  ['a JSON Patch adds at the end, whatever the index', 'write.patient.patch-lists', patching((operations) => operations.map((operation) => (operation.op === 'add' ? { ...operation, path: operation.path?.replace(/\d+$/, '-') } : operation))), /instead of \["One","New"/],
  ['unknown operations of a JSON Patch are passed over', 'write.patient.patch-impossible', patching((operations) => operations.filter(({ op = '' }) => OPERATIONS.includes(op))), /there is no such operation/],
  ['a JSON Patch is done up to what cannot be', 'write.patient.patch-impossible', (reference) => ({ ...patching((operations) => operations.slice(0, 1))(reference), response: (answer, request) => (request.method === 'PATCH' && operationsOf(request.body).length > 1 ? refusal(422, 'It cannot be done.') : reference.response(answer, request)) }), /its first one has been carried out/],
  ['a JSON Patch that is no list breaks the server', 'write.patient.patch-no-patch', responding((answer, request) => (request.method === 'PATCH' && answer.status === 400 ? { ...answer, status: 500, body: '' } : answer)), /is answered by 500/],
  ['a patch changes the id', 'write.patient.patch-id', idPatched, /a Patient of id/],
  ['an update in a transaction keeps its references', 'write.transaction.reference-in-update', relinking((name, value, _, entry) => (name === 'reference' && entry.request?.method === 'PUT' && String(value).startsWith('urn:') ? `${String(value)}-kept` : value)), /the study refers to "urn:/],
  ['references to an entry that matched are kept', 'write.transaction.reference-to-match', bundled((entries) => entries.map((entry) => (entry.request?.ifNoneExist === undefined ? entry : { ...entry, fullUrl: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0b' }))), /was there already \(ifNoneExist\)/],
  ['a failed transaction keeps its deletions', 'write.transaction.atomic-late', deletionsKept, /has deleted .* all the same/],
  ['relative references to an entry at an address are kept', 'write.transaction.reference-by-address', relinking((name, value) => (name === 'reference' && /^Patient\/[^?]*$/.test(String(value)) ? `${String(value)}-kept` : value)), /subject of .* refers to "Patient\/.*-kept"/],
  ['absolute references to an entry at an address are kept', 'write.transaction.reference-by-address', relinking((name, value) => (name === 'reference' && String(value).startsWith('https:') ? `${String(value)}-kept` : value)), /extension.valueReference of .* refers to "https:/],
  ['references to an entry that updates are kept', 'write.transaction.reference-to-update', bundled((entries) => entries.map((entry) => (entry.request?.method === 'PUT' ? { ...entry, fullUrl: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0b' } : entry))), /which leads nowhere/],
  ['references to an entry that updates by criteria are kept', 'write.transaction.reference-to-conditional-update', bundled((entries) => entries.map((entry) => (entry.request?.url.includes('?') === true ? { ...entry, fullUrl: 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0b' } : entry))), /by criteria, but the study/],
  ['references by search are resolved before anything is made', 'write.transaction.conditional-reference-made', bundled((entries) => JSON.parse(JSON.stringify(entries).replace(/"reference":"Patient\?identifier=[^"]*"/g, '"reference":"Patient?identifier=none"')) as BundleEntry[]), /is answered by 412/],
  ['references by search are kept', 'write.transaction.conditional-reference-made', bundled((entries) => JSON.parse(JSON.stringify(entries).replace(/"reference":"Patient\?identifier=[^"]*"/g, '"reference":"Patient/search"')) as BundleEntry[]), /is stored as "Patient\/search"/],
  ...(['batch', 'transaction'] as const).flatMap((type): Row[] => [
    [`a ${type} keeps the time of the body`, `write.${type}.versions`, timesOfBundles, /has the meta.lastUpdated of the body/],
    [`a ${type} names another version`, `write.${type}.versions`, answeringEntries((response) => ({ ...response, etag: 'W/"7"' })), /has the ETag W\/"7"/],
    [`a ${type} names another time`, `write.${type}.versions`, answeringEntries((response) => ({ ...response, lastModified: '2020-01-01T00:00:00Z' })), /has lastModified 2020/],
    [`the history leaves out what a ${type} wrote`, `write.${type}.versions`, historyWithoutBundles, /but its history holds/],
  ]),
  ['a search does not see a transaction', 'write.transaction.searchable', unindexed((method, url) => method === 'POST' && /\/fhir\/?$/.test(url)), /is not found/],
  ['a transaction names other versions', 'write.transaction.entity-tags', responding((answer) => onBundle(answer, (bundle) => (bundle.type === 'transaction-response' ? { ...bundle, entry: bundle.entry?.map((entry) => ({ ...entry, response: { ...entry.response, status: entry.response?.status ?? '', etag: 'W/"7"' } })) } : undefined))), /has the ETag W\/"7"/],
  ['an empty transaction is refused', 'write.transaction.empty', responding((answer, request) => (request.body?.includes('"transaction"') === true && !request.body.includes('"entry"') ? refusal(400, 'No entries.') : answer)), /it is no error/],
  ['a search in a batch passes over its criteria', 'write.batch.interactions', bundled((entries) => entries.map((entry) => (entry.request?.method === 'GET' ? { ...entry, request: { ...entry.request, url: entry.request.url.replace(/\?.*$/, '') } } : entry))), /finds/],
];

test('a server may refuse a resource with a modifier extension, and write the markup of a narrative anew', async () => {
  const refusing = responding((answer, request) => (request.body?.includes('modifierExtension') === true ? refusal(422, 'This modifier extension is not understood.') : answer));
  expect(await verdictOf('write.patient.modifier-extension', [refusing])).toMatch(/^pass: .* is refused/);
  const rewriting = storing((resource) => JSON.parse(JSON.stringify(resource).replace('<p>', '<p class=\\"x\\">')) as Resource);
  expect(await verdictOf('write.patient.round-trip-details', [rewriting])).toMatch(/^pass/);
});

test.each(['history-deleted', 'history-type', 'history-system', 'vread-deleted'])('a deletion that takes the whole history with it is legal: %s', async (only) => {
  expect(await verdictOf(`write.patient.${only}`, VARIANTS.filter(({ id }) => id === 'history-goes-with-deletion').map(({ override }) => override))).toMatch(/^(warn|info): .*(its history was deleted|its versions with it)/);
});

test.each(['update', 'delete'])('with one match on a page, a change by criteria that several meet is judged all the same: %s', async (change) => {
  expect(await verdictOf(`write.patient.conditional-${change}-several`, [() => ({ pageSize: () => 1 })])).toMatch(/^pass/);
  // A next link that leads nowhere: what else meets the criteria is not known.
  const elsewhere = responding((answer) => onBundle(answer, (bundle) => ({ ...bundle, link: bundle.link?.map((link) => (link.relation === 'next' ? { ...link, url: 'http://elsewhere.test/fhir/Patient' } : link)) })));
  expect(await verdictOf(`write.patient.conditional-${change}-several`, [(reference) => ({ pageSize: () => 1, ...elsewhere(reference) })])).toMatch(/^no-data/);
});

test.each(FAULTS)('%s', async (_, only, override, says) => {
  expect(await verdictOf(only, [])).toMatch(/^(pass|info)/);
  const verdict = await verdictOf(only, [override]);
  expect(verdict).toMatch(/^(fail|warn)/);
  expect(verdict).toMatch(says);
});
