/** A compiled project on disk in, what the quality checks look at out. */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isResource, localReference, type Resource } from '../core/fhir';
import type { FindingLocation } from '../core/finding';
import type { FailingExample, GuideExample, QaGuide, SourceFile } from './qa-guide';

export interface CompiledProject {
  /** The project's folder as the user gave it. */
  readonly root: string;
  /** Folder of fsh-index.json and resources/. */
  readonly generated: string;
  readonly packageId: string;
  readonly version: string | undefined;
  readonly canonical: string;
  readonly date: string | undefined;
  /** Those of the configuration. */
  readonly parameters: readonly { readonly code: string; readonly value: string }[];
  readonly implementationGuide?: Resource;
  readonly definitions: readonly Resource[];
  readonly examples: readonly Resource[];
  readonly failing: readonly FailingExample[] | undefined;
}

/** The folders of ready-made resources: https://fshschool.org/docs/sushi/project/#input-predefined-resources */
const READY_MADE = ['capabilities', 'extensions', 'models', 'operations', 'profiles', 'resources', 'vocabulary', 'maps', 'testing', 'history', 'examples'];
/** Larger files are looked at by the validator alone. */
const MOST_BYTES = 50 * 1024 * 1024;

export function readQaGuide({ root, generated, parameters, implementationGuide, examples, ...rest }: CompiledProject): QaGuide {
  const listed = new Map(((implementationGuide?.['definition'] as { resource?: ListedResource[] } | undefined)?.resource ?? []).map((row) => [row.reference.reference, row]));
  const sources = fshSources(root, generated);
  const readyMade = READY_MADE.flatMap((folder) => filesBelow(join(root, 'input', folder), '.json')).flatMap((file) => {
    const reference = referenceIn(file);
    return reference === undefined ? [] : [{ file, reference }];
  });
  const fileOf = new Map(readyMade.map(({ file, reference }) => [reference, file]));
  const configFile = [join(root, 'sushi-config.yaml'), join(root, 'sushi-config.yml')].find((file) => statSync(file, { throwIfNoEntry: false }) !== undefined) ?? root;
  return {
    ...rest,
    specialUrls: parameters.filter(({ code }) => code === 'special-url').map(({ value }) => value),
    examples: examples.map((resource): GuideExample => {
      const row = listed.get(localReference(resource) ?? '');
      const profiles = [...new Set([...(resource.meta?.profile ?? []), ...(row?.exampleCanonical === undefined ? [] : [row.exampleCanonical])])];
      return { resource, profiles, ...(row?.description !== undefined && { description: row.description }) };
    }),
    fsh: filesBelow(join(root, 'input', 'fsh'), '.fsh').map((file): SourceFile => ({ file, text: readFileSync(file, 'utf8') })),
    readyMade,
    configFile,
    sourceOf: (reference) => {
      const file = fileOf.get(reference) ?? (reference.startsWith('ImplementationGuide/') ? configFile : undefined);
      return sources.get(reference) ?? (file === undefined ? undefined : { file });
    },
  };
}

interface ListedResource {
  readonly reference: { readonly reference?: string };
  readonly description?: string;
  readonly exampleCanonical?: string;
}

/** SUSHI keeps in fsh-index.json what it made of which lines. */
function fshSources(root: string, generated: string): Map<string, FindingLocation> {
  const rows = readJson(join(generated, 'data', 'fsh-index.json')) as { outputFile: string; fshFile: string; startLine: number }[] | undefined;
  return new Map(
    (rows ?? []).flatMap(({ outputFile, fshFile, startLine }) => {
      const reference = referenceIn(join(generated, 'resources', outputFile));
      return reference === undefined ? [] : [[reference, { file: join(root, 'input', 'fsh', fshFile), line: startLine }] as const];
    }),
  );
}

function referenceIn(file: string): string | undefined {
  const value = (statSync(file, { throwIfNoEntry: false })?.size ?? Infinity) > MOST_BYTES ? undefined : readJson(file);
  return isResource(value) ? localReference(value) : undefined;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // what is no JSON is the compiler's finding
  }
}

/** Links are not followed: they may lead out of the project or in circles. */
function filesBelow(folder: string, extension: string): string[] {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name), extension) : entry.isFile() && entry.name.endsWith(extension) && !entry.name.startsWith('.') ? [join(folder, entry.name)] : []));
}
