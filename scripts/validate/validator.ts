/** What every validator offers, the official one and the embedded one: a set of resources in, findings out. */
import type { Finding } from '../core/finding';
import type { Progress } from '../core/progress';
import type { LinkedResource } from './references';

export interface ValidateOptions {
  /** Profiles to check besides those that a resource claims; each applies to the resources of its type. */
  readonly profiles?: readonly ProfileChoice[];
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface ProfileChoice {
  /** Canonical URL, with `|version` or without. */
  readonly url: string;
  /** The resource type that it constrains. */
  readonly type: string;
}

/** A finding about one resource of the set. */
export interface ResourceFinding {
  /** Index in the set. */
  readonly index: number;
  /** Its location has a path only; the caller knows the file. */
  readonly finding: Finding;
}

export interface Validator {
  /** Name and version, e.g. `HL7 FHIR validator 6.10.4`. */
  readonly description: string;
  /**
   * Checks each resource against its base definition, the profiles it claims and the ones asked for. References within the
   * set are followed.
   * @throws KnownError when the validator fails as a whole (died, timed out); a resource that it cannot digest is a finding
   */
  validate(set: readonly LinkedResource[], options: ValidateOptions): Promise<ResourceFinding[]>;
  /** Ends what runs on its behalf. May be called twice. */
  close(): Promise<void>;
}
