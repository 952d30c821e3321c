/** An ImagingStudy and its Endpoint resources in, the endpoints that serve the study and each of its series out, and what keeps an endpoint from serving: https://hl7.org/fhir/R4/imagingstudy.html#notes */
import type { Coding, CodeableConcept, Identifier, Reference, Resource } from '../core/fhir';
import { DICOM_UID_SYSTEM, uidOfUrn } from '../core/dicom-uid';

/** Code system of `Endpoint.connectionType`. */
export const CONNECTION_TYPES = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type';

/** The connection types for which the specification says how an address is used. */
export const IMAGING_CONNECTIONS = ['dicom-wado-rs', 'dicom-wado-uri', 'ihe-iid'] as const;
export type ImagingConnection = (typeof IMAGING_CONNECTIONS)[number];

/** One reference to an endpoint, resolved as far as it can be. */
export interface PlacedEndpoint {
  /** Where it stands, e.g. `ImagingStudy.series[0].endpoint[0]`. */
  readonly path: string;
  readonly reference: string;
  readonly level: 'study' | 'series';
  /** Code of the connection type; those of foreign code systems are written `system|code`. Undefined where the endpoint is not known. */
  readonly connectionType?: string;
  readonly address?: string;
  readonly endpoint?: Resource;
  /** Why it serves nothing: it is not known, not active, without an address. */
  readonly unusable?: string;
}

export interface SeriesEndpoints {
  /** Position in `ImagingStudy.series`. */
  readonly index: number;
  readonly uid: string;
  /** The endpoints that serve it. */
  readonly effective: readonly PlacedEndpoint[];
}

export interface StudyEndpoints {
  /** Bare Study Instance UID; undefined where the study has none. */
  readonly studyUid?: string;
  /** The usable endpoints of the study itself. */
  readonly study: readonly PlacedEndpoint[];
  readonly series: readonly SeriesEndpoints[];
  /** Endpoints that serve nothing, each with the reason. */
  readonly unusable: readonly PlacedEndpoint[];
}

/** Finds what a reference in the study points at, contained endpoints included; undefined where it is not known. */
export type ResolveEndpoint = (reference: string) => Resource | undefined;

/**
 * The effective endpoints: "an ImagingStudy.series.endpoint overrides an ImagingStudy.endpoint of the same connection type";
 * endpoints of other types stay. An endpoint that is not active, or whose period is over, is passed over on both levels.
 * @param now for the period of an endpoint
 */
export function studyEndpoints(study: Resource, resolve: ResolveEndpoint, now: Date = new Date()): StudyEndpoints {
  const place = (references: unknown, path: string, level: 'study' | 'series') =>
    listOf<Reference>(references).map(({ reference = '' }, index) => placed(study, reference, `${path}.endpoint[${index}]`, level, resolve, now));
  const ofStudy = place(study['endpoint'], 'ImagingStudy', 'study');
  const usable = ofStudy.filter(({ unusable }) => unusable === undefined);
  const unusable = ofStudy.filter((endpoint) => endpoint.unusable !== undefined);
  const series = seriesOf(study).map((one, index): SeriesEndpoints => {
    const own = place(one.endpoint, `ImagingStudy.series[${index}]`, 'series');
    unusable.push(...own.filter((endpoint) => endpoint.unusable !== undefined));
    const serving = own.filter((endpoint) => endpoint.unusable === undefined);
    const overridden = new Set(serving.map(({ connectionType }) => connectionType));
    return { index, uid: one.uid ?? '', effective: [...serving, ...usable.filter(({ connectionType }) => !overridden.has(connectionType))] };
  });
  const uid = studyUidOf(study);
  return { ...(uid === undefined ? {} : { studyUid: uid }), study: usable, series, unusable };
}

function placed(study: Resource, reference: string, path: string, level: 'study' | 'series', resolve: ResolveEndpoint, now: Date): PlacedEndpoint {
  const base = { path, reference, level };
  const contained = reference.startsWith('#') ? listOf<Resource>(study['contained']).find(({ id }) => `#${id}` === reference) : undefined;
  const endpoint = contained ?? resolve(reference);
  if (endpoint === undefined) return { ...base, unusable: reference === '' ? 'the reference is not a literal one' : `${reference} is not known` };
  const known = { ...base, endpoint, connectionType: connectionTypeOf(endpoint) };
  const { status, address, period } = endpoint as Resource & { status?: string; address?: string; period?: { start?: string; end?: string } };
  if (typeof address !== 'string' || address === '') return { ...known, unusable: 'the endpoint has no address' };
  if (status !== 'active') return { ...known, address, unusable: `the endpoint's status is ${status ?? 'absent'}, not active` };
  if (isOver(period?.end, now)) return { ...known, address, unusable: `the endpoint's period ended on ${period?.end}` };
  return { ...known, address };
}

/** The end of a period is inclusive: a date alone lasts until the day's last moment, wherever on earth. */
function isOver(end: string | undefined, now: Date): boolean {
  if (end === undefined) return false;
  const at = Date.parse(end);
  const slack = /T/.test(end) ? 0 : end.length === 10 ? 36 : end.length === 7 ? 32 * 24 : 367 * 24;
  return Number.isFinite(at) && at + slack * 3_600_000 < now.getTime();
}

/** R4 has one Coding; R5 has several CodeableConcepts. */
function connectionTypeOf(endpoint: Resource): string | undefined {
  const codings = listOf<Coding & CodeableConcept>(endpoint['connectionType']).flatMap((value) => value.coding ?? [value]);
  const imaging = codings.find(({ system, code }) => system === CONNECTION_TYPES && isImagingConnection(code));
  const { system, code } = imaging ?? codings[0] ?? {};
  return code === undefined ? undefined : system === CONNECTION_TYPES ? code : `${system ?? ''}|${code}`;
}

export function isImagingConnection(code: string | undefined): code is ImagingConnection {
  return (IMAGING_CONNECTIONS as readonly (string | undefined)[]).includes(code);
}

/** The endpoint of a connection type among effective ones; the first of several. */
export function endpointOf(endpoints: readonly PlacedEndpoint[], connection: ImagingConnection): (PlacedEndpoint & { address: string }) | undefined {
  return endpoints.find((endpoint): endpoint is PlacedEndpoint & { address: string } => endpoint.connectionType === connection && endpoint.address !== undefined);
}

/** Bare Study Instance UID of an ImagingStudy, the `urn:oid:` taken off where it is there. */
export function studyUidOf(study: Resource): string | undefined {
  const value = listOf<Identifier>(study['identifier']).find(({ system }) => system === DICOM_UID_SYSTEM)?.value;
  return value === undefined ? undefined : (uidOfUrn(value) ?? value);
}

/** A series as far as it matters here. */
export interface StudySeries {
  readonly uid?: string;
  readonly number?: number;
  readonly modality?: Coding & CodeableConcept;
  readonly numberOfInstances?: number;
  readonly started?: string;
  readonly endpoint?: readonly Reference[];
  readonly instance?: readonly { readonly uid?: string; readonly sopClass?: Coding; readonly number?: number }[];
}

export function seriesOf(study: Resource): readonly StudySeries[] {
  return listOf<StudySeries>(study['series']);
}

/** Foreign data may have anything where a list of objects should be; a single object counts as a list of one. */
export function listOf<T extends object>(value: unknown): T[] {
  const items: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return items.filter((item): item is T => typeof item === 'object' && item !== null);
}
