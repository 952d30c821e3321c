/** Single values of the DSTU2 ballot in, what R4 says instead out. */
import { DCM } from '../core/dicom-modality';
import { DICOM_UID_SYSTEM } from '../core/dicom-uid';
import type { Coding, Identifier, Reference, Resource } from '../core/fhir';
import type { BallotInstance, MadeStudy } from './ballot-study';
import { remark, type ConvertContext } from './context';

const URN = 'urn:oid:';
const ACCESSION_TYPE = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] };
/** DSTU2's element of the same name; there are no cross-version extensions for ballots: https://hl7.org/fhir/R4/versions.html#extensions */
const CROSS_VERSION = 'http://hl7.org/fhir/1.0/StructureDefinition/extension-';

/** The ballot's oid type is written urn:oid:1.2.3; R4's id type is not: https://hl7.org/fhir/R4/imagingstudy.html#notes */
export function bareUid(uid: string): string {
  return uid.startsWith(URN) ? uid.slice(URN.length) : uid;
}

export function studyUidIdentifier(uid: string): Identifier {
  return { system: DICOM_UID_SYSTEM, value: `${URN}${bareUid(uid)}` };
}

/** An accession number is told by its type. */
export function accessionIdentifier(identifier: Identifier): Identifier {
  const isTyped = identifier.type?.coding?.some(({ code }) => code === 'ACSN') === true;
  return isTyped ? identifier : { ...identifier, type: { ...identifier.type, coding: [...(identifier.type?.coding ?? []), ...ACCESSION_TYPE.coding] } };
}

export function modalityCoding(code: string): Coding {
  return { system: DCM, code };
}

/** DiagnosticOrder became ServiceRequest. */
export function orderReference(order: Reference, context: ConvertContext): Reference {
  const { reference } = order;
  if (reference === undefined || !/(^|\/)DiagnosticOrder\//.test(reference)) return order;
  const moved = reference.replace(/(^|\/)DiagnosticOrder\//, '$1ServiceRequest/');
  remark(context, 'nearest', 'order', `${reference} became ${moved}: the order itself has to be brought over too.`);
  return { ...order, reference: moved };
}

/** What can be had at once or from near is available; what is off line or gone says nothing of the study's state. */
export function statusOf(availability: string | undefined): string {
  return availability === 'ONLINE' || availability === 'NEARLINE' ? 'available' : 'unknown';
}

export function availabilityExtension(element: string, code: string, context: ConvertContext): Record<string, unknown> {
  remark(context, 'extension', element.slice('ImagingStudy.'.length), `Availability ${code} travels in an extension.`);
  return { url: `${CROSS_VERSION}${element}`, valueCode: code };
}

/**
 * The WADO-RS service that a study's or series' URL belongs to, as an Endpoint; each service once. The address of an Endpoint is the
 * base, so the URL is cut before /studies/: https://hl7.org/fhir/R4/imagingstudy.html#notes
 */
export function endpointFor(url: string, path: string, study: MadeStudy, context: ConvertContext): Reference[] {
  const cut = /^(https?:\/\/[^?#\s]+?)\/studies\/[^?#\s]*$/.exec(url)?.[1];
  if (cut === undefined) {
    remark(context, 'lost', path, `${url} is no WADO-RS address of a study: there is no /studies/ before which to cut the service's base.`);
    return [];
  }
  let endpoint = study.endpoints.get(cut);
  if (endpoint === undefined) {
    const number = study.endpoints.size === 0 ? '' : `-${study.endpoints.size + 1}`;
    endpoint = wadoEndpoint(`${study.name.slice(0, 52)}-wado-rs${number}`, cut);
    study.endpoints.set(cut, endpoint);
  }
  return [{ reference: `Endpoint/${endpoint.id}` }];
}

function wadoEndpoint(id: string, address: string): Resource {
  return {
    resourceType: 'Endpoint',
    id,
    status: 'active',
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'dicom-wado-rs', display: 'DICOM WADO-RS' },
    payloadType: [{ coding: [{ system: DCM, code: '113014', display: 'Study' }], text: 'DICOM study' }],
    payloadMimeType: ['application/dicom'],
    address,
  };
}

/** An instance; its human name is what a display is. */
export function instanceOf({ uid, sopclass, number, type, title }: BallotInstance): Record<string, unknown> {
  return {
    ...(uid === undefined ? {} : { uid: bareUid(uid) }),
    ...(sopclass === undefined ? {} : { sopClass: { system: 'urn:ietf:rfc:3986', code: `${URN}${bareUid(sopclass)}`, ...(type === undefined ? {} : { display: type }) } }),
    ...(number === undefined ? {} : { number }),
    ...(title === undefined ? {} : { title }),
  };
}

export function contentExtensions({ content }: BallotInstance, path: string, context: ConvertContext): { extension?: Record<string, unknown>[] } {
  if (!Array.isArray(content) || content.length === 0) return {};
  remark(context, 'extension', `${path}.content`, `${content.length} ${content.length === 1 ? 'attachment travels' : 'attachments travel'} in extensions.`);
  return { extension: content.map((valueAttachment) => ({ url: `${CROSS_VERSION}ImagingStudy.series.instance.content`, valueAttachment })) };
}
