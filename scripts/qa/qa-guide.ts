/** What the quality checks look at: a guide's resources and sources as values, and where each was written. */
import type { Resource } from '../core/fhir';
import type { FindingLocation } from '../core/finding';

export interface QaGuide {
  readonly packageId: string;
  readonly version: string | undefined;
  readonly canonical: string;
  /** YYYY-MM-DD, or what the configuration states. */
  readonly date: string | undefined;
  /** URLs that need not be the canonical followed by type and id: the parameter special-url of the configuration. */
  readonly specialUrls: readonly string[];
  readonly definitions: readonly Resource[];
  readonly examples: readonly GuideExample[];
  /** Examples that are wrong on purpose; undefined where the project has no place for them. */
  readonly failing: readonly FailingExample[] | undefined;
  /** FSH texts. */
  readonly fsh: readonly SourceFile[];
  /** JSON resources that the project holds ready-made, generated examples included. */
  readonly readyMade: readonly { readonly file: string; readonly reference: string }[];
  /** sushi-config.yaml, for what concerns the guide as a whole. */
  readonly configFile: string;
  /** Where an artifact (`Type/id`) is written. */
  readonly sourceOf: (reference: string) => FindingLocation | undefined;
}

export interface GuideExample {
  readonly resource: Resource;
  /** Canonicals of the profiles that it claims, in meta.profile or in the ImplementationGuide. */
  readonly profiles: readonly string[];
  readonly description?: string;
}

export interface FailingExample {
  readonly id: string;
  /** Rules that it breaks: invariant keys among them. */
  readonly rules: readonly string[];
}

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** What a check is: a record that names itself in the report, and a pure function. */
export interface QaCheck {
  readonly id: string;
  readonly title: string;
  /** What it looks for, in a sentence that the report shows. */
  readonly about: string;
  /** @param today YYYY-MM-DD */
  readonly run: (guide: QaGuide, today: string) => QaFault[];
}

/** A fault that a check found; the caller adds check and source. */
export interface QaFault {
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly location?: FindingLocation;
}

/** The place of an artifact, with its reference. */
export function placeOf(guide: QaGuide, reference: string): FindingLocation {
  return { ...guide.sourceOf(reference), resource: reference };
}
