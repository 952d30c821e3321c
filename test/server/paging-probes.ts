/** Probes of the faults of later pages, links, totals and forms: with the fault the answer is wrong, without it right. */
import type { Bundle } from '../../scripts/core/fhir';
import { linkOf, matchIds, type Client } from './client';
import { after, found, patient, self, type Probe, type Row } from './fault-probes';
import { DCM } from './fixture';

const following = (url: string, relation: string, then?: string): Probe => (client) => {
  const page = client.bundle(String(linkOf(client.bundle(url), relation)));
  return matchIds(then === undefined ? page : client.bundle(String(linkOf(page, then)))).join(' ');
};
const second = (client: Client, url: string): Bundle => client.bundle(String(linkOf(client.bundle(url), 'next')));
const posted = (form: string): Probe => (client) => matchIds(JSON.parse(client.post('ImagingStudy/_search', form).body) as Bundle).join(' ');

export const PAGING_PROBES: Readonly<Record<string, Row>> = {
  'history-since-ignored-in-short-pages': [(client) => (['', '/p1'] as const).map((of) => client.bundle(`Patient${of}/_history?_since=2126-01-01T00:00:00Z`).entry?.length), [undefined, undefined], [2, undefined]],
  'inactive-hidden': [after((client) => client.send('PUT', 'Patient/p3', patient('p3', { active: false })), (client) => [client.ids('Patient?_id=p3').length, client.ids('Patient?active=false').length]), [1, 1], [0, 1]],
  'next-loses-repeats': [following('ImagingStudy?_id=s1,s2,s4&_id=s1,s2,s3,s4&_count=1', 'next', 'next'), 's4', 's3'],
  'next-loses-reverse-chain': [following('Patient?_has:ImagingStudy:patient:modality=SR,MR&_sort=-_id&_count=1', 'next'), 'p1', 'p2'],
  'first-link-repeats-page': [following('ImagingStudy?_count=2', 'next', 'first'), 's1 s2', 's3 s4'],
  'previous-link-skips-page': [following('ImagingStudy?_count=2', 'next', 'previous'), 's1 s2', 's5'],
  'last-link-beyond': [following('ImagingStudy?_count=2', 'last'), 's5', ''],
  'total-of-rest': [(client) => second(client, 'ImagingStudy?_count=2').total, 5, 3],
  'sort-first-direction-for-all': [found('ImagingStudy?_sort=-status,started'), 's3 s5 s1 s4 s2', 's3 s5 s2 s4 s1'],
  'empty-entry-list': [(client) => client.bundle('ImagingStudy?_id=none').entry?.length, undefined, 0],
  'post-last-repeat-wins': [posted('modality=CT&modality=MR'), 's4', 's2 s4'],
  'post-chain-ignored': [posted('patient.family=Adams'), 's1', 's1 s2 s3 s4 s5'],
  'post-sort-ignored': [posted('_sort=-_id'), 's5 s4 s3 s2 s1', 's1 s2 s3 s4 s5'],
  'self-link-drops-system': [self(`ImagingStudy?modality=${DCM}|CT`), `ImagingStudy?modality=${DCM}%7CCT`, 'ImagingStudy?modality=CT'],
};
