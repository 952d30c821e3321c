/** A rendered site in, every file of its folder with its content out: pages, images, package, archives. */
import { existsSync, readFileSync } from 'node:fs';
import { archiveNames, formatArchive, FULL_ARCHIVE, fullArchive, type FileContent } from './archives';
import type { RawFormat } from './file-names';
import type { SiteGuide } from './guide';
import type { RenderedSite, RenderOptions } from './render-site';

export const PACKAGE_FILE = 'package.tgz';

/** Names of the files that are offered for download. @param packageFile path of the built package, where there is one */
export function downloadNames(guide: Pick<SiteGuide, 'artifacts'>, formats: RenderOptions['formats'], packageFile: string | undefined): string[] {
  return [...(packageFile === undefined ? [] : [PACKAGE_FILE]), ...archiveNames(['json', ...(Object.keys(formats ?? {}) as RawFormat[])], guide)];
}

export interface SiteContent {
  readonly guide: SiteGuide;
  readonly rendered: Pick<RenderedSite, 'files'>;
  /** As they were rendered with. */
  readonly formats: RenderOptions['formats'];
  readonly packageFile?: string | undefined;
  /** Files that join the site from elsewhere: the quality report. */
  readonly others?: ReadonlyMap<string, FileContent>;
}

/** All of them; equal content gives equal bytes. @throws Error for a path that leads out of the site's folder */
export function siteFiles({ guide, rendered, formats, packageFile, others = new Map() }: SiteContent): Map<string, FileContent> {
  const files = new Map<string, FileContent>([...rendered.files, ...others]);
  const onDisk = [...guide.files, ...(packageFile === undefined ? [] : [[PACKAGE_FILE, packageFile] as const])];
  for (const [path, from] of onDisk) if (existsSync(from)) files.set(path, readFileSync(from));
  for (const name of downloadNames(guide, formats, undefined)) {
    const archive = name === FULL_ARCHIVE ? fullArchive(files) : formatArchive(name, guide, files);
    if (archive !== undefined) files.set(name, archive);
  }
  // Ids and names of files were looked at when they were read; whatever else comes up must not be written anywhere.
  for (const path of files.keys()) if (path.startsWith('/') || path.split(/[\\/]/).includes('..')) throw new Error(`${path} leads out of the site.`);
  return files;
}
