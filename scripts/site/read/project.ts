/** A project folder and what SUSHI made of it in, the guide as the site wants it out. */
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { load } from 'js-yaml';
import { isResource, type Resource } from '../../core/fhir';
import type { Finding } from '../../core/finding';
import { KnownError } from '../../core/known-error';
import type { ElementTable } from '../../formats/element-table';
import { fromXml } from '../../formats/from-xml';
import type { Externals, SiteGuide, SitePage, SiteTest, SourceText } from '../guide';
import { guideFacts, siteArtifacts, type GuidePage, type ImplementationGuide, type ReadResource } from './assemble';
import { defaultMenu, readMenu } from './menu';
import { treeFiles, type TreeFile } from './tree';

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

/** Folders in which SUSHI and the IG Publisher look for ready-made resources. */
const RESOURCE_FOLDERS = ['capabilities', 'extensions', 'models', 'operations', 'profiles', 'resources', 'vocabulary', 'maps', 'testing', 'history', 'examples'];
/** Bytes beyond which a resource is given as a file only. */
export const TOO_LARGE = 10_000_000;
const PAGE_FOLDERS = ['pagecontent', 'pages', 'intro-notes'];
const PLANTUML = new Set(['.plantuml', '.puml', '.iuml']);

export function readProject(options: ProjectOptions): SiteGuide {
  const { root, generated, externals, tests = [], validation, drawPlantuml } = options;
  const findings: Finding[] = [...(options.findings ?? [])];
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
    return readResource(file, source, false, undefined, findings);
  });
}

function readyResources({ root, elementTable }: ProjectOptions, findings: Finding[], files: Map<string, string>): ReadResource[] {
  return RESOURCE_FOLDERS.flatMap((folder) => treeFiles(root, `input/${folder}`, findings).flatMap((file) => {
    if (!/\.(json|xml)$/.test(file.name)) return [];
    const found = readResource(file, { file: file.shown, line: 1 }, folder === 'examples', elementTable, findings);
    for (const { resource, tooLarge } of found) if (tooLarge !== undefined) files.set(`${resource.resourceType}-${resource.id}${extname(file.name)}`, file.path);
    return found;
  }));
}

function readResource(file: TreeFile, source: { file: string; line?: number }, example: boolean, elementTable: ElementTable | undefined, findings: Finding[]): ReadResource[] {
  if (file.size > TOO_LARGE) {
    findings.push({ severity: 'error', code: 'too-large', message: `${file.shown} has ${Math.round(file.size / 1_000_000)} MB, more than the ${TOO_LARGE / 1_000_000} MB that a page can show: it is given as a file only.`, location: { file: source.file, line: 1 }, source: 'site' });
    const [, resourceType, id] = /^([A-Z][A-Za-z]+)-(.+)\.(json|xml)$/.exec(basename(file.name)) ?? [];
    return resourceType === undefined || id === undefined ? [] : [{ resource: { resourceType, id }, example, source, tooLarge: file.size }];
  }
  try {
    const text = readFileSync(file.path, 'utf8');
    const value: unknown = file.name.endsWith('.xml') ? xmlResource(text, elementTable) : JSON.parse(text);
    return isResource(value) ? [{ resource: value, example, source }] : [];
  } catch (error) {
    findings.push({ severity: 'error', code: 'unreadable', message: `${file.shown} cannot be read: ${(error as Error).message}`, location: { file: source.file }, source: 'site' });
    return [];
  }
}

function xmlResource(text: string, elementTable: ElementTable | undefined): Resource | undefined {
  if (!text.includes('http://hl7.org/fhir')) return undefined;
  if (elementTable === undefined) throw new KnownError('no-element-table', 'XML can be read only for FHIR versions whose element table is there.');
  return fromXml(text, elementTable);
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
    const name = address.replace(/\.(html|md|xml)$/, '');
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

