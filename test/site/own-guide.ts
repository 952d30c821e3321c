/** Our guide, built once in a folder of its own, as a site. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { siteFormats } from '../../scripts/commands/site/site-formats';
import { siteTests } from '../../scripts/commands/site/site-tests';
import { buildGuide } from '../../scripts/build/build-guide';
import { generateExamples } from '../../scripts/generate/generate-examples';
import { writeExamples } from '../../scripts/generate/write-examples';
import { defaultCacheDir } from '../../scripts/packages/cache-folder';
import { readPackage, type PackageContent } from '../../scripts/packages/read-package';
import type { SiteGuide } from '../../scripts/site/guide';
import { openExternals } from '../../scripts/site/read/externals';
import { readProject } from '../../scripts/site/read/project';
import { renderSite, type RenderedSite } from '../../scripts/site/render-site';
import { downloadNames, siteFiles } from '../../scripts/site/site-files';
import { writeSite } from '../../scripts/site/write-site';
import { packageRoot } from '../../scripts/core/package-root';

export interface OwnSite {
  readonly guide: SiteGuide;
  readonly site: RenderedSite;
  /** The package of the same build. */
  readonly content: PackageContent;
  /** Folder of the written site. */
  readonly folder: string;
  remove(): void;
}

/** A copy of the sources with examples made anew: those of a clone may be missing or old. */
function projectIn(root: string): string {
  const examplesDir = join(root, 'input', 'examples');
  for (const name of ['sushi-config.yaml', 'ig.ini', 'input', 'CHANGELOG.md']) cpSync(join(packageRoot(), name), join(root, name), { recursive: true });
  rmSync(examplesDir, { recursive: true, force: true });
  writeExamples(generateExamples({ scenarioDir: join(root, 'input', 'scenarios') }), { examplesDir, outDir: join(root, 'output') });
  return root;
}

export async function ownSite(): Promise<OwnSite> {
  const out = mkdtempSync(join(tmpdir(), 'scout-own-site-'));
  const root = projectIn(join(out, 'project'));
  const { package: made, generated, findings } = await buildGuide({ root, out, generatedIn: out });
  const externals = openExternals(defaultCacheDir(), [['hl7.fhir.r4.core', '4.0.1'], ['hl7.terminology.r4', '7.0.1'], ['hl7.fhir.uv.extensions.r4', '5.3.0-ballot-tc1']].map(([name, version]) => ({ name: name!, version: version! })));
  const guide = readProject({ root, generated, externals, findings, tests: await siteTests('4.0.1') });
  const formats = siteFormats('4.0.1');
  const site = renderSite(guide, { formats, alsoThere: downloadNames(guide, formats, made!.file) });
  const folder = join(out, 'site');
  writeSite(folder, siteFiles({ guide, rendered: site, formats, packageFile: made!.file }));
  return { guide, site, content: await readPackage(made!.file), folder, remove: () => rmSync(out, { recursive: true, force: true }) };
}
