/** The fields that a record has without a template's declaring them, because code computes from them. */
import type { CodeableConcept, Coding, Reference } from '../core/fhir';
import { shapeOf, type Shape } from './shape';
import type { GivenFields } from './template';

/** What every record says of itself. */
export interface CommonRecord {
  id: string;
  /** Whether `meta.profile` names the profile that settings.yaml has for the type. */
  claimsProfile: boolean;
  tag?: Coding[];
  security?: Coding[];
  /** System that the resource comes from. */
  sourceSystem?: string;
  /** For a server that keeps what it is given; others set their own. */
  lastUpdated?: string;
}

const COMMON = { id: 'id!', claimsProfile: 'boolean = true', tag: 'coding(tag)[]', security: 'coding(security)[]', sourceSystem: 'uri', lastUpdated: 'instant' } as const;

export interface InstanceGroup {
  count: number;
  sopClass?: Coding;
  /** Titles of the first instances of the group. */
  title?: string[];
}

export interface SeriesRecord {
  uid?: string;
  number?: number;
  modality: Coding;
  sopClass?: Coding;
  instances?: InstanceGroup[];
  listInstances: boolean;
  countInstances: boolean;
  description?: string;
  bodySite?: Coding;
  laterality?: Coding;
  started?: string;
  endpoint?: Reference[];
  performer?: { actor: Reference; function?: CodeableConcept }[];
  specimen?: Reference[];
}

export interface SubsetRecord {
  study: Reference;
  series: { number: number; instances?: number[] }[];
}

/** What the study model is computed from. */
export interface StudyRecord extends CommonRecord {
  uid?: string;
  /** False for a study that has no Study Instance UID yet. */
  hasUid: boolean;
  modality?: Coding[];
  counts: 'computed' | 'none';
  numberOfSeries?: number;
  numberOfInstances?: number;
  series?: SeriesRecord[];
  subsetOf?: SubsetRecord;
}

const PERFORMERS = 'reference(Practitioner, PractitionerRole, Organization, CareTeam, Patient, Device, RelatedPerson)!';

const STUDY = {
  uid: 'uid',
  hasUid: 'boolean = true',
  modality: 'coding(modality)[]',
  counts: 'oneOf(computed, none) = computed',
  numberOfSeries: 'integer',
  numberOfInstances: 'integer',
  series: [
    {
      $short: 'modality',
      modality: 'coding(modality)!',
      number: 'integer',
      uid: 'uid',
      sopClass: 'coding(sopClass)',
      instances: [{ $short: 'count', count: 'integer!', sopClass: 'coding(sopClass)', title: 'text[]' }],
      listInstances: 'boolean = true',
      countInstances: 'boolean = true',
      description: 'text',
      bodySite: 'coding(bodySite)',
      laterality: 'coding(laterality)',
      started: 'dateTime',
      endpoint: 'reference(Endpoint)[]',
      performer: [{ $short: 'actor', actor: PERFORMERS, function: 'concept(performerFunction)' }],
      specimen: 'reference(Specimen)[]',
    },
  ],
  subsetOf: { study: 'reference(ImagingStudy)!', series: [{ $short: 'number', number: 'integer!', instances: 'integer[]' }] },
} as const;

const NONE: Shape = shapeOf({});

/** What code adds to a study for its template: see study-model.ts. */
const STUDY_MODEL = shapeOf({
  studyUid: 'uid',
  modalities: 'coding(modality)[]',
  seriesCount: 'integer',
  instanceCount: 'integer',
  listedSeries: [
    {
      uid: 'uid',
      number: 'integer',
      modality: 'coding(modality)',
      description: 'text',
      numberOfInstances: 'integer',
      bodySite: 'coding(bodySite)',
      laterality: 'coding(laterality)',
      started: 'dateTime',
      endpoint: 'reference(Endpoint)[]',
      performer: [{ actor: PERFORMERS, function: 'concept(performerFunction)' }],
      specimen: 'reference(Specimen)[]',
      instance: [{ uid: 'uid', sopClass: 'coding(sopClass)', number: 'integer', title: 'text' }],
    },
  ],
});

/** The given fields of a resource type. */
export function givenFields(type: string): GivenFields {
  return type === 'ImagingStudy' ? { stated: shapeOf({ ...COMMON, ...STUDY }), added: STUDY_MODEL } : { stated: shapeOf(COMMON), added: NONE };
}
