/** Faults in what of an ImagingStudy is found by which parameter. */
import { FROM_R5 } from '../../core/fhir-version';
import type { Resource } from '../../core/fhir';
import { rule, type FaultRow } from './row';
import { indexingType, perItem } from './matching';

interface Series {
  uid?: string;
  modality?: unknown;
  instance?: Record<string, unknown>[];
  [element: string]: unknown;
}

const seriesOf = (study: Resource): Series[] => (study.series as Series[] | undefined) ?? [];
const study = (view: (resource: Resource) => Resource) => indexingType('ImagingStudy', view);
const without = (name: string) => study(({ [name]: _dropped, ...rest }) => rest as Resource);
const eachSeries = (view: (series: Series) => Series) => study((resource) => (resource.series === undefined ? resource : { ...resource, series: seriesOf(resource).map(view) }));
/** What becomes of each body site, which is a CodeableReference since R5. */
const bodySites = (view: (bodySite: Record<string, unknown>) => Record<string, unknown>) => eachSeries((series) => (series.bodySite === undefined ? series : { ...series, bodySite: view(series.bodySite as Record<string, unknown>) }));
const withoutInSeries = (name: string) => eachSeries(({ [name]: _dropped, ...rest }) => rest);

/** Each of R4's ImagingStudy parameters reads the elements its definition names: https://hl7.org/fhir/R4/imagingstudy.html#search */
export const IMAGING_FAULTS: readonly FaultRow[] = [
  {
    id: 'modality-from-study',
    group: 'imaging',
    does: 'modality searches the study\'s own list, where SR and KO series may be absent.',
    breaks: rule('several-paths'),
    override: study((resource) => {
      const stripped = seriesOf(resource).map(({ modality: _dropped, ...rest }) => rest);
      const listed = ((resource.modality as unknown[] | undefined) ?? []).map((modality) => ({ modality }));
      return { ...resource, series: [...stripped, ...listed] };
    }),
  },
  {
    id: 'first-series-only',
    group: 'imaging',
    does: 'Only the first series is searched.',
    breaks: rule('several-paths'),
    override: study((resource) => ({ ...resource, series: seriesOf(resource).slice(0, 1) })),
  },
  {
    id: 'first-instance-only',
    group: 'imaging',
    does: 'Only the first instance of a series is searched.',
    breaks: rule('several-paths'),
    override: eachSeries((series) => ({ ...series, ...(series.instance === undefined ? {} : { instance: series.instance.slice(0, 1) }) })),
  },
  {
    id: 'instances-indexed-in-part',
    group: 'imaging',
    does: 'Of a series only the first five instances are found.',
    breaks: rule('several-paths'),
    override: eachSeries((series) => ({ ...series, ...(series.instance === undefined ? {} : { instance: series.instance.slice(0, 5) }) })),
  },
  {
    id: 'endpoint-study-only',
    group: 'imaging',
    does: 'endpoint leaves out the endpoints of series.',
    breaks: rule('several-paths'),
    override: withoutInSeries('endpoint'),
  },
  {
    id: 'endpoint-series-only',
    group: 'imaging',
    does: 'endpoint leaves out the endpoints of the study.',
    breaks: rule('several-paths'),
    override: without('endpoint'),
  },
  {
    id: 'identifier-without-accession',
    group: 'imaging',
    does: 'Accession numbers are not found by identifier.',
    breaks: rule('several-paths'),
    override: study((resource) => ({ ...resource, identifier: ((resource.identifier as { type?: { coding?: { code?: string }[] } }[] | undefined) ?? []).filter((identifier) => !identifier.type?.coding?.some(({ code }) => code === 'ACSN')) })),
  },
  {
    id: 'identifier-first-only',
    group: 'imaging',
    does: 'Only the first identifier is found.',
    breaks: rule('several-paths'),
    override: study((resource) => ({ ...resource, identifier: ((resource.identifier as unknown[] | undefined) ?? []).slice(0, 1) })),
  },
  { id: 'reason-not-indexed', group: 'imaging', does: 'reason finds nothing.', breaks: rule('token-code'), override: study(({ reasonCode: _r4, reason: _r5, ...rest }) => rest) },
  { id: 'basedon-not-indexed', group: 'imaging', does: 'basedon finds nothing.', breaks: rule('reference-type-id'), override: without('basedOn') },
  {
    id: 'performer-not-indexed',
    group: 'imaging',
    does: 'performer finds nothing.',
    breaks: rule('reference-type-id'),
    override: withoutInSeries('performer'),
  },
  {
    id: 'bodysite-not-indexed',
    group: 'imaging',
    does: 'bodysite finds nothing.',
    breaks: rule('token-code'),
    override: withoutInSeries('bodySite'),
  },
  {
    id: 'body-structure-not-indexed',
    group: 'imaging',
    does: 'body-structure finds nothing.',
    breaks: rule('reference-type-id'),
    override: bodySites(({ reference: _dropped, ...rest }) => rest),
    versions: FROM_R5,
  },
  {
    id: 'concept-hides-reference',
    group: 'imaging',
    does: 'A body site that has a concept is not searched by its reference.',
    breaks: rule('missing'),
    override: bodySites(({ reference, ...rest }) => (rest.concept === undefined ? { reference } : rest)),
    versions: FROM_R5,
  },
  {
    id: 'reference-hides-concept',
    group: 'imaging',
    does: 'A body site that has a reference is not searched by its concept.',
    breaks: rule('missing'),
    override: bodySites(({ concept, ...rest }) => (rest.reference === undefined ? { concept } : rest)),
    versions: FROM_R5,
  },
  {
    id: 'dicom-class-not-indexed',
    group: 'imaging',
    does: 'dicom-class finds nothing.',
    breaks: rule('token-code'),
    override: eachSeries((series) => ({ ...series, ...(series.instance === undefined ? {} : { instance: series.instance.map(({ sopClass: _dropped, ...rest }) => rest) }) })),
  },
  {
    id: 'series-uid-as-urn',
    group: 'imaging',
    does: 'series finds urn:oid:UID, not the bare UID that the element holds.',
    breaks: rule('token-code'),
    override: eachSeries((series) => (series.uid === undefined ? series : { ...series, uid: `urn:oid:${series.uid}` })),
  },
  {
    id: 'started-without-time',
    group: 'imaging',
    does: 'started is indexed as a day; its time is dropped.',
    breaks: rule('date-eq'),
    override: study((resource) => (typeof resource.started === 'string' ? { ...resource, started: resource.started.slice(0, 10) } : resource)),
  },
  {
    id: 'modality-bodysite-joined',
    group: 'imaging',
    does: 'modality=A&bodysite=B asks for both in the same series.',
    breaks: rule('and'),
    override: perItem((criterion) => ['modality', 'bodysite', 'body-site'].includes(criterion.definition.code) && criterion.modifier === undefined, 'series'),
  },
];
