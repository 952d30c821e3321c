/** A project folder and what SUSHI made of it in, the guide as the site wants it out. */
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { load } from 'js-yaml';
import type { Finding } from '../../core/finding';
import type { ElementTable } from '../../formats/element-table';
import { ownImplementationGuide } from '../../formats/ig-ini';
import { readResourceFile, readyMadeFiles } from '../../formats/resource-files';
import { treeFiles, type TreeFile } from '../../formats/source-tree';
import type { Externals, SiteGuide, SitePage, SiteTest, SourceText } from '../guide';
import { guideFacts, siteArtifacts, type GuidePage, type ImplementationGuide, type ReadResource } from './assemble';
import { defaultMenu, readMenu } from './menu';

export interface ProjectOptions {
  /** The folder of sushi-config.yaml or ig.ini. */
  readonly root: string;
  /** `fsh-generated/` */
  readonly generated: string;
  /** Reads ready-made resources that are written as XML. */
  readonly elementTable?: ElementTable;
  readonly externals: Externals;
  readonly tests?: readonly SiteTest[];
  /** What building the project found. */
  readonly findings?: readonly Finding[];
  readonly validation?: ReadonlyMap<string, readonly Finding[]>;
  /** Turns a PlantUML source into SVG; undefined where that cannot be done. */
  readonly drawPlantuml?: (source: string) => string | undefined;
}

const PAGE_FOLDERS = ['pagecontent', 'pages', 'intro-notes'];
const PLANTUML = new Set(['.plantuml', '.puml', '.iuml']);

export function readProject(options: ProjectOptions): SiteGuide {
  const { root, generated, externals, tests = [], validation, drawPlantuml } = options;
  // What is wrong with ready-made files is found again here.
  const findings: Finding[] = (options.findings ?? []).filter(({ source }) => source !== 'site');
  const files = new Map<string, string>();
  const resources = [...generatedResources(generated, findings), ...readyResources(options, findings, files)];
  // A project's own ImplementationGuide wins over the one that SUSHI makes.
  const guides = resources.filter((read): read is ReadResource & { resource: ImplementationGuide } => read.resource.resourceType === 'ImplementationGuide');
  const ig = guides.at(-1)?.resource;
  const { artifacts, groups, findings: artifactFindings } = siteArtifacts(ig, guides.length > 1 ? resources.filter((read) => !guides.slice(0, -1).includes(read as never)) : resources);
  findings.push(...artifactFindings);
  const configuration = configurationText(root);
  const { pages, companions } = readPages(root, ig?.definition?.page, configuration, findings);
  const includes = readIncludes(root, generated, findings);
  for (const file of treeFiles(root, 'input/images', findings)) files.set(file.name, file.path);
  const menu = includes.get('menu.xml');
  return {
    ...guideFacts(ig, {}), groups, artifacts, pages, companions, includes, files, externals, tests, findings,
    data: readData(root, findings),
    menu: menu === undefined ? defaultMenu(pages) : readMenu(menu, configuration),
    plantuml: new Map(treeFiles(root, 'input/images-source', findings).filter(({ name }) => PLANTUML.has(extname(name))).map((file) => {
      const text = readFileSync(file.path, 'utf8');
      const svg = drawPlantuml?.(text);
      return [basename(file.name, extname(file.name)), { file: file.shown, text, ...(svg === undefined ? {} : { svg }) }];
    })),
    ...(validation === undefined ? {} : { validation }),
  };
}

function configurationText(root: string): SourceText | undefined {
  for (const file of ['sushi-config.yaml', 'sushi-config.yml', 'ig.ini']) {
    try {
      return { file, text: readFileSync(join(root, file), 'utf8') };
    } catch {
      continue;
    }
  }
  return undefined;
}

/** What SUSHI wrote, each with the FSH file and line that it comes from. */
function generatedResources(generated: string, findings: Finding[]): ReadResource[] {
  const index = new Map<string, { fshFile: string; startLine: number }>();
  try {
    for (const row of JSON.parse(readFileSync(join(generated, 'data', 'fsh-index.json'), 'utf8')) as { outputFile: string; fshFile: string; startLine: number }[]) index.set(row.outputFile, row);
  } catch {
    // A project without FSH has no such index.
  }
  return treeFiles(generated, 'resources', []).filter(({ name }) => name.endsWith('.json')).flatMap((file) => {
    const row = index.get(file.name);
    const source = row === undefined ? { file: `fsh-generated/resources/${file.name}` } : { file: `input/fsh/${row.fshFile}`, line: row.startLine };
    return readResourceFile(file, source, undefined, findings).map(({ resource, tooLarge }) => ({ resource, example: false, source, tooLarge }));
  });
}

function readyResources({ root, elementTable }: ProjectOptions, findings: Finding[], files: Map<string, string>): ReadResource[] {
  const own = ownImplementationGuide(root);
  const guide = own === undefined ? [] : readResourceFile(own, { file: own.shown, line: 1 }, elementTable, findings).map((read) => ({ ...read, inExamples: false }));
  const found = [...readyMadeFiles(root, elementTable, findings).filter(({ file }) => file.path !== own?.path), ...guide];
  for (const { resource, file, tooLarge } of found) if (tooLarge !== undefined) files.set(`${resource.resourceType}-${resource.id}${extname(file.name)}`, file.path);
  return found.map(({ resource, file, inExamples, tooLarge }) => ({
    resource, tooLarge,
    // Where SUSHI does not list everything, what is no definition is an example.
    example: inExamples || (own !== undefined && typeof resource.url !== 'string'),
    source: { file: file.shown, line: 1 },
  }));
}

/** Pages in the order of the guide's table of contents; texts that belong to an artifact apart. */
function readPages(root: string, top: GuidePage | undefined, configuration: SourceText | undefined, findings: Finding[]): { pages: SitePage[]; companions: Map<string, SourceText> } {
  const texts = new Map<string, SourceText & { format: SitePage['format'] }>();
  for (const folder of PAGE_FOLDERS) {
    for (const file of treeFiles(root, `input/${folder}`, findings)) {
      const extension = extname(file.name);
      if (['.md', '.xml', '.html', '.xhtml'].includes(extension)) texts.set(basename(file.name, extension), { file: file.shown, text: readFileSync(file.path, 'utf8'), format: extension === '.md' ? 'markdown' : 'html' });
    }
  }
  const companions = new Map([...texts].filter(([name]) => /^[A-Z][A-Za-z]+-.+-(intro|notes)$/.test(name)));
  const pages = new Map<string, SitePage>();
  const walk = (page: GuidePage, depth: number) => {
    const address = page.nameUrl ?? page.name ?? page.sourceUrl ?? '';
    const stated = address.replace(/\.(html|md|xml)$/, '');
    // All pages of a site are in one folder, as the IG Publisher's are, wherever their texts stand.
    const name = texts.has(stated) ? stated : basename(stated);
    const text = texts.get(name);
    if (name !== '' && !MADE.has(name)) {
      pages.set(name, { name, title: page.title ?? name, format: text?.format ?? 'markdown', depth: Math.max(0, depth - 1), ...(text === undefined ? {} : { source: text }) });
      if (text === undefined) findings.push({ severity: 'error', code: 'missing-page', message: `The page ${address} is announced and there is no text for it in input/pagecontent.`, location: lineIn(configuration, name), source: 'site' });
    } else if (text !== undefined) pages.set(name, { name, title: page.title ?? name, format: text.format, depth: Math.max(0, depth - 1), source: text });
    page.page?.forEach((child) => walk(child, depth + 1));
  };
  if (top !== undefined) walk(top, 0);
  for (const [name, text] of texts) if (!companions.has(name) && !pages.has(name)) pages.set(name, { name, title: titleOf(name, text), format: text.format, depth: 0, source: text });
  return { pages: [...pages.values()], companions };
}

/** Pages that the site makes itself. */
const MADE = new Set(['toc', 'artifacts', 'downloads']);

function titleOf(name: string, { text }: SourceText): string {
  const heading = /^#{1,3} +(.+?)(?: *\{.*\})?$/m.exec(text)?.[1];
  return heading ?? (name === 'index' ? 'Home' : name.replace(/[-_]+/g, ' ').replace(/^./, (letter) => letter.toUpperCase()));
}

function lineIn(source: SourceText | undefined, word: string): { file: string; line?: number } {
  if (source === undefined) return { file: 'sushi-config.yaml' };
  const line = source.text.split('\n').findIndex((text) => text.includes(`${word}.md`) || text.includes(`${word}.html`) || text.includes(`${word}.xml`)) + 1;
  return { file: source.file, ...(line === 0 ? {} : { line }) };
}

function readIncludes(root: string, generated: string, findings: Finding[]): Map<string, SourceText> {
  const found = new Map<string, SourceText>();
  const add = (file: TreeFile, shown: string) => found.set(file.name, { file: shown, text: readFileSync(file.path, 'utf8') });
  for (const file of treeFiles(generated, 'includes', [])) add(file, `fsh-generated/includes/${file.name}`);
  for (const file of treeFiles(root, 'input/includes', findings)) if (/\.(md|html|xhtml|xml|svg|txt|liquid|json|csv)$/.test(file.name)) add(file, file.shown);
  return found;
}

/** `site.data` of a page: JSON and YAML files of input/data. */
function readData(root: string, findings: Finding[]): Record<string, unknown> {
  return Object.fromEntries(treeFiles(root, 'input/data', findings).flatMap((file) => {
    if (!/\.(json|ya?ml)$/.test(file.name)) return [];
    try {
      return [[basename(file.name, extname(file.name)), load(readFileSync(file.path, 'utf8'))]];
    } catch (error) {
      findings.push({ severity: 'error', code: 'unreadable', message: `${file.shown} cannot be read: ${(error as Error).message.split('\n')[0]}`, location: { file: file.shown }, source: 'site' });
      return [];
    }
  }));
}

