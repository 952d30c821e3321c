/** A guide's resources in, the ZIP archives that guides offer for download out: definitions and examples, one archive a format. */
import type { Resource } from '../core/fhir';
import { zipArchive, type ZipFile } from '../core/zip-archive';

/** A way to write a resource down. */
export interface ResourceFormat {
  /** As in the archive's name: `json`, `xml`, `ttl`. */
  readonly extension: string;
  /** Undefined for a resource that the format has no place for: the archive then lacks it. */
  readonly write: (resource: Resource) => string | undefined;
}

export const JSON_FORMAT: ResourceFormat = { extension: 'json', write: (resource) => `${JSON.stringify(resource, null, 2)}\n` };

export interface GuideZip {
  /** The name that the IG Publisher gives it: `definitions.json.zip`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** `definitions.X.zip` and `examples.X.zip` for each format X; equal resources give equal bytes. */
export function guideZips({ definitions, examples }: { definitions: readonly Resource[]; examples: readonly Resource[] }, formats: readonly ResourceFormat[] = [JSON_FORMAT]): GuideZip[] {
  return formats.flatMap((format) => [
    { name: `definitions.${format.extension}.zip`, bytes: zipArchive(definitions.flatMap((resource) => zipFile(resource, format))) },
    { name: `examples.${format.extension}.zip`, bytes: zipArchive(examples.flatMap((resource) => zipFile(resource, format))) },
  ]);
}

function zipFile(resource: Resource, { extension, write }: ResourceFormat): ZipFile[] {
  const text = write(resource);
  return text === undefined ? [] : [{ name: `${resource.resourceType}-${resource.id ?? 'unnamed'}.${extension}`, bytes: Buffer.from(text, 'utf8') }];
}
