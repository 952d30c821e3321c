/** A store's current resources in, an NDJSON file out; the old file stays until the new one is whole. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringifyExactly } from '../core/exact-json';
import type { Resource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import { writeWhole } from '../core/write-whole';

/**
 * @returns how many were written
 * @throws KnownError `not-saved`
 */
export function saveData(path: string, resources: Iterable<Resource>): number {
  let count = 0;
  function* lines(): Generator<string> {
    for (const resource of resources) {
      count += 1;
      yield `${stringifyExactly(resource)}\n`;
    }
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeWhole(path, lines());
    return count;
  } catch (cause) {
    throw new KnownError('not-saved', `The data cannot be saved to ${path}: ${(cause as Error).message}.`, 'Give another file with --save.', { cause });
  }
}
