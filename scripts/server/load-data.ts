/** Files and folders in, their resources out, one at a time: NDJSON, single resources and Bundles in JSON and XML. */
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseExactly } from '../core/exact-json';
import { isBundle, isResource, localReference, type Bundle, type Resource } from '../core/fhir';
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import type { Progress } from '../core/progress';
import type { ElementTable } from '../formats/element-table';
import { fromXml } from '../formats/from-xml';
import type { ServerRequest, ServerResponse } from './request';

/** What a file holds: a resource to keep, or a batch or transaction to carry out. */
export type Loaded = { readonly kind: 'resource'; readonly resource: Resource; readonly place: string } | { readonly kind: 'post'; readonly bundle: Bundle; readonly place: string };

/**
 * Reads `.json` and `.xml` whole and other files as NDJSON, line by line; of folders those that end in .json, .ndjson and .xml, in the order of their names.
 * @throws KnownError `no-data-file`, `bad-data` naming file and line
 */
export async function* loadData(path: string, elements: ElementTable): AsyncGenerator<Loaded> {
  const about = await stat(path).catch((cause: unknown) => {
    throw new KnownError('no-data-file', `There is no file or folder ${path}.`, 'Give an NDJSON file, a resource or Bundle in FHIR JSON or XML, or a folder of them.', { cause });
  });
  if (about.isDirectory()) {
    for (const name of (await readdir(path)).sort()) {
      const inner = join(path, name);
      if (/\.(json|ndjson|xml)$/i.test(name) || (await stat(inner)).isDirectory()) yield* loadData(inner, elements);
    }
  } else if (extname(path).toLowerCase() === '.json') {
    yield* unwrap(parsed(await readFile(path, 'utf8'), path, undefined), path);
  } else if (extname(path).toLowerCase() === '.xml') {
    yield* unwrap(parsedXml(await readFile(path, 'utf8'), path, elements), path);
  } else {
    yield* loadLines(path);
  }
}

async function* loadLines(path: string): AsyncGenerator<Loaded> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      if (line.trim() !== '') yield* unwrap(parsed(line, path, number), `${path}:${number}`);
    }
  } finally {
    lines.close();
  }
}

function parsed(text: string, path: string, line: number | undefined): Resource {
  const place = line === undefined ? path : `${path}:${line}`;
  let value: unknown;
  try {
    value = parseExactly(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const isXml = text.trimStart().startsWith('<');
    const hint = isXml ? 'FHIR XML is read from files whose names end in .xml.' : line === undefined ? 'A .json file is one resource or Bundle; .xml files are read as FHIR XML, others as NDJSON.' : 'NDJSON is one resource a line; .json files are read whole, .xml files as FHIR XML.';
    throw new KnownError('bad-data', `${place} is not JSON: ${(cause as Error).message}.`, hint, { cause });
  }
  if (!isResource(value)) throw new KnownError('bad-data', `${place} is no FHIR resource: resourceType is missing.`, 'Each line or file is one resource or a Bundle of them.');
  return value;
}

function parsedXml(text: string, path: string, elements: ElementTable): Resource {
  try {
    return fromXml(text.replace(/^\uFEFF/, ''), elements);
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    throw new KnownError('bad-data', `${path} is no FHIR XML: ${error.message}`, `An .xml file is one resource or Bundle of FHIR ${elements.fhirVersion}.`, { cause: error });
  }
}

/** A Bundle's resources; one that asks for changes is carried out instead, so that its references become real. */
function* unwrap(resource: Resource, place: string): Generator<Loaded> {
  if (!isBundle(resource)) yield { kind: 'resource', resource, place };
  else if (resource.type === 'transaction' || resource.type === 'batch') yield { kind: 'post', bundle: resource, place };
  else for (const entry of resource.entry ?? []) if (isResource(entry.resource)) yield { kind: 'resource', resource: entry.resource, place };
}

/** What takes loaded data in: a FHIR server. */
export interface Loading {
  load(resource: Resource): void;
  readonly elements: ElementTable;
  handle(request: ServerRequest): ServerResponse;
  readonly basePath: string;
}

/** Where each resource was last found (`Type/id`), and which of its versions that was. */
export type Seen = Map<string, { readonly place: string; readonly versionId: string | undefined }>;

export interface LoadReport {
  /** Resources and bundles that were taken. */
  readonly count: number;
  /** What came again, with nothing to say that it is another version: `Patient/a (a.ndjson:1, b.json)`. */
  readonly repeated: readonly string[];
}

/**
 * Loads everything under a path into a server. What comes again becomes the next version of what was there.
 * @param seen what was loaded before; grows
 * @throws KnownError as loadData does; `bad-data` for a transaction that the server refuses
 */
export async function loadInto(server: Loading, path: string, progress: Progress, seen: Seen = new Map()): Promise<LoadReport> {
  let count = 0;
  const repeated: string[] = [];
  progress.start(`Loading ${path}`);
  for await (const loaded of loadData(path, server.elements)) {
    count += 1;
    if (loaded.kind === 'resource') {
      repeated.push(...noteRepeated(seen, loaded));
      put(server, loaded);
    } else post(server, loaded);
    progress.step(count);
  }
  progress.end(counted(count, 'resource'));
  return { count, repeated };
}

function noteRepeated(seen: Seen, { resource, place }: Extract<Loaded, { kind: 'resource' }>): string[] {
  const reference = localReference(resource);
  if (reference === undefined) return [];
  const before = seen.get(reference);
  const versionId = resource.meta?.versionId;
  seen.set(reference, { place, versionId });
  const isOther = versionId !== undefined && before?.versionId !== undefined && versionId !== before.versionId;
  return before === undefined || isOther ? [] : [`${reference} (${before.place === place ? `twice in ${place}` : `${before.place}, ${place}`})`];
}

function put(server: Loading, { resource, place }: Extract<Loaded, { kind: 'resource' }>): void {
  try {
    server.load(resource);
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    throw new KnownError(error.code, `${place}: ${error.message}`, error.hint);
  }
}

function post(server: Loading, { bundle, place }: Extract<Loaded, { kind: 'post' }>): void {
  const response = server.handle({ method: 'POST', url: server.basePath === '' ? '/' : server.basePath, headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(bundle) });
  const answer = JSON.parse(response.body) as Bundle & { issue?: { diagnostics?: string }[] };
  const failed = response.status >= 300 ? answer.issue?.[0]?.diagnostics : answer.entry?.map((entry) => entry.response).find((entry) => !/^[23]/.test(entry?.status ?? ''))?.status;
  if (failed !== undefined) throw new KnownError('bad-data', `${place} holds a ${bundle.type ?? ''} Bundle that cannot be carried out: ${failed}`, 'Each entry needs a request; see the FHIR page on transactions.');
}
