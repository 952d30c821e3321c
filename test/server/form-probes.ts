/** Probes of faults in searches by POST: how the form is decoded, and what is heard beside it. */
import type { Bundle } from '../../scripts/core/fhir';
import { matchIds, resourceOf } from './client';
import { patient, type Probe, type Row } from './fault-probes';

const posted = (form: string): Probe => (client) => matchIds(resourceOf(client.post('ImagingStudy/_search', form)) as Bundle).join(' ');
const named: Probe = (client) => {
  client.send('PUT', 'Patient/n', patient('n', { name: [{ given: ['Ann Mary'] }] }));
  return matchIds(resourceOf(client.post('Patient/_search', 'given%3Aexact=Ann+Mary')) as Bundle).join(' ');
};
const inForm = { prefer: 'handling=strict', 'content-type': 'application/x-www-form-urlencoded' };

export const FORM_PROBES: Readonly<Record<string, Row>> = {
  'post-plus-stays': [named, 'n', ''],
  'post-encoded-plus-is-space': [(client) => client.post('ImagingStudy/_search', 'started=2024-01-02T05%3A30%3A00%2B01%3A00').status, 200, 400],
  'post-encoded-comma-joins': [posted('modality=SR%2CMR'), 's1 s2 s4', ''],
  'post-escaped-comma-splits': [posted('_tag=a%5C%2Cb'), 's3', ''],
  'strict-ignored-by-post': [(client) => [client.send('POST', 'ImagingStudy/_search', 'nonsense=1', inForm), client.send('GET', 'ImagingStudy?nonsense=1', undefined, { prefer: 'handling=strict' })].map(({ status }) => status), [400, 400], [200, 400]],
};
