/** A rendered site in, the archives that guides offer for download out: definitions and examples, one a format, and the whole site. */
import { zipArchive, type ZipFile } from '../core/zip-archive';
import { rawFileOf, RAW_FORMATS, type RawFormat } from './file-names';
import type { SiteArtifact, SiteGuide } from './guide';

/** The content of a file of the site. */
export type FileContent = string | Uint8Array;

export const FULL_ARCHIVE = 'full-ig.zip';

const PARTS: Readonly<Record<string, (artifact: SiteArtifact) => boolean>> = {
  definitions: ({ example }) => !example,
  examples: ({ example }) => example,
};

interface Archive {
  /** As the IG Publisher calls it, so that links written for it lead somewhere: `definitions.json.zip`. */
  readonly name: string;
  readonly format: RawFormat;
  readonly holds: (artifact: SiteArtifact) => boolean;
}

function archives(formats: readonly RawFormat[]): Archive[] {
  return formats.flatMap((format) => Object.entries(PARTS).map(([part, holds]) => ({ name: `${part}.${format}.zip`, format, holds })));
}

/** The archives that a site has something for, known before it is rendered. @param formats those that the guide's resources can be written in */
export function archiveNames(formats: readonly RawFormat[], { artifacts }: Pick<SiteGuide, 'artifacts'>): string[] {
  return [...archives(formats).filter(({ holds }) => artifacts.some(holds)).map(({ name }) => name), FULL_ARCHIVE];
}

/** `definitions.X.zip` and `examples.X.zip`, of the files that the artifacts' pages offer one by one; what a format has no place for is not in its archive. */
export function formatArchive(name: string, guide: Pick<SiteGuide, 'artifacts'>, files: ReadonlyMap<string, FileContent>): Buffer | undefined {
  const archive = archives(Object.keys(RAW_FORMATS) as RawFormat[]).find((one) => one.name === name);
  if (archive === undefined) return undefined;
  const names = guide.artifacts.filter(archive.holds).map(({ reference }) => rawFileOf(reference, archive.format));
  return zipArchive(names.flatMap((file) => zipFile(file, files.get(file))));
}

/** The whole site for reading without a network, in a folder of its own. */
export function fullArchive(files: ReadonlyMap<string, FileContent>): Buffer {
  return zipArchive([...files].flatMap(([name, content]) => zipFile(`site/${name}`, content)));
}

function zipFile(name: string, content: FileContent | undefined): ZipFile[] {
  return content === undefined ? [] : [{ name, bytes: typeof content === 'string' ? Buffer.from(content, 'utf8') : content }];
}
