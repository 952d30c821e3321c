/** A folder of a guide's twin in, the examples out that R4 cannot say: written in the twin's own version, one resource a file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isResource } from '../core/fhir';
import { KnownError } from '../core/known-error';
import { packageRoot } from '../core/package-root';
import type { GeneratedResource } from './generate-examples';
import { referencedFirst } from './reference-order';

/** The folders of our own guides, by media type version. */
const FOLDERS: Readonly<Record<string, string>> = { '5.0': join('ig-r5', 'input', 'only-r5') };

/** Our own examples that only a version has, by its media type version (`5.0`); none for most. */
export function examplesOnlyIn(version: string): GeneratedResource[] {
  const folder = FOLDERS[version];
  return folder === undefined ? [] : readOnlyInVersion(join(packageRoot(), folder));
}

/** Reads `<Type>-<id>.json`, referenced ones first; none where there is no such folder. @throws KnownError `bad-example-file` */
export function readOnlyInVersion(folder: string): GeneratedResource[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json')).sort();
  return referencedFirst(names.map((name) => ({ resource: resourceIn(folder, name), file: join(folder, name) })));
}

function resourceIn(folder: string, name: string): GeneratedResource['resource'] {
  const file = join(folder, name);
  const text = readFileSync(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new KnownError('bad-example-file', `${file} is no JSON: ${(error as Error).message}.`);
  }
  if (!isResource(value) || `${value.resourceType}-${value.id}.json` !== name) throw new KnownError('bad-example-file', `${file} does not hold the resource that its name says.`, 'Name it <Type>-<id>.json.');
  return value;
}
