/** What the source documents say of addresses, with their own examples in; whether the program makes the same of them out. */
import { convert } from '../../convert/convert';
import type { Resource } from '../../core/fhir';
import { studyEndpoints } from '../../dicom/endpoints';
import { iidUrl } from '../../dicom/urls-iid';
import { wadoRsRenderedUrl, wadoRsUrl } from '../../dicom/urls-wado-rs';
import { wadoUriUrl } from '../../dicom/urls-wado-uri';
import { chosenVersion, versionEvidence } from '../../tester/discovery/version-evidence';

/** The UIDs and addresses of the examples in https://hl7.org/fhir/R4/imagingstudy.html#endpoints */
const TARGET = { studyUid: '1.2.250.1.59.40211.12345678.678910', seriesUid: '1.2.250.1.59.40211.789001276.14556172.67789', instanceUid: '1.2.250.1.59.40211.2678810.87991027.899772.2' };
const WADO_RS = 'https://pacs.hospital.org/wado-rs';
const WADO_URI = 'https://pacs.hospital.org/wado-uri';
const IID = 'https://pacs.hospital.org/IHEInvokeImageDisplay';
const INSTANCE = `${WADO_RS}/studies/${TARGET.studyUid}/series/${TARGET.seriesUid}/instances/${TARGET.instanceUid}`;
const URI_QUERY = `${WADO_URI}?requestType=WADO&studyUID=${TARGET.studyUid}&seriesUID=${TARGET.seriesUid}&objectUID=${TARGET.instanceUid}`;

export interface UrlForm {
  /** By what part of the program. */
  readonly by: string;
  /** What it makes of the example, and what the document has. */
  readonly made: () => string;
  readonly wanted: string;
}

const endpoint = (id: string, code: string): Resource => ({ resourceType: 'Endpoint', id, status: 'active', connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code }, address: `https://pacs.hospital.org/${id}` });
const ENDPOINTS = [endpoint('study-rs', 'dicom-wado-rs'), endpoint('study-iid', 'ihe-iid'), endpoint('series-rs', 'dicom-wado-rs')];

function servingSeries(): string {
  const refer = (id: string) => ({ reference: `Endpoint/${id}` });
  const study: Resource = { resourceType: 'ImagingStudy', endpoint: [refer('study-rs'), refer('study-iid')], series: [{ uid: '1.2', endpoint: [refer('series-rs')] }, { uid: '1.3' }] };
  return studyEndpoints(study, (reference) => ENDPOINTS.find(({ id }) => reference === `Endpoint/${id}`)).series.map(({ effective }) => effective.map(({ reference }) => reference.slice('Endpoint/'.length)).sort().join('+')).join(' ');
}

function cut(study: object): string {
  return convert([{ resourceType: 'ImagingStudy', id: 'old', patient: { reference: 'Patient/p' }, ...study }], '0.5', '4.0').resources.flatMap(({ address }) => (typeof address === 'string' ? [address] : [])).join(' ');
}

export const URL_FORMS = {
  'wado-rs-instance': { by: '`scout links`', made: () => wadoRsUrl(WADO_RS, TARGET), wanted: INSTANCE },
  'wado-rs-rendered': { by: '`scout links`', made: () => wadoRsRenderedUrl(WADO_RS, TARGET, { viewport: { width: 100, height: 100, source: [0, 0, 1000, 3000] } }), wanted: `${INSTANCE}/rendered?viewport=100,100,0,0,1000,3000` },
  'wado-uri-instance': { by: '`scout links`', made: () => wadoUriUrl(WADO_URI, TARGET), wanted: URI_QUERY },
  'wado-uri-rendered': { by: '`scout links`', made: () => wadoUriUrl(WADO_URI, TARGET, { rows: 100, columns: 100, region: [0, 0, 0.5, 1] }), wanted: `${URI_QUERY}&rows=100&columns=100&region=0,0,0.5,1` },
  'iid-study': { by: '`scout links`', made: () => iidUrl(IID, { requestType: 'STUDY', studyUid: [`urn:oid:${TARGET.studyUid}`], diagnosticQuality: true }), wanted: `${IID}?requestType=STUDY&studyUID=${TARGET.studyUid}&diagnosticQuality=true` },
  'series-endpoint': { by: '`scout links`', made: servingSeries, wanted: 'series-rs+study-iid study-iid+study-rs' },
  'base-path-version': { by: '`scout test`', made: () => chosenVersion(versionEvidence(undefined, undefined, 'https://server.example/fhir/R5'), '').version, wanted: '5.0.0' },
  'ballot-study-url': { by: '`scout convert`', made: () => cut({ url: `${WADO_RS}/studies/${TARGET.studyUid}` }), wanted: WADO_RS },
  'ballot-series-url': { by: '`scout convert`', made: () => cut({ series: [{ uid: 'urn:oid:1.2', modality: 'CT', url: `${WADO_RS}/studies/1.1/series/1.2` }] }), wanted: WADO_RS },
} as const satisfies Record<string, UrlForm>;

export function isUrlForm(name: string): name is keyof typeof URL_FORMS {
  return Object.hasOwn(URL_FORMS, name);
}
