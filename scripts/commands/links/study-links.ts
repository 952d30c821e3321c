/** An ImagingStudy and its endpoints in, every URL of it out, with a finding for each address or endpoint that breaks a rule. */
import { localReference, type Resource } from '../../core/fhir';
import type { Finding } from '../../core/finding';
import { isDicomUid } from '../../core/dicom-uid';
import { endpointOf, seriesOf, studyEndpoints, type PlacedEndpoint, type ResolveEndpoint } from '../../dicom/endpoints';
import { sopClassKind } from '../../dicom/sop-class-kind';
import { iidUrl } from '../../dicom/urls-iid';
import { wadoRsFramesUrl, wadoRsMetadataUrl, wadoRsRenderedUrl, wadoRsThumbnailUrl, wadoRsUrl, type DicomTarget } from '../../dicom/urls-wado-rs';
import { wadoUriUrl } from '../../dicom/urls-wado-uri';
import { RULES } from '../../invariants/rules';

export interface StudyLink {
  /** e.g. `WADO-RS metadata`. */
  readonly what: string;
  readonly url: string;
  /** `Endpoint/id`, as the study refers to it. */
  readonly endpoint: string;
  readonly seriesUid?: string;
  readonly instanceUid?: string;
}

export interface StudyLinks {
  readonly study: string;
  readonly studyUid?: string;
  readonly links: readonly StudyLink[];
  readonly findings: readonly Finding[];
}

/** @param size width and height of thumbnails, in pixels */
export function linksOf(study: Resource, resolve: ResolveEndpoint, size: number, now: Date = new Date()): StudyLinks {
  const endpoints = studyEndpoints(study, resolve, now);
  const reference = localReference(study) ?? 'ImagingStudy';
  const { studyUid } = endpoints;
  const findings = findingsOf(reference, endpoints.study.concat(endpoints.series.flatMap(({ effective }) => effective)), endpoints.unusable);
  if (studyUid === undefined || !isDicomUid(studyUid)) {
    findings.push({ severity: 'error', code: 'scout-study-uid', message: studyUid === undefined ? 'The study has no Study Instance UID, so it has no URL.' : `"${studyUid}" is no DICOM UID.`, location: { resource: reference, path: 'ImagingStudy.identifier' }, source: 'invariants' });
    return { study: reference, ...(studyUid === undefined ? {} : { studyUid }), links: [], findings };
  }
  const links = [...studyLevel(endpoints.study, studyUid, size)];
  for (const { index, uid, effective } of endpoints.series) {
    const target = { studyUid, seriesUid: uid };
    if (uid === '') continue;
    const retrieve = endpointOf(effective, 'dicom-wado-rs');
    const uri = endpointOf(effective, 'dicom-wado-uri');
    if (retrieve !== undefined) links.push(...wadoRs(retrieve, target, size, true));
    for (const instance of seriesOf(study)[index]?.instance ?? []) {
      if (instance.uid === undefined) continue;
      const whole = { ...target, instanceUid: instance.uid };
      const pixels = sopClassKind((instance.sopClass?.code ?? '').replace(/^urn:oid:/, '')) !== 'other';
      if (retrieve !== undefined) links.push(...wadoRs(retrieve, whole, size, pixels));
      if (uri !== undefined) links.push(...wadoUri(uri, whole, size, pixels));
    }
  }
  return { study: reference, studyUid, links, findings };
}

function studyLevel(endpoints: readonly PlacedEndpoint[], studyUid: string, size: number): StudyLink[] {
  const retrieve = endpointOf(endpoints, 'dicom-wado-rs');
  const viewer = endpointOf(endpoints, 'ihe-iid');
  return [
    ...(retrieve === undefined ? [] : wadoRs(retrieve, { studyUid }, size, true)),
    ...(viewer === undefined ? [] : [{ what: 'Viewer', url: iidUrl(viewer.address, { requestType: 'STUDY', studyUid: [studyUid] }), endpoint: viewer.reference }]),
  ];
}

function wadoRs({ address, reference }: PlacedEndpoint & { address: string }, target: DicomTarget, size: number, pixels: boolean): StudyLink[] {
  const place = { endpoint: reference, ...(target.seriesUid === undefined ? {} : { seriesUid: target.seriesUid }), ...(target.instanceUid === undefined ? {} : { instanceUid: target.instanceUid }) };
  const rows: [string, string][] = [['WADO-RS', wadoRsUrl(address, target)], ['WADO-RS metadata', wadoRsMetadataUrl(address, target)]];
  if (pixels) rows.push(['WADO-RS rendered', wadoRsRenderedUrl(address, target)], ['WADO-RS thumbnail', wadoRsThumbnailUrl(address, target, size)]);
  if (pixels && target.seriesUid !== undefined && target.instanceUid !== undefined) rows.push(['WADO-RS frame', wadoRsFramesUrl(address, { ...target, seriesUid: target.seriesUid, instanceUid: target.instanceUid }, [1])]);
  return rows.map(([what, url]) => ({ what, url, ...place }));
}

function wadoUri({ address, reference }: PlacedEndpoint & { address: string }, target: Required<DicomTarget>, size: number, pixels: boolean): StudyLink[] {
  const place = { endpoint: reference, seriesUid: target.seriesUid, instanceUid: target.instanceUid };
  return [
    { what: 'WADO-URI', url: wadoUriUrl(address, target, { contentType: ['application/dicom'] }), ...place },
    ...(pixels ? [{ what: 'WADO-URI thumbnail', url: wadoUriUrl(address, target, { contentType: ['image/jpeg'], rows: size, columns: size }), ...place }] : []),
  ];
}

/** Address rules by their names, endpoints that serve nothing, viewers that stand at a series. */
function findingsOf(reference: string, used: readonly PlacedEndpoint[], unusable: readonly PlacedEndpoint[]): Finding[] {
  const findings: Finding[] = unusable.map(({ path, unusable: why, reference: to }) => ({ severity: 'warning', code: 'endpoint-unusable', message: `${to === '' ? 'An endpoint' : to} serves nothing: ${why}.`, location: { resource: reference, path }, source: 'invariants' }));
  const rules = RULES.filter(({ resourceType }) => resourceType === 'Endpoint');
  const endpoints = new Map([...used, ...unusable].flatMap(({ endpoint, reference: to }) => (endpoint === undefined ? [] : [[endpoint, to] as const])));
  for (const [endpoint, to] of endpoints) {
    for (const rule of rules) for (const { path, message } of rule.check(endpoint)) findings.push({ severity: 'error', code: rule.id, message: `${to}: ${message} ${rule.description} (${rule.url})`, location: { resource: to, path }, source: 'invariants' });
  }
  // "An IID-type Endpoint should be used only at the study level": https://hl7.org/fhir/R4/imagingstudy.html#iid
  for (const { path, reference: to, level, connectionType } of used) {
    if (level === 'series' && connectionType === 'ihe-iid') findings.push({ severity: 'warning', code: 'iid-study-level', message: `${to} opens a viewer for a study and should stand at the study.`, location: { resource: reference, path }, source: 'invariants' });
  }
  return findings;
}
