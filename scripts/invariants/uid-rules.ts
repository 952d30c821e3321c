/** Rules on how DICOM UIDs are written in an ImagingStudy, and that they are unique within it. */
import { DICOM_UID_CLAUSE, DICOM_UID_SYSTEM, isDicomUid, uidOfUrn } from '../core/dicom-uid';
import type { Resource } from '../core/fhir';
import { listed, type ImagingStudy } from './imaging-study';
import type { Rule, Violation } from './rule';

const STUDY_UID_CLAUSE = 'https://hl7.org/fhir/R4/imagingstudy.html#notes';

export const UID_RULES: readonly Rule[] = [
  {
    id: 'scout-study-uid',
    resourceType: 'ImagingStudy',
    severity: 'error',
    origin: 'base',
    description: 'A Study Instance UID is written as urn:oid: followed by a legal DICOM UID.',
    url: STUDY_UID_CLAUSE,
    check: (resource) =>
      listed((resource as ImagingStudy).identifier).flatMap((identifier, i) => {
        if (identifier.system !== DICOM_UID_SYSTEM || typeof identifier.value !== 'string') return [];
        const uid = uidOfUrn(identifier.value);
        if (uid !== undefined && isDicomUid(uid)) return [];
        const reason = uid === undefined ? 'does not begin with urn:oid:' : 'is not a legal DICOM UID after urn:oid:';
        return [{ path: `ImagingStudy.identifier[${i}].value`, message: `"${identifier.value}" ${reason}.` }];
      }),
  },
  {
    id: 'scout-series-uid',
    resourceType: 'ImagingStudy',
    severity: 'error',
    origin: 'base',
    description: 'A Series Instance UID is a bare legal DICOM UID.',
    url: DICOM_UID_CLAUSE,
    check: (resource) => seriesUids(resource).flatMap(illegalUid),
  },
  {
    id: 'scout-instance-uid',
    resourceType: 'ImagingStudy',
    severity: 'error',
    origin: 'base',
    description: 'A SOP Instance UID is a bare legal DICOM UID.',
    url: DICOM_UID_CLAUSE,
    check: (resource) => instanceUids(resource).flatMap(illegalUid),
  },
  {
    id: 'scout-series-uid-unique',
    resourceType: 'ImagingStudy',
    severity: 'error',
    origin: 'base',
    description: 'No two series of a study have the same Series Instance UID.',
    url: DICOM_UID_CLAUSE,
    check: (resource) => repeated(seriesUids(resource)),
  },
  {
    id: 'scout-instance-uid-unique',
    resourceType: 'ImagingStudy',
    severity: 'error',
    origin: 'base',
    description: 'No two instances of a study have the same SOP Instance UID.',
    url: DICOM_UID_CLAUSE,
    check: (resource) => repeated(instanceUids(resource)),
  },
];

interface PlacedUid {
  path: string;
  uid: string;
}

function seriesUids(resource: Resource): PlacedUid[] {
  return listed((resource as ImagingStudy).series).flatMap((series, i) =>
    typeof series.uid !== 'string' ? [] : [{ path: `ImagingStudy.series[${i}].uid`, uid: series.uid }],
  );
}

function instanceUids(resource: Resource): PlacedUid[] {
  return listed((resource as ImagingStudy).series).flatMap((series, i) =>
    listed(series.instance).flatMap((instance, j) =>
      typeof instance.uid !== 'string' ? [] : [{ path: `ImagingStudy.series[${i}].instance[${j}].uid`, uid: instance.uid }],
    ),
  );
}

function illegalUid({ path, uid }: PlacedUid): Violation[] {
  if (isDicomUid(uid)) return [];
  const reason = uidOfUrn(uid) === undefined ? 'is not a legal DICOM UID' : 'has a urn:oid: prefix, which this element does not take';
  return [{ path, message: `"${uid}" ${reason}.` }];
}

function repeated(placed: readonly PlacedUid[]): Violation[] {
  const first = new Map<string, string>();
  return placed.flatMap(({ path, uid }) => {
    const earlier = first.get(uid);
    if (earlier === undefined) {
      first.set(uid, path);
      return [];
    }
    return [{ path, message: `UID ${uid} stands already at ${earlier}.` }];
  });
}
