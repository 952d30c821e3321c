/** What is known of a program in Java that is used as it is: its releases, and the Maven module that puts it together from its parts. */
export interface JavaTool {
  /** The folder of its Maven module, its folder in our cache, the name of the jar built, and the middle of error codes. */
  readonly id: string;
  /** As sentences call it, e.g. `the HL7 validator`. */
  readonly title: string;
  /** The release that the module builds; its pom names the same. */
  readonly version: string;
  /** Its single-file release. `release` is the folder in our cache in which `file` is kept. */
  readonly download: { readonly url: string; readonly release: string; readonly file: string };
  /** Where users name a jar of their own. */
  readonly option: string;
  readonly environment: string;
  /** Parts that a first build downloads; only the scale of a progress bar. */
  readonly aboutParts: number;
}

/** The classes of both tools are compiled for this Java. */
export const JAVA_MAJOR = 17;

/** A title as it begins a sentence. */
export function atStart(title: string): string {
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}
