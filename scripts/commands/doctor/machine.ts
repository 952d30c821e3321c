/** What the doctor saw on a machine: facts only, so that the diagnosis is a function of them. */
import type { PackageReport } from '../../packages/package-report';

/** Something that is not there, and the one line that mends it. */
export interface Lack {
  readonly problem: string;
  readonly mend: string;
}

/** An address and whether it answers. */
export interface Reach {
  readonly url: string;
  readonly answers: boolean;
  /** What was said instead of an answer. */
  readonly why?: string;
}

export interface Machine {
  readonly node: { readonly version: string; readonly wanted: string };
  readonly java: { readonly version: string; readonly command: string } | Lack;
  readonly maven: { readonly version: string } | Lack;
  /** The repository that Maven takes parts from, after the user's mirrors; absent without Maven, or where it did not say in time. */
  readonly mavenRepository?: Reach;
  readonly validator: { readonly jar: string; readonly origin: string } | { readonly problem: string };
  /** Where the validator's release would be downloaded. */
  readonly validatorDownload: Reach;
  readonly packages: PackageReport | Lack;
  readonly fhirRegistries: readonly Reach[];
  readonly npmRegistry: Reach;
}
