/** Probes of the faults in how single values are matched: tokens, references, dates, strings, uris, numbers, quantities, composites. */
import type { Resource } from '../../scripts/core/fhir';
import { found, type Probe, type Row } from './fault-probes';
import { DCM } from './fixture';

/** What is found where the server also holds these; ids of their own. */
const holding = (resources: readonly Resource[], url: string): Probe => (client) => {
  for (const resource of resources) client.send('PUT', `${resource.resourceType}/${resource.id}`, resource);
  return client.ids(url).join(' ');
};
const UCUM = 'http://unitsofmeasure.org';
const measured = (id: string, code: string, value: object, component: object[] = []) => ({ resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: 'urn:fhir-scout:code', code }] }, valueQuantity: value, ...(component.length === 0 ? {} : { component }) });
const part = (code: string, value: number) => ({ code: { coding: [{ system: 'urn:fhir-scout:code', code }] }, valueQuantity: { value } });
const MEASURED = [
  measured('o1', 'EF', { value: 55, system: UCUM, code: '%' }, [part('A', 1), part('B', 2)]),
  measured('o2', 'EF', { value: 55.4, system: UCUM, code: '%' }),
  measured('o3', 'QA', { value: 55, unit: '%' }),
  measured('o4', 'QA', { value: 90, system: 'urn:fhir-scout:unit', code: '%' }),
];
const MODALITIES = [{ resourceType: 'ValueSet', id: 'v1', url: 'urn:fhir-scout:vs', status: 'active', compose: { include: [{ system: DCM, concept: [{ code: 'CT' }] }] } }];
const TYPED = [{ resourceType: 'Patient', id: 'n1', identifier: [{ type: { text: 'Hospital number' }, value: 'H1' }], name: [{ given: ['First', 'Second'] }, { family: 'Former' }] }];
const NAMED = [
  { resourceType: 'Organization', id: 'g1', name: 'General Hospital' },
  { resourceType: 'Organization', id: 'g2', name: 'général', partOf: { reference: 'Organization/g1' } },
];
const ORDERED = [
  { resourceType: 'ServiceRequest', id: 'i1', status: 'active', intent: 'order', subject: { reference: 'Patient/p1' }, instantiatesCanonical: ['https://x.example/Plan|1'], instantiatesUri: ['https://x.example/way'] },
  { resourceType: 'ServiceRequest', id: 'i2', status: 'active', intent: 'order', subject: { reference: 'Patient/p1' }, instantiatesCanonical: ['https://x.example/Plan|2'], instantiatesUri: ['https://x.example/way/up'] },
];

export const VALUE_PROBES: Readonly<Record<string, Row>> = {
  'token-text-whole-only': [found('ImagingStudy?reason:text=cough'), 's1', ''],
  'token-text-display-only': [found('ImagingStudy?reason:text=coughing'), 's1', ''],
  'token-text-concept-only': [found('ImagingStudy?reason:text=a%20cough'), 's1', ''],
  'token-text-without-identifiers': [holding(TYPED, 'Patient?identifier:text=hospital'), 'n1', ''],
  'names-first-only': [holding(TYPED, 'Patient?family=former'), 'n1', ''],
  'given-first-only': [holding(TYPED, 'Patient?given=second'), 'n1', ''],
  'token-implicit-system-unknown': [found('ImagingStudy?status=http://hl7.org/fhir/imagingstudy-status|registered'), 's3', ''],
  'id-case-ignored': [found('ImagingStudy?_id=S1'), '', 's1'],
  'value-set-ignored': [holding(MODALITIES, 'ImagingStudy?modality:in=urn:fhir-scout:vs'), 's1 s4', 's1 s2 s4 s5'],
  'value-set-not-in-as-in': [holding(MODALITIES, 'ImagingStudy?modality:not-in=urn:fhir-scout:vs'), 's2 s5', 's1 s4'],
  'subsumption-without-itself': [found(`ImagingStudy?modality:below=${DCM}|CT`), 's1 s4', ''],
  'reference-case-ignored': [found('ImagingStudy?patient=Patient/P1'), '', 's1'],
  'canonical-unmatched': [holding(ORDERED, 'ServiceRequest?instantiates-canonical=https://x.example/Plan|2'), 'i2', ''],
  'canonical-below-as-written': [holding(ORDERED, 'ServiceRequest?instantiates-canonical:below=https://x.example/Plan'), 'i1 i2', ''],
  'hierarchy-without-itself': [holding(NAMED, 'Organization?partof:below=Organization/g1'), 'g2', ''],
  'date-ap-as-gt': [found(`ImagingStudy?started=ap2024-01-01`), 's1', 's2 s3 s4'],
  'range-or-first-only': [found(`ImagingStudy?started=2024-01-01,2023`), 's1 s5', 's1'],
  'string-found-inside': [holding(NAMED, 'Organization?name=eneral'), '', 'g1 g2'],
  'string-whole-only': [holding(NAMED, 'Organization?name=general'), 'g1 g2', 'g2'],
  'string-case-told-apart': [holding(NAMED, 'Organization?name=GENERAL'), 'g1 g2', ''],
  'string-accents-told-apart': [holding(NAMED, 'Organization?name=general'), 'g1 g2', 'g1'],
  'contains-as-start': [holding(NAMED, 'Organization?name:contains=hospital'), 'g1', ''],
  'contains-as-exact': [holding(NAMED, 'Organization?name:contains=hospital'), 'g1', ''],
  'exact-as-start': [holding(NAMED, 'Organization?name:exact=General'), '', 'g1 g2'],
  'exact-ignores-case': [holding(NAMED, 'Organization?name:exact=GENERAL HOSPITAL'), '', 'g1'],
  'exact-ignores-accents': [holding(NAMED, 'Organization?name:exact=general'), '', 'g2'],
  'uri-found-by-start': [holding(ORDERED, 'ServiceRequest?instantiates-uri=https://x.example/way'), 'i1', 'i1 i2'],
  'uri-case-ignored': [holding(ORDERED, 'ServiceRequest?instantiates-uri=https://x.example/WAY'), '', 'i1'],
  'uri-below-as-whole': [holding(ORDERED, 'ServiceRequest?instantiates-uri:below=https://x.example/way'), 'i1 i2', 'i1'],
  'uri-above-as-below': [holding(ORDERED, 'ServiceRequest?instantiates-uri:above=https://x.example/way/up'), 'i1 i2', 'i2'],
  'number-eq-exact': [holding(MEASURED, 'Observation?value-quantity=55'), 'o1 o2 o3', 'o1 o3'],
  'number-ne-as-eq': [holding(MEASURED, 'Observation?value-quantity=ne55'), 'o4', 'o1 o2 o3'],
  'number-prefix-ignored': [holding(MEASURED, 'Observation?value-quantity=le60'), 'o1 o2 o3', ''],
  'number-gt-and-lt-swapped': [holding(MEASURED, 'Observation?value-quantity=gt60'), 'o4', 'o1 o2 o3'],
  'number-gt-beyond-precision': [holding(MEASURED, 'Observation?value-quantity=gt55'), 'o1 o2 o3 o4', 'o4'],
  'number-ap-as-gt': [holding(MEASURED, 'Observation?value-quantity=ap90'), 'o4', ''],
  'quantity-unit-ignored': [holding(MEASURED, `Observation?value-quantity=90|${UCUM}|%25`), '', 'o4'],
  'quantity-unit-text-unmatched': [holding(MEASURED, 'Observation?value-quantity=55||%25'), 'o1 o2 o3', 'o1 o2'],
  'composite-parts-anywhere': [holding(MEASURED, 'Observation?component-code-value-quantity=A$2'), '', 'o1'],
  'composite-first-part-only': [holding(MEASURED, 'Observation?code-value-quantity=QA$55'), 'o3', 'o3 o4'],
  'system-search-first-type-only': [found('?_type=ImagingStudy,Patient&_id=s1,p2'), 's1 p2', 's1'],
  'system-search-types-ignored': [found('?_type=Patient&_id=s1,p2'), 'p2', 's1 p2'],
  'system-search-takes-any-parameter': [(client) => client.send('GET', '?_type=ImagingStudy,Patient&modality=CT').status, 400, 200],
  'list-ignored': [holding([{ resourceType: 'List', id: 'l1', status: 'current', mode: 'working', entry: [{ item: { reference: 'ImagingStudy/s3' } }] }], 'ImagingStudy?_list=l1'), 's3', 's1 s2 s3 s4 s5'],
};
