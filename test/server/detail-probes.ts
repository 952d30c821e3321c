/** Probes of the faults in spelling, systems, zones and months: with the fault the answer is wrong, without it right. */
import type { Resource } from '../../scripts/core/fhir';
import { after, found, type Row } from './fault-probes';
import { DCM } from './fixture';

const holding = (resource: Resource, url: string) => after((client) => client.send('PUT', `${resource.resourceType}/${resource.id}`, resource), found(url));

export const DETAIL_PROBES: Readonly<Record<string, Row>> = {
  'or-systems-crossed': [found(`ImagingStudy?modality=${DCM}|MR,urn:fhir-scout:other|CT`), 's4 s5', 's1 s4 s5'],
  'not-system-ignored': [found(`ImagingStudy?modality:not=${DCM}|CT`), 's2 s3 s5', 's2 s3'],
  'system-slash-ignored': [found(`ImagingStudy?modality=${DCM}/|CT`), '', 's1 s4'],
  'identifier-zeros-cut-in-index': [holding({ resourceType: 'Patient', id: 'p9', identifier: [{ value: '0042' }] }, 'Patient?identifier=0042'), 'p9', ''],
  'identifier-zeros-ignored': [holding({ resourceType: 'Patient', id: 'p9', identifier: [{ value: '0042' }] }, 'Patient?identifier=42'), '', 'p9'],
  'identifier-wildcards': [holding({ resourceType: 'Patient', id: 'p9', identifier: [{ value: '0042' }] }, 'Patient?identifier=00_2'), '', 'p9'],
  'instances-indexed-in-part': [
    holding({ resourceType: 'ImagingStudy', id: 's9', status: 'available', subject: { reference: 'Patient/p1' }, series: [{ uid: '1.2.9', modality: { code: 'CT' }, instance: [1, 2, 3, 4, 5, 6].map((n) => ({ uid: `1.2.9.${n}`, sopClass: { code: 'x' } })) }] }, 'ImagingStudy?instance=1.2.9.6'),
    's9',
    '',
  ],
  'token-text-case-told-apart': [found('ImagingStudy?reason:text=a cough'), 's1', ''],
  'of-type-system-ignored': [found('ImagingStudy?identifier:of-type=urn:none|ACSN|ACC-1'), '', 's1'],
  'string-wildcards': [found('Patient?family:exact=A_%25'), '', 'p1'],
  'contains-case-told-apart': [found('Patient?family:contains=DAM'), 'p1', ''],
  'uri-slash-ignored': [holding({ resourceType: 'ValueSet', id: 'v1', status: 'active', url: 'https://x.example/vs' }, 'ValueSet?url=https://x.example/vs/'), '', 'v1'],
  'date-zone-minutes-lost': [found('ImagingStudy?started=2024-01-01T15:30:00%2B05:30'), 's1', ''],
  'date-minute-as-second': [found('ImagingStudy?started=2024-01-02T00:00Z'), 's3 s4', 's3'],
  'date-period-end-as-instant': [holding({ resourceType: 'DiagnosticReport', id: 'dr9', status: 'final', code: { text: 'x' }, effectivePeriod: { start: '2024-03-30', end: '2024-03-31' } }, 'DiagnosticReport?date=gt2024-03-31T09:00:00Z'), 'dr9', ''],
  'reference-identifier-system-ignored': [holding({ resourceType: 'ImagingStudy', id: 's9', status: 'available', subject: { identifier: { system: 'urn:a', value: '1' } } }, 'ImagingStudy?subject:identifier=urn:b|1'), '', 's9'],
  'reference-ids-compared-alone': [found('ImagingStudy?subject=Patient/p1'), 's1', 's1 s3'],
  'chain-type-ignored': [found('ImagingStudy?subject:Patient._id=p1,d1'), 's1', 's1 s3 s4'],
  'sort-by-first-value': [found('ImagingStudy?_id=s1,s2&_sort=-modality'), 's1 s2', 's2 s1'],
  'date-month-ends-early': [holding({ resourceType: 'Patient', id: 'p9', birthDate: '1999-12-31' }, 'Patient?birthdate=1999-12'), 'p9', ''],
};
