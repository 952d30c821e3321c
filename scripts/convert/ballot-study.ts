/** The ImagingStudy of the DSTU2 ballot (0.5.0) as it comes, and the R4 study that is being made of it. https://hl7.org/fhir/2015May/imagingstudy.html */
import type { Coding, Identifier, Reference, Resource } from '../core/fhir';

export interface BallotInstance {
  number?: number;
  uid?: string;
  sopclass?: string;
  type?: string;
  title?: string;
  content?: Record<string, unknown>[];
}

export interface BallotSeries {
  number?: number;
  modality?: string;
  uid?: string;
  description?: string;
  numberOfInstances?: number;
  availability?: string;
  url?: string;
  bodySite?: Coding;
  laterality?: Coding;
  dateTime?: string;
  instance?: BallotInstance[];
}

export interface BallotStudy extends Resource {
  started?: string;
  patient?: Reference;
  uid?: string;
  accession?: Identifier;
  identifier?: Identifier[];
  order?: Reference[];
  modalityList?: string[];
  referrer?: Reference;
  availability?: string;
  url?: string;
  numberOfSeries?: number;
  numberOfInstances?: number;
  clinicalInformation?: string;
  procedure?: Coding[];
  interpreter?: Reference;
  description?: string;
  series?: BallotSeries[];
}

export interface MadeSeries {
  readonly extension: Record<string, unknown>[];
  readonly endpoint: Reference[];
  /** All other elements. */
  readonly elements: Record<string, unknown>;
}

export interface MadeStudy extends MadeSeries {
  readonly identifier: Identifier[];
  /** Endpoints made for the study, by address. */
  readonly endpoints: Map<string, Resource>;
  /** Id that made resources are named after. */
  readonly name: string;
}
