/** The resources of a package folder in, the `.index.json` that says which resource is in which file out, and back. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file of a package: https://hl7.org/fhir/packages.html#2.1.10.4 */
export interface IndexEntry {
  readonly filename: string;
  readonly resourceType: string;
  readonly id?: string;
  readonly url?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly type?: string;
  readonly supplements?: string;
  readonly content?: string;
  readonly valueSet?: string;
  readonly derivation?: string;
}

/** The version of the format that the HL7 validator accepts; it rebuilds any other. */
const INDEX_VERSION = 2;
export const INDEX_FILE = '.index.json';

const FIELDS = ['id', 'url', 'version', 'kind', 'type', 'supplements', 'content', 'valueSet', 'derivation'] as const;
/** Files that are no resources, as the HL7 validator lists them. */
const NOT_INDEXED = new Set(['package.json', INDEX_FILE, '.oids.json']);

/** The entries for the resources of one folder, in the order of their file names. Files that are not resources are passed over. */
export function indexFolder(folder: string): IndexEntry[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !NOT_INDEXED.has(entry.name));
  return names
    .map((entry) => entry.name)
    .sort()
    .flatMap((filename) => {
      const entry = indexEntry(filename, readFileSync(join(folder, filename), 'utf8'));
      return entry === undefined ? [] : [entry];
    });
}

function indexEntry(filename: string, text: string): IndexEntry | undefined {
  let resource: Record<string, unknown> | null;
  try {
    resource = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return undefined; // some packages carry files that only look like JSON, e.g. other tools' data
  }
  if (typeof resource?.resourceType !== 'string') return undefined;
  const entry: { -readonly [key in keyof IndexEntry]: IndexEntry[key] } = { filename, resourceType: resource.resourceType };
  for (const field of FIELDS) {
    const value = resource[field];
    if (typeof value === 'string') entry[field] = value;
  }
  return entry;
}

/** Indexes `package/` and the folders in it, so that the HL7 validator finds them done, also in a cache it cannot write to. */
export function writeIndexes(folder: string): void {
  writeFileSync(join(folder, INDEX_FILE), JSON.stringify({ 'index-version': INDEX_VERSION, files: indexFolder(folder) }, null, 1));
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) writeIndexes(join(folder, entry.name));
  }
}

/** The entries of a folder's index; undefined where there is none that can be used. */
export function readIndex(folder: string): IndexEntry[] | undefined {
  try {
    const index = JSON.parse(readFileSync(join(folder, INDEX_FILE), 'utf8')) as { 'index-version'?: number; files?: IndexEntry[] };
    return index['index-version'] === INDEX_VERSION && Array.isArray(index.files) ? index.files : undefined;
  } catch {
    return undefined;
  }
}
