/** A FHIR version in, this program's own guide for it as it was built last out. */
import { join } from 'node:path';
import type { FhirVersionRecord } from '../core/fhir-version';
import { packageRoot } from '../core/package-root';
import { ownGuide } from '../validate/guides';
import { guideFolder, R5_GUIDE } from './demo/guide-folder';

/** Where a guide's sources stand below the package, and what is built of it below --out. R4B resources are judged by the R4 guide. */
const PLACES: Readonly<Record<string, { root: string; out: string; build: string }>> = {
  '4.0': { root: '', out: '', build: 'scout build' },
  '4.3': { root: '', out: '', build: 'scout build' },
  '5.0': { root: R5_GUIDE, out: 'r5', build: 'scout build --ig-root ig-r5 --out output/r5' },
};

/** Folder of the examples of the guide for a version: in a clone beside its scenarios, of an installed program below --out. */
export function ownExamplesOf({ mimeVersion }: FhirVersionRecord, out: string): string {
  const { root = '', out: below = '' } = PLACES[mimeVersion] ?? {};
  return join(guideFolder(join(out, below)), root, 'input', 'examples');
}

/** Path of the built guide; else undefined and, where there is a guide for the version, a sentence that says how to build it. */
export function ownGuideFor({ mimeVersion }: FhirVersionRecord, out: string): { guide?: string; note?: string } {
  const place = PLACES[mimeVersion];
  if (place === undefined) return {};
  const guide = ownGuide(join(packageRoot(), place.root), join(out, place.out));
  return guide === undefined ? { note: `The guide is not built, so its profiles are not known; build it with: ${place.build}` } : { guide };
}
