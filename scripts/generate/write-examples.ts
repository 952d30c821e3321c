/** A generated set in, files out: one JSON file for each example and bad example, all examples as NDJSON and as a transaction. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, Resource } from '../core/fhir';
import { localReference } from '../core/fhir';
import { writeWhole } from '../core/write-whole';
import type { BadExample } from './bad-examples';
import type { GeneratedSet } from './generate-examples';
import { updateFolder, type FolderUpdate } from './generated-folder';

export interface WrittenExamples {
  readonly examples: FolderUpdate;
  readonly bad: FolderUpdate;
  /** Paths of what was written, as given. */
  readonly files: { readonly examples: string; readonly ndjson: string; readonly bundle: string; readonly bad: string };
}

/**
 * Writes examplesDir/<Type>-<id>.json, outDir/examples.ndjson, outDir/examples-bundle.json, outDir/bad-examples/<id>.json
 * and outDir/bad-examples/expected.json. A file that we did not write, or that was changed since, is never touched.
 */
export function writeExamples(set: GeneratedSet, { examplesDir, outDir }: { examplesDir: string; outDir: string }): WrittenExamples {
  const resources = set.resources.map(({ resource }) => resource);
  const files = { examples: examplesDir, ndjson: join(outDir, 'examples.ndjson'), bundle: join(outDir, 'examples-bundle.json'), bad: join(outDir, 'bad-examples') };
  mkdirSync(outDir, { recursive: true });
  const examples = updateFolder(examplesDir, new Map(resources.map((resource) => [`${resource.resourceType}-${resource.id}.json`, pretty(resource)])));
  const bad = updateFolder(files.bad, new Map([...set.bad.map((example): [string, string] => [`${example.id}.json`, pretty(example.resource)]), ['expected.json', pretty(set.bad.map(expectedRow))]]));
  writeWhole(files.ndjson, resources.map((resource) => `${JSON.stringify(resource)}\n`).join(''));
  writeWhole(files.bundle, pretty(transactionOf(resources)));
  return { examples, bad, files };
}

/** What `bad-examples/expected.json` says of a bad example. */
export interface ExpectedRow {
  readonly id: string;
  /** File name in the same folder. */
  readonly file: string;
  readonly base: string;
  readonly about: string;
  readonly expect: BadExample['expect'];
  /** `Type/id` of the good examples that it refers to, directly or through others. */
  readonly context: readonly string[];
}

function expectedRow({ id, base, about, expect, context }: BadExample): ExpectedRow {
  return { id, file: `${id}.json`, base, about, expect, context: context.flatMap((resource) => localReference(resource) ?? []) };
}

/**
 * A transaction that puts each resource under its own id. It has no absolute URLs, so that any server takes it:
 * relative references are then resolved against the server itself (https://hl7.org/fhir/R4/http.html#trules).
 */
export function transactionOf(resources: readonly Resource[]): Bundle {
  const entry = resources.map((resource) => ({ resource, request: { method: 'PUT', url: localReference(resource) ?? resource.resourceType } }));
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
