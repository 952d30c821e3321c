/** The guide built and installed in a package cache of its own, and a second project that stands on it by name#version, built and installed too. */
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildGuide, type BuildResult } from '../../scripts/build/build-guide';
import { packageRoot } from '../../scripts/core/package-root';
import { defaultCacheDir } from '../../scripts/packages/cache-folder';
import { installArchive } from '../../scripts/packages/install-archive';
import { CONFIG, fshProject, type FshProject } from './fsh-project';

const USER = {
  'sushi-config.yaml': CONFIG.replace('id: test.project', 'id: user.project').replace('menu:', '  fhir-scout.imaging: 0.1.0\nmenu:'),
  'input/fsh/study.fsh': 'Profile: LocalStudy\nParent: ScoutImagingStudy\nId: local-study\n* description 1..1\n',
};
/** Of the second project, as the cache has it. */
export const USER_PACKAGE = 'user.project#1.2.3';
export const USER_PROFILE = { url: 'https://example.org/test/StructureDefinition/local-study', type: 'ImagingStudy' };

export interface SecondProject {
  /** The guide's package file. */
  readonly guide: string;
  /** As the guide was installed. */
  readonly installed: { readonly name: string; readonly version: string };
  readonly cache: string;
  readonly project: FshProject;
  readonly built: BuildResult;
}

/** Makes the cache in the folder; its standard packages lie elsewhere, as with --cache. The caller removes the folder and the project. */
export async function secondProject(folder: string): Promise<SecondProject> {
  const cache = join(folder, 'cache');
  mkdirSync(cache);
  for (const name of readdirSync(defaultCacheDir())) if (name.includes('#')) symlinkSync(join(defaultCacheDir(), name), join(cache, name));
  const { package: packed } = await buildGuide({ root: packageRoot(), out: folder, generatedIn: folder });
  const guide = packed?.file ?? '';
  const installed = await installArchive(guide, cache);
  const project = fshProject(USER);
  const built = await buildGuide({ root: project.root, out: project.out, cacheDir: cache });
  await installArchive(built.package?.file ?? '', cache);
  return { guide, installed, cache, project, built };
}
