/** Where the FHIR package cache is and where a package lies in it. */
import { join } from 'node:path';
import { homeFolder } from '../core/home-folder';
import { packageLabel, type PackageId } from './package-id';

/** The cache that SUSHI and the HL7 validator share: `~/.fhir/packages` (https://confluence.hl7.org/display/FHIR/FHIR+Package+Cache). */
export function defaultCacheDir(): string {
  return join(homeFolder(), '.fhir', 'packages');
}

/** The folder of one package in a cache. */
export function packageFolder(cache: string, id: PackageId): string {
  return join(cache, packageLabel(id));
}
