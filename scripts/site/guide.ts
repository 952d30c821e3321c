/** What a site is made of: the guide's artifacts, pages, menu and files as values, read from a project or a package by the adapters in read/. */
import type { Resource } from '../core/fhir';
import type { Finding } from '../core/finding';

/** A text with the name by which its author knows it. */
export interface SourceText {
  /** Path as findings show it. */
  readonly file: string;
  readonly text: string;
}

/** Where an artifact is written. */
export interface SourcePlace {
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
}

export interface SiteArtifact {
  /** `Type/id`. */
  readonly reference: string;
  readonly resource: Resource;
  readonly example: boolean;
  /** Canonicals of the profiles that it is an example of, as the ImplementationGuide or its meta.profile say. */
  readonly exampleOf: readonly string[];
  readonly title: string;
  readonly description?: string;
  /** Id of a group of the guide. */
  readonly group?: string;
  readonly source?: SourcePlace;
  /** Bytes of a resource that is too large to be shown whole. */
  readonly tooLarge?: number;
}

export interface SiteGroup {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

/** A narrative page. */
export interface SitePage {
  /** File name without extension: `index`. */
  readonly name: string;
  readonly title: string;
  readonly format: 'markdown' | 'html';
  /** Absent for a page that is announced and not there. */
  readonly source?: SourceText;
  /** Depth in the table of contents: 0 at the top. */
  readonly depth: number;
}

export interface MenuEntry {
  readonly title: string;
  readonly href?: string;
  readonly children: readonly MenuEntry[];
  readonly source?: SourcePlace;
}

/** A definition of another package, with the address where people read it. */
export interface ExternalDefinition {
  readonly resourceType: string;
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly href: string;
  /** `name#version` */
  readonly packageLabel: string;
  read(): Resource;
}

/** Definitions of FHIR and of the packages that the guide depends on. */
export interface Externals {
  find(canonical: string): ExternalDefinition | undefined;
}

/** A server test, as the tester's catalogue lists it. */
export interface SiteTest {
  readonly id: string;
  readonly title: string;
  /** Resource type that it is about, where it is about one. */
  readonly resourceType?: string;
  readonly group: string;
  readonly requirement: { readonly id: string; readonly url: string; readonly text: string };
  /** Invariants of the guide that it may report. */
  readonly invariants: readonly string[];
}

export interface Dependency {
  readonly packageId: string;
  readonly version: string;
  readonly uri?: string;
  readonly reason?: string;
}

export interface SiteGuide {
  readonly packageId: string;
  readonly version: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly canonical: string;
  /** Where the guide's other pages are, with a slash at the end; absent where all of them are in this site. */
  readonly published?: string;
  /** e.g. `4.0.1` */
  readonly fhirVersion: string;
  readonly status: string;
  readonly date?: string;
  readonly publisher?: string;
  readonly license?: string;
  readonly jurisdiction?: string;
  readonly releaseLabel?: string;
  readonly dependencies: readonly Dependency[];
  readonly groups: readonly SiteGroup[];
  readonly artifacts: readonly SiteArtifact[];
  readonly pages: readonly SitePage[];
  /** Texts before and after an artifact: `StructureDefinition-x-intro`, `StructureDefinition-x-notes`. */
  readonly companions: ReadonlyMap<string, SourceText>;
  readonly menu: readonly MenuEntry[];
  /** Liquid includes by file name. */
  readonly includes: ReadonlyMap<string, SourceText>;
  /** `site.data` of Liquid. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Files copied as they are (images, downloads), by their path in the site: their path on disk. */
  readonly files: ReadonlyMap<string, string>;
  /** PlantUML sources by name without extension, and the SVG where one could be made. */
  readonly plantuml: ReadonlyMap<string, SourceText & { readonly svg?: string }>;
  readonly externals: Externals;
  readonly tests: readonly SiteTest[];
  /** What the validator said of artifacts, by `Type/id`; absent where it was not asked. */
  readonly validation?: ReadonlyMap<string, readonly Finding[]>;
  /** What was wrong while reading and compiling. */
  readonly findings: readonly Finding[];
}
