/** Probes of faults of servers that look at what a resource was. */
import type { Bundle } from '../../scripts/core/fhir';
import { resourceOf, type Client } from './client';
import { after, bundleOf, drop, found, patient, type Row } from './fault-probes';
import { MRN } from './fixture';

const imaging = (subject: string, code: string) => ({ resourceType: 'ImagingStudy', id: 's2', status: 'available', subject: { reference: subject }, series: [{ uid: '1.2.3.2.1', modality: { code } }] });
const renamed = (client: Client) => client.send('PUT', 'Patient/p1', patient('p1', { identifier: [{ system: MRN, value: 'Z9' }] }));
const moved = (client: Client) => client.send('PUT', 'ImagingStudy/s2', imaging('Patient/p1', 'MR'));
const reshot = (client: Client) => client.send('PUT', 'ImagingStudy/s2', imaging('Patient/p2', 'US'));
const revived = (client: Client) => {
  client.send('DELETE', 'Patient/p3');
  return client.send('PUT', 'Patient/p3', patient('p3'));
};
const put = (version: string) => bundleOf('batch', { resource: patient('p3'), request: { method: 'PUT', url: 'Patient/p3', ifMatch: `W/"${version}"` } });
const unchanged = bundleOf('batch', { request: { method: 'GET', url: 'Patient/p3', ifNoneMatch: 'W/"1"' } });
const meta = (client: Client) => resourceOf(client.send('GET', 'Patient/p1')).meta;
/** Whether the time of the last change is another than that of the creation. */
const hasMoved = (client: Client) => [meta(client)?.lastUpdated, renamed(client)].slice(0, 1).map((before) => meta(client)?.lastUpdated !== before);

export const CURRENCY_PROBES: Readonly<Record<string, Row>> = {
  'chain-sees-former-target': [after(renamed, found('ImagingStudy?patient.identifier=Z9')), 's1', ''],
  'chain-follows-former-reference': [after(moved, found('ImagingStudy?patient.identifier=A1')), 's1 s2', 's1'],
  'has-sees-former-source': [after(reshot, found('Patient?_has:ImagingStudy:patient:modality=US')), 'p2', ''],
  'chain-follows-deleted': [after(drop('Patient', 'p1'), found('ImagingStudy?patient.identifier=A1')), '', 's1'],
  'include-brings-deleted': [after(drop('Patient', 'p1'), (client) => client.bundle('ImagingStudy?_id=s1&_include=ImagingStudy:patient').entry?.length), 1, 2],
  'last-updated-of-creation': [hasMoved, [true], [false]],
  'last-updated-search-of-creation': [(client) => [meta(client)?.lastUpdated, renamed(client)].slice(0, 1).map((before) => client.ids(`Patient?_id=p1&_lastUpdated=le${before as string}`).length), [0], [1]],
  'search-shows-former-copy': [after(renamed, (client) => JSON.stringify(client.bundle('Patient?identifier=Z9').entry?.[0]?.resource?.['identifier']).includes('Z9')), true, false],
  'search-shows-less': [after((client) => client.send('PUT', 'Patient/p1', patient('p1', { text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">A</div>' } })), (client) => client.bundle('Patient?_id=p1').entry?.map(({ resource }) => 'text' in (resource ?? {}))), [true], [false]],
  'version-id-reused': [after(revived, (client) => resourceOf(client.send('GET', 'Patient/p3')).meta?.versionId), '3', '1'],
  'bundle-if-match-ignored': [(client) => (resourceOf(client.send('POST', '', put('9'))) as Bundle).entry?.map(({ response }) => response?.status.slice(0, 3)), ['412'], ['200']],
  'bundle-if-none-match-ignored': [(client) => (resourceOf(client.send('POST', '', unchanged)) as Bundle).entry?.map(({ response }) => response?.status.slice(0, 3)), ['304'], ['200']],
};
