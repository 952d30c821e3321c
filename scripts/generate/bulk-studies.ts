/** A number and a seed in, that many synthetic studies with their patients and endpoints as NDJSON lines out, one after the other: for load tests. */
import { DCM } from '../core/dicom-modality';
import { seededRandom, type Random } from './random';

export interface BulkOptions {
  readonly count: number;
  readonly seed: number;
  /** Canonical URLs of the profiles that studies and endpoints claim; none where absent. */
  readonly profiles?: ReadonlyMap<string, string>;
}

/** What an archive holds: modality, its name, its share in percent, series and instances a series, SOP class, body site. */
const MIX = [
  { modality: 'CR', display: 'Computed Radiography', share: 25, series: [1, 2], instances: [1, 2], sopClass: '1.2.840.10008.5.1.4.1.1.1', site: ['51185008', 'Thoracic structure'] },
  { modality: 'DX', display: 'Digital Radiography', share: 20, series: [1, 3], instances: [1, 3], sopClass: '1.2.840.10008.5.1.4.1.1.1.1', site: ['85562004', 'Hand structure'] },
  { modality: 'CT', display: 'Computed Tomography', share: 22, series: [2, 4], instances: [20, 120], sopClass: '1.2.840.10008.5.1.4.1.1.2', site: ['69536005', 'Head structure'] },
  { modality: 'MR', display: 'Magnetic Resonance', share: 13, series: [4, 8], instances: [15, 40], sopClass: '1.2.840.10008.5.1.4.1.1.4', site: ['12738006', 'Brain structure'] },
  { modality: 'US', display: 'Ultrasound', share: 15, series: [1, 1], instances: [5, 30], sopClass: '1.2.840.10008.5.1.4.1.1.6.1', site: ['113345001', 'Abdominal structure'] },
  { modality: 'MG', display: 'Mammography', share: 5, series: [2, 2], instances: [2, 2], sopClass: '1.2.840.10008.5.1.4.1.1.1.2', site: ['76752008', 'Breast structure'] },
] as const;

const SERVICES = [
  { id: 'bulk-wado-rs-1', code: 'dicom-wado-rs', display: 'DICOM WADO-RS', address: 'https://pacs-1.bulk.example/dicomweb' },
  { id: 'bulk-wado-rs-2', code: 'dicom-wado-rs', display: 'DICOM WADO-RS', address: 'https://pacs-2.bulk.example/dicomweb' },
  { id: 'bulk-iid', code: 'ihe-iid', display: 'IHE IID', address: 'https://viewer.bulk.example/iid' },
] as const;

const STUDIES_A_PATIENT = 5;
const XHTML = 'http://www.w3.org/1999/xhtml';

/** Lines with their line feeds; what a line refers to stands in an earlier one. No text needs JSON escapes: all of it is from the tables above. */
export function* bulkLines({ count, seed, profiles = new Map() }: BulkOptions): Generator<string> {
  const random = seededRandom(seed);
  const metaOf = (type: string) => (profiles.has(type) ? `"meta":{"profile":["${profiles.get(type)}"]},` : '');
  for (const service of SERVICES) yield endpointLine(service, metaOf('Endpoint'));
  for (let i = 0; i < count; i++) {
    const patient = Math.floor(i / STUDIES_A_PATIENT);
    if (i % STUDIES_A_PATIENT === 0) yield patientLine(patient, random);
    yield studyLine(i, patient, metaOf('ImagingStudy'), random);
  }
}

function narrative(text: string): string {
  return `"text":{"status":"generated","div":"<div xmlns=\\"${XHTML}\\">${text}</div>"}`;
}

function endpointLine({ id, code, display, address }: (typeof SERVICES)[number], meta: string): string {
  const type = `"connectionType":{"system":"http://terminology.hl7.org/CodeSystem/endpoint-connection-type","code":"${code}","display":"${display}"}`;
  const payload = `"payloadType":[{"coding":[{"system":"${DCM}","code":"113014","display":"Study"}]}]`;
  return `{"resourceType":"Endpoint","id":"${id}",${meta}${narrative(`${display} at ${address}`)},"status":"active",${type},"name":"${id}",${payload},"address":"${address}"}\n`;
}

function patientLine(index: number, random: Random): string {
  const gender = random.pick(['female', 'male', 'other', 'unknown']);
  const born = `${random.between(1930, 2020)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`;
  const identifier = `"identifier":[{"system":"https://bulk.example/mrn","value":"${index}"}]`;
  return `{"resourceType":"Patient","id":"bulk-patient-${index}",${narrative(`Bulk Patient-${index}`)},${identifier},"name":[{"family":"Patient-${index}","given":["Bulk"]}],"gender":"${gender}","birthDate":"${born}"}\n`;
}

function studyLine(index: number, patient: number, meta: string, random: Random): string {
  const { modality, display, series: [fewSeries, manySeries], instances: [few, many], sopClass, site } = mixed(random);
  const uid = `2.25.${randomUuid(random)}`;
  const coding = `{"system":"${DCM}","code":"${modality}","display":"${display}"}`;
  const bodySite = `{"system":"http://snomed.info/sct","code":"${site[0]}","display":"${site[1]}"}`;
  const seriesCount = random.between(fewSeries, manySeries);
  let total = 0;
  const series: string[] = [];
  for (let s = 1; s <= seriesCount; s++) {
    const size = random.between(few, many);
    total += size;
    series.push(`{"uid":"${uid}.${s}","number":${s},"modality":${coding},"numberOfInstances":${size},"bodySite":${bodySite},"instance":[${instances(`${uid}.${s}`, size, sopClass)}]}`);
  }
  const started = `${random.between(2005, 2025)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}T${two(random.between(0, 23))}:${two(random.between(0, 59))}:${two(random.between(0, 59))}${random.pick(['Z', '+01:00', '-05:00'])}`;
  const status = random.between(1, 100) <= 95 ? 'available' : random.pick(['unknown', 'entered-in-error', 'cancelled', 'registered']);
  const identifier = `"identifier":[{"system":"urn:dicom:uid","value":"urn:oid:${uid}"},{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"ACSN"}]},"system":"https://bulk.example/accession","value":"B${index}"}]`;
  const endpoint = `"endpoint":[{"reference":"Endpoint/${random.pick(SERVICES).id}"}]`;
  const counts = `"numberOfSeries":${seriesCount},"numberOfInstances":${total}`;
  return `{"resourceType":"ImagingStudy","id":"bulk-study-${index}",${meta}${narrative(`${modality} study ${index}`)},${identifier},"status":"${status}","modality":[${coding}],"subject":{"reference":"Patient/bulk-patient-${patient}"},"started":"${started}",${endpoint},${counts},"series":[${series.join(',')}]}\n`;
}

function mixed(random: Random): (typeof MIX)[number] {
  let left = random.between(1, 100);
  for (const row of MIX) {
    left -= row.share;
    if (left <= 0) return row;
  }
  return MIX[0];
}

function instances(seriesUid: string, size: number, sopClass: string): string {
  let text = '';
  for (let i = 1; i <= size; i++) {
    text += `${i === 1 ? '' : ','}{"uid":"${seriesUid}.${i}","sopClass":{"system":"urn:ietf:rfc:3986","code":"urn:oid:${sopClass}"},"number":${i}}`;
  }
  return text;
}

/** The decimal form of a random UUID (version 4), as in a UID under 2.25. */
function randomUuid(random: Random): bigint {
  const word = () => BigInt(random.bits());
  const bits = (word() << 96n) | (word() << 64n) | (word() << 32n) | word();
  const withVersion = (bits & ~(0xfn << 76n)) | (0x4n << 76n);
  return (withVersion & ~(0x3n << 62n)) | (0x2n << 62n);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
