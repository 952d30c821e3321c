/** What an invariant rule is: the machine-readable twin of an invariant of the guide, fast enough for every resource of a server. */
import type { ModelVersion } from '../core/element-model';
import type { Resource } from '../core/fhir';

/** One place where a rule is broken. */
export interface Violation {
  /** FHIRPath of the element, e.g. `ImagingStudy.series[1].uid`. */
  path: string;
  message: string;
  /**
   * For counts: whether more is listed than stated (which no reading allows) or less
   * (legal in R4, where a stated number may exceed what is listed; an error under the R6 draft and our profile).
   */
  count?: 'more-listed-than-stated' | 'fewer-listed-than-stated';
}

export interface Rule {
  /** Invariant key, as in the guide's FSH. */
  readonly id: string;
  readonly resourceType: 'ImagingStudy' | 'Endpoint';
  readonly severity: 'error' | 'warning';
  /** `base`: follows from the R4 specification's text; `r6-draft`: carried back from the R6 draft; `scout`: asked by our profile only. */
  readonly origin: 'base' | 'r6-draft' | 'scout';
  /** The rule in one sentence. */
  readonly description: string;
  /** Where it is written. */
  readonly url: string;
  /** Media type versions for which it holds; absent where it holds for R4, R4B and R5. */
  readonly versions?: readonly ModelVersion[];
  check(resource: Resource): Violation[];
}
