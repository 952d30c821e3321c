/** The part of ImagingStudy that the rules read, with every element optional: servers send what they like. */
import type { CodeableConcept, Coding, Identifier, Resource } from '../core/fhir';

export interface StudySeries {
  uid?: string;
  /** A Coding until R4B, a CodeableConcept from R5 on. */
  modality?: Coding | CodeableConcept;
  numberOfInstances?: number;
  instance?: { uid?: string; sopClass?: unknown }[];
}

export interface ImagingStudy extends Resource {
  identifier?: Identifier[];
  modality?: (Coding | CodeableConcept)[];
  numberOfSeries?: number;
  numberOfInstances?: number;
  series?: StudySeries[];
}

/** The object elements of a repeating element; an absent or malformed one counts as none, so that rules never trip over bad data. */
export function listed<T extends object>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]).filter((item) => typeof item === 'object' && item !== null) : [];
}

/** Adds the numbers. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
