/** Names of FHIR packages: `name#version` text to and from its two parts. */
import { KnownError } from '../core/known-error';

/** A FHIR NPM package in one version: https://hl7.org/fhir/packages.html */
export interface PackageId {
  readonly name: string;
  readonly version: string;
}

// Lower case, at least two dotted parts, as registries allow them; a version is one path segment without `#`.
const NAME = /^[a-z][a-zA-Z0-9-]*(\.[a-zA-Z0-9-]+)+$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9.+_-]*$/;

/** `name#version`: the folder's name in the FHIR package cache. */
export function packageLabel(id: PackageId): string {
  return `${id.name}#${id.version}`;
}

/**
 * Reads `name#version` (or npm's `name@version`).
 * @throws KnownError `bad-package-name`; names with path separators never come through, because they become folder names.
 */
export function parsePackageId(text: string): PackageId {
  const [name, version, ...rest] = text.split(/[#@]/);
  if (name === undefined || version === undefined || rest.length > 0 || !NAME.test(name) || !VERSION.test(version)) {
    throw new KnownError('bad-package-name', `"${text}" is not a FHIR package in a version.`, 'Write it as hl7.fhir.r4.core#4.0.1.');
  }
  return { name, version };
}
