/** Faults in the data itself: what the store keeps of a resource is not what came in, so that reads and searches agree on wrong content. */
import { DICOM_UID_SYSTEM } from '../../core/dicom-uid';
import { BEFORE_R5 } from '../../core/fhir-version';
import { codingsOf, type CodeableConcept, type Coding, type Identifier, type Resource } from '../../core/fhir';
import { convert } from '../../convert/convert';
import { recognise } from '../../convert/recognise';
import type { Override } from '../behaviour';
import { clause, invariant, type FaultRow } from './row';

/** A Coding until R4B, a CodeableConcept from R5 on. */
type Coded = Coding | CodeableConcept;
interface Instance {
  uid?: string;
  sopClass?: Coded;
}
interface Series {
  uid?: string;
  modality?: Coded;
  numberOfInstances?: number;
  instance?: Instance[];
}
interface Study extends Resource {
  identifier?: Identifier[];
  modality?: Coded[];
  numberOfSeries?: number;
  numberOfInstances?: number;
  series?: Series[];
  referrer?: { reference: string };
  subject?: { reference?: string };
  endpoint?: { reference?: string }[];
}

function inOtherVersion(resource: Resource): Resource {
  const [from, to] = recognise(resource, '4.0') === undefined ? (['4.0', '5.0'] as const) : (['5.0', '4.0'] as const);
  return convert([resource], from, to).resources[0] ?? resource;
}

/** The code alone, in the type that the element has. */
function withoutSystem(modality: Coded | undefined): Coded {
  const code = codingsOf(modality)[0]?.code ?? 'OT';
  return modality !== undefined && 'coding' in modality ? { coding: [{ code }] } : { code };
}

/** The store keeps another resource than came in. */
const keeping = (type: string, change: (resource: Resource) => Resource): Override => (reference) => ({
  stored(resource) {
    const kept = reference.stored(resource);
    return kept.resourceType === type ? change(kept) : kept;
  },
});
const study = (change: (study: Study) => object) => keeping('ImagingStudy', (resource) => ({ ...resource, ...change(resource) }));
const eachSeries = (change: (series: Series) => Series) => study(({ series }) => (series === undefined ? {} : { series: series.map(change) }));
const eachIdentifier = (change: (identifier: Identifier) => Identifier | undefined) =>
  study(({ identifier }) => (identifier === undefined ? {} : { identifier: identifier.flatMap((row) => change(row) ?? []) }));
const without = (type: string, name: string) => keeping(type, ({ [name]: _dropped, ...rest }) => rest as Resource);
const addressed = (connectionType: string, change: (address: string) => string) =>
  keeping('Endpoint', (endpoint) => (codingsOf(endpoint.connectionType).some(({ code }) => code === connectionType) ? { ...endpoint, address: change(String(endpoint.address)) } : endpoint));

const isStudyUid = ({ system }: Identifier) => system === DICOM_UID_SYSTEM;
const form = clause('json-form', 'json.html');
const mandatory = clause('mandatory-element', 'conformance-rules.html#cardinality');

export const DATA_FAULTS: readonly FaultRow[] = [
  {
    id: 'two-study-uids',
    group: 'data',
    does: 'A study has two Study Instance UIDs.',
    breaks: invariant('ist-2'),
    override: study(({ identifier }) => (identifier === undefined ? {} : { identifier: identifier.flatMap((row) => (isStudyUid(row) ? [row, { ...row, value: `${row.value}.1` }] : [row])) })),
  },
  { id: 'study-uid-missing', group: 'data', does: 'A study with series has no Study Instance UID.', breaks: invariant('ist-1'), override: eachIdentifier((row) => (isStudyUid(row) ? undefined : row)) },
  {
    id: 'study-uid-without-urn',
    group: 'data',
    does: 'Study Instance UIDs lack urn:oid:.',
    breaks: invariant('scout-study-uid'),
    override: eachIdentifier((row) => (isStudyUid(row) && row.value !== undefined ? { ...row, value: row.value.replace('urn:oid:', '') } : row)),
  },
  { id: 'series-uid-with-urn', group: 'data', does: 'Series UIDs begin with urn:oid:.', breaks: invariant('scout-series-uid'), override: eachSeries((series) => ({ ...series, uid: `urn:oid:${series.uid}` })) },
  { id: 'instance-uid-with-leading-zero', group: 'data', does: 'Components of instance UIDs are filled up with zeros.', breaks: invariant('scout-instance-uid'), override: eachInstance((instance) => ({ ...instance, uid: `${instance.uid}.007` })) },
  {
    id: 'series-uid-twice',
    group: 'data',
    does: 'All series of a study have the UID of the first.',
    breaks: invariant('scout-series-uid-unique'),
    override: study(({ series }) => (series === undefined ? {} : { series: series.map((row) => ({ ...row, ...(series[0]?.uid === undefined ? {} : { uid: series[0].uid }) })) })),
  },
  {
    id: 'instance-uid-twice',
    group: 'data',
    does: 'All instances of a series have the UID of the first.',
    breaks: invariant('scout-instance-uid-unique'),
    override: eachSeries((series) => ({ ...series, ...(series.instance === undefined ? {} : { instance: series.instance.map((row) => ({ ...row, ...(series.instance?.[0]?.uid === undefined ? {} : { uid: series.instance[0].uid }) })) }) })),
  },
  {
    id: 'series-count-too-small',
    group: 'data',
    does: 'numberOfSeries is below the number of listed series.',
    breaks: invariant('ist-3'),
    override: study(({ series, numberOfSeries }) => ((series?.length ?? 0) > 1 && numberOfSeries !== undefined ? { numberOfSeries: 1 } : {})),
  },
  {
    id: 'instance-count-too-small',
    group: 'data',
    does: 'numberOfInstances of the study counts the first series only.',
    breaks: invariant('ist-4'),
    override: study(({ series, numberOfInstances }) => ((series?.length ?? 0) > 1 && numberOfInstances !== undefined ? { numberOfInstances: series?.[0]?.instance?.length ?? numberOfInstances } : {})),
  },
  {
    id: 'series-instance-count-too-small',
    group: 'data',
    does: 'numberOfInstances of a series is below the number of its listed instances.',
    breaks: invariant('ist-6'),
    override: eachSeries((series) => ((series.instance?.length ?? 0) > 1 && series.numberOfInstances !== undefined ? { ...series, numberOfInstances: 1 } : series)),
  },
  {
    id: 'study-modality-lacks-ct',
    group: 'data',
    does: 'The modalities of the study lack CT, though a series has it.',
    breaks: invariant('ist-7'),
    override: study(({ modality }) => ((modality?.length ?? 0) > 1 ? { modality: modality?.filter((one) => !codingsOf(one).some(({ code }) => code === 'CT')) } : {})),
  },
  {
    id: 'accession-without-system',
    group: 'data',
    does: 'Accession numbers have no system.',
    breaks: invariant('scout-accession'),
    override: eachIdentifier(({ system, ...row }) => (row.type?.coding?.some(({ code }) => code === 'ACSN') === true || system === undefined ? row : { ...row, system })),
  },
  { id: 'series-modality-without-system', group: 'data', does: 'The modality of a series is a code without system.', breaks: invariant('scout-series-modality'), override: eachSeries((series) => ({ ...series, modality: withoutSystem(series.modality) })) },
  { id: 'wado-rs-address-with-studies', group: 'data', does: 'The address of a WADO-RS endpoint ends in /studies.', breaks: invariant('scout-wado-rs-address'), override: addressed('dicom-wado-rs', (address) => `${address}/studies`) },
  { id: 'wado-uri-address-with-query', group: 'data', does: 'The address of a WADO-URI endpoint has a query.', breaks: invariant('scout-wado-uri-address'), override: addressed('dicom-wado-uri', (address) => `${address}?requestType=WADO`) },
  { id: 'iid-address-with-query', group: 'data', does: 'The address of an IID endpoint has a query.', breaks: invariant('scout-iid-address'), override: addressed('ihe-iid', (address) => `${address}?requestType=STUDY`) },
  {
    id: 'endpoint-dangling',
    group: 'data',
    does: 'Studies refer to an Endpoint that does not exist.',
    breaks: clause('reference-resolves', 'references-definitions.html#Reference'),
    override: study(({ endpoint }) => (endpoint === undefined ? {} : { endpoint: endpoint.map(() => ({ reference: 'Endpoint/former' })) })),
  },
  {
    id: 'reference-to-wrong-type',
    group: 'data',
    does: 'The referrer of a study is its patient.',
    breaks: clause('reference-type', 'references.html#Reference'),
    override: study(({ subject, referrer }) => (referrer === undefined || subject?.reference === undefined ? {} : { referrer: { reference: subject.reference } })),
  },
  {
    id: 'study-of-another-version',
    group: 'data',
    does: 'Studies are built as another FHIR version has them: R5 where R4 is stated, R4 where R5 is.',
    breaks: clause('capability-version', 'capabilitystatement-definitions.html#CapabilityStatement.fhirVersion'),
    override: keeping('ImagingStudy', inOtherVersion),
  },
  {
    id: 'started-missing',
    group: 'data',
    does: 'Studies that claim the profile have no started.',
    breaks: { key: 'profile-study', url: 'https://fhir-scout.org/ig/imaging/StructureDefinition-scout-imaging-study.html' },
    override: without('ImagingStudy', 'started'),
  },
  { id: 'study-status-missing', group: 'data', does: 'Studies have no status.', breaks: mandatory, override: without('ImagingStudy', 'status') },
  { id: 'endpoint-payload-type-missing', group: 'data', does: 'Endpoints have no payloadType.', breaks: mandatory, override: without('Endpoint', 'payloadType'), versions: BEFORE_R5 },
  { id: 'sop-class-missing', group: 'data', does: 'Instances have no SOP class.', breaks: mandatory, override: eachInstance(({ sopClass: _dropped, ...instance }) => instance) },
  {
    id: 'status-outside-binding',
    group: 'data',
    does: 'The status of a study is complete, which is no code of its value set.',
    breaks: clause('required-binding', 'terminologies.html#required'),
    override: study(({ status }) => (status === 'available' ? { status: 'complete' } : {})),
  },
  { id: 'element-of-no-definition', group: 'data', does: 'Studies have an element that FHIR does not define.', breaks: form, override: study(() => ({ accessionNumber: 'A-1' })) },
  { id: 'count-is-text', group: 'data', does: 'numberOfSeries is a JSON string.', breaks: form, override: study(({ numberOfSeries }) => (numberOfSeries === undefined ? {} : { numberOfSeries: String(numberOfSeries) })) },
  { id: 'order-as-object', group: 'data', does: 'The basedOn of a study with a single order is no array.', breaks: form, override: study(({ basedOn }) => (Array.isArray(basedOn) && basedOn.length === 1 ? { basedOn: basedOn[0] as object } : {})) },
  { id: 'time-without-zone', group: 'data', does: 'Times of studies lack their zone.', breaks: form, override: study(({ started }) => (typeof started === 'string' && started.includes('T') ? { started: started.replace(/(Z|[+-]\d\d:\d\d)$/, '') } : {})) },
  { id: 'day-of-no-calendar', group: 'data', does: 'Patients are born on 30 February.', breaks: form, override: keeping('Patient', (patient) => (typeof patient['birthDate'] === 'string' ? { ...patient, birthDate: patient['birthDate'].replace(/^(\d{4}).*/, '$1-02-30') } : patient)) },
  { id: 'empty-text', group: 'data', does: 'Descriptions of studies are empty strings.', breaks: form, override: study(({ description }) => (description === undefined ? {} : { description: '' })) },
  { id: 'narrative-with-script', group: 'data', does: 'The narrative of a study holds a script.', breaks: clause('json-form', 'narrative.html#xhtml'), override: study(({ text }) => (text === undefined ? {} : { text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div>' } })) },
  { id: 'contained-absent', group: 'data', does: 'Studies refer to a contained resource that they do not contain.', breaks: clause('json-form', 'references.html#contained'), override: study(() => ({ referrer: { reference: '#referrer' } })) },
  { id: 'contained-orphan', group: 'data', does: 'Studies contain a resource that nothing refers to.', breaks: clause('json-form', 'references.html#contained'), override: study(() => ({ contained: [{ resourceType: 'Practitioner', id: 'orphan' }] })) },
  {
    id: 'period-backwards',
    group: 'data',
    does: 'Periods of encounters end before they start.',
    breaks: clause('json-form', 'datatypes.html#Period'),
    override: keeping('Encounter', ({ period, actualPeriod, ...encounter }) => ({ ...encounter, ...(period === undefined ? {} : { period: turned(period) }), ...(actualPeriod === undefined ? {} : { actualPeriod: turned(actualPeriod) }) })),
  },
];

function turned(period: unknown): object {
  const { start, end } = period as { start?: string; end?: string };
  return { ...(end === undefined ? {} : { start: end }), ...(start === undefined ? {} : { end: start }) };
}

function eachInstance(change: (instance: Instance) => Instance): Override {
  return eachSeries((series) => ({ ...series, ...(series.instance === undefined ? {} : { instance: series.instance.map(change) }) }));
}
