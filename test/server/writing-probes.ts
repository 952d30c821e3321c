/** What the planted faults of addresses, of the statement and of single writes show, beside the reference. */
import type { Bundle } from '../../scripts/core/fhir';
import { resourceOf } from './client';
import { after, bundleOf, header, patient, statement, status, twoVersions, type Probe, type Row } from './fault-probes';

const URN = 'urn:uuid:0f1c8d6e-5c55-4a4e-8f0e-6f9a1c0d7b01';
const accepting = (accept: string): Probe => (client) => client.send('GET', 'Patient/p1', undefined, { accept }).status;
/** What the first of two patients of a transaction says of the second. */
const linked = (more: object, pick: (made: { link?: { other: { reference: string } }[]; extension?: { valueUri: string }[] }) => string | undefined): Probe => (client) => {
  const entry = [patient(undefined, more), patient()].map((resource, i) => ({ fullUrl: i === 1 ? URN : `${URN.slice(0, -1)}2`, resource, request: { method: 'POST', url: 'Patient' } }));
  const answer = resourceOf(client.send('POST', '', bundleOf('transaction', ...entry))) as unknown as Bundle;
  const [made] = /Patient\/[^/]+/.exec(answer.entry?.[0]?.response?.location ?? '') ?? [''];
  return pick(resourceOf(client.send('GET', made)) as never)?.replace(/^urn:.*/, 'kept');
};

/** What a history of two versions of p3 says. */
const told = (url: string, pick: (bundle: Bundle) => unknown): Probe => after(twoVersions, (client) => pick(client.bundle(url)));
const OF_P3 = 'Patient/p3/_history';

export const WRITING_PROBES: Readonly<Record<string, Row>> = {
  'ids-ignore-case': [status('GET', 'Patient/P1'), 404, 200],
  'ids-of-any-type': [status('GET', 'Patient/s1'), 404, 200],
  'accept-with-version-refused': [accepting('application/fhir+json; fhirVersion=4.0'), 200, 406],
  'accept-any-refused': [accepting('*/*'), 200, 406],
  'head-of-unknown-is-200': [status('HEAD', 'Patient/none'), 404, 200],
  'vread-of-later-is-current': [status('GET', 'Patient/p1/_history/1001'), 404, 200],
  'vread-etag-of-current': [after(twoVersions, header('etag', 'GET', 'Patient/p3/_history/1')), 'W/"1"', 'W/"2"'],
  'history-shows-current-content': [told(OF_P3, ({ entry }) => entry?.map(({ resource }) => `${resource?.meta?.versionId ?? ''} ${String(resource?.['active'])}`).join(', ')), '2 true, 1 undefined', '2 true, 1 true'],
  'history-total-of-others': [told(OF_P3, ({ total }) => total), 2, 9],
  'history-etag-of-other-version': [told(OF_P3, ({ entry }) => entry?.map(({ response }) => response?.etag).join(' ')), 'W/"2" W/"1"', 'W/"1" W/"1"'],
  'outcome-of-own-code': [(client) => client.send('GET', 'Patient/none').body.includes('"code":"404"'), false, true],
  'statement-code-unknown': [statement((said) => (said.rest[0]?.resource[0] as { interaction?: { code: string }[] } | undefined)?.interaction?.at(-1)?.code === 'search'), false, true],
  'statement-mandatory-missing': [statement((said) => (said['software'] as { name?: string }).name === undefined), false, true],
  'statement-element-unknown': [statement((said) => said['supportedFormats']), undefined, ['json']],
  'versions-denied': [statement((said) => (said.rest[0]?.resource[0] as { versioning?: string } | undefined)?.versioning === 'no-version'), false, true],
  'write-etag-of-former-version': [header('etag', 'POST', 'Patient', patient()), 'W/"1"', 'W/"0"'],
  'patch-if-match-ignored': [(client) => client.send('PATCH', 'Patient/p1', [{ op: 'add', path: '/active', value: true }], { 'content-type': 'application/json-patch+json', 'if-match': 'W/"9"' }).status, 412, 200],
  'any-resource-type-taken': [status('POST', 'Patient', { resourceType: 'Basic', code: { text: 'x' } }), 400, 201],
  'transaction-inner-references-kept': [linked({ link: [{ other: { reference: URN }, type: 'seealso' }] }, ({ link }) => link?.[0]?.other.reference), 'Patient/new-2', 'kept'],
  'transaction-links-kept': [linked({ extension: [{ url: 'http://u', valueUri: URN }] }, ({ extension }) => extension?.[0]?.valueUri), 'Patient/new-2', 'kept'],
};
