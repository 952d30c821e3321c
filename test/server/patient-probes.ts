/** Probes of what a token bound to one patient learns of others in roundabout ways: forward includes, histories, chains, counts. */
import { resourceOf, type Client } from './client';
import type { Probe, Row } from './fault-probes';

const as = (token: string) => ({ authorization: `Bearer ${token}` });
/** A list that everybody sees, of a study (s2) that `one` does not see. */
const listed = (probe: Probe): Probe => (client) => {
  client.send('PUT', 'List/l1', { resourceType: 'List', id: 'l1', status: 'current', mode: 'working', entry: [{ item: { reference: 'ImagingStudy/s2' } }] }, as('all'));
  return probe(client);
};
const seen = (url: string): Probe => (client: Client) => (client.bundle(url, as('one')).entry ?? []).map((entry) => entry.resource?.id).join(' ');

export const PATIENT_PROBES: Readonly<Record<string, Row>> = {
  'other-patient-included-forward': [listed(seen('List?_include=List:item')), 'l1', 'l1 s2'],
  'other-patient-history': [(client) => resourceOf(client.send('GET', 'ImagingStudy/s2/_history', undefined, as('one'))).resourceType, 'OperationOutcome', 'Bundle'],
  'other-patient-through-chain': [listed(seen('List?item:ImagingStudy.status=available')), '', 'l1'],
  'other-patient-counted-by-summary': [(client) => client.bundle('ImagingStudy?_summary=count', as('one')).total, 4, 5],
};
