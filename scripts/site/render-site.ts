/** A guide in, all files of its site out; of an earlier rendering those pages are kept that nothing they read has changed. */
import type { Finding } from '../core/finding';
import type { Resource } from '../core/fhir';
import { checkLinks, linksOf, type LinkedPage } from './check-links';
import { definitionsPageOf, mappingsPageOf, pageOf, rawFileOf, rawPageOf, RAW_FORMATS, type RawFormat } from './file-names';
import { assetFiles, framed, PROBLEMS_PAGE } from './frame';
import type { MenuEntry, SiteArtifact, SiteGuide } from './guide';
import type { PageRecord } from './page';
import { capabilityPage } from './pages/capability';
import { coveragePage } from './pages/coverage';
import { definitionsPage, mappingsPage } from './pages/definitions';
import { operationPage, searchParameterPage } from './pages/definition-resources';
import { artifactsPage, contentsPage, problemsPage } from './pages/lists';
import { narrativePage } from './pages/narrative';
import { rawPage } from './pages/raw';
import { resourcePage } from './pages/resource';
import { structurePage } from './pages/structure';
import { codeSystemPage, valueSetPage } from './pages/terminology';
import { downloadsPage } from './pages/downloads';
import { fingerprinter, indexGuide, recordReading, type SiteReader } from './reader';
import { searchIndexFile, type SearchEntry } from './search-index';

/** Writes a resource in a format; undefined where that cannot be done, with the reason. */
export type WriteFormat = (resource: Resource) => { text: string } | { why: string };

export interface RenderOptions {
  /** XML and Turtle, where they can be written for the guide's FHIR version. */
  readonly formats?: Partial<Record<Exclude<RawFormat, 'json'>, WriteFormat>>;
  /** Files that will be in the site beside the rendered ones: package.tgz, qa.html. */
  readonly alsoThere?: readonly string[];
  /** An earlier rendering of the guide with the same options. */
  readonly previous?: RenderedSite;
  /** Told before each page that is rendered. */
  readonly onPage?: (done: number, total: number, path: string) => void;
}

/** A page as it was rendered, with what it was made of. */
export interface RenderedPage extends LinkedPage {
  readonly text: string;
  /** Keys of what it read, with the fingerprint of each. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
  readonly search?: SearchEntry;
  /** Files beside the page: the resource in its formats. */
  readonly files?: ReadonlyMap<string, string>;
}

export interface RenderedSite {
  readonly pages: ReadonlyMap<string, RenderedPage>;
  /** Path in the site -> text. Images and other files of the guide are not among them: see `guide.files`. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths of the pages that were rendered now and not kept. */
  readonly rendered: readonly string[];
  readonly findings: readonly Finding[];
}

/** What a page may throw without taking the site down: a mistake of ours in one page is a finding, and the other pages stand. */
export function renderSite(guide: SiteGuide, options: RenderOptions = {}): RenderedSite {
  const index = indexGuide(guide);
  const fingerprint = fingerprinter(index);
  const records = pageRecords(guide, options);
  const incompleteBefore = guide.findings.some(isError);
  const pages = new Map<string, RenderedPage>();
  const rendered: string[] = [];
  records.forEach((record, at) => {
    const earlier = options.previous?.pages.get(record.path);
    if (earlier !== undefined && [...earlier.inputs].every(([key, value]) => fingerprint(key) === value)) {
      pages.set(record.path, earlier);
      return;
    }
    options.onPage?.(at, records.length, record.path);
    pages.set(record.path, renderPage(record));
    rendered.push(record.path);
  });

  function renderPage(record: PageRecord): RenderedPage {
    const { reader, inputs, findings } = recordReading(index);
    const content = contentOf(record, reader, findings);
    const text = framed(guide, record.path, content, incompleteBefore);
    // The menu is the same on every page and is checked once.
    const { links } = linksOf(`${content.lead?.markup ?? ''}${content.body.markup}`);
    return {
      path: record.path, title: content.title, text, links, anchors: linksOf(text).anchors, findings,
      inputs: new Map([...inputs].map((key) => [key, fingerprint(key)])),
      place: content.place, sources: content.sources,
      ...(content.files === undefined ? {} : { files: content.files }),
      ...(content.search === undefined ? {} : { search: { path: record.path, title: content.title, kind: content.kind, headings: content.headings.map(({ id, text: heading }) => [id, heading] as const), words: content.search } }),
    };
  }

  const rawFiles = new Map([...pages.values()].flatMap(({ files }) => [...(files ?? [])]));
  const found = [...guide.findings, ...[...pages.values()].flatMap((page) => page.findings)];
  const otherFiles = new Set([...rawFiles.keys(), ...assetFiles().keys(), ...guide.files.keys(), ...(options.alsoThere ?? []), ...(incompleteBefore ? [PROBLEMS_PAGE] : [])]);
  const findings = [...found, ...checkLinks([...menuPages(guide.menu), ...pages.values()], otherFiles)];
  const files = new Map<string, string>([...assetFiles(), ...rawFiles, ...[...pages].map(([path, page]) => [path, page.text] as const)]);
  files.set('assets/search-index.js', searchIndexFile([...pages.values()].flatMap(({ search }) => (search === undefined ? [] : [search]))));
  if (findings.some(isError)) {
    files.set(PROBLEMS_PAGE, framed(guide, PROBLEMS_PAGE, problemsPage(findings.filter(isError)), true));
    // Faults that came up while rendering mark the pages that had been rendered before.
    if (!incompleteBefore) for (const [path, text] of files) if (path.endsWith('.html') && path !== PROBLEMS_PAGE) files.set(path, markedIncomplete(text));
  }
  return { pages, files, rendered, findings };
}

/** Each entry of the menu as a page with one link, so that a fault names the line of the configuration. */
function menuPages(menu: readonly MenuEntry[]): LinkedPage[] {
  return menu.flatMap(({ href, title, source, children }) => [
    ...(href === undefined || /^[a-z][a-z0-9+.-]*:/i.test(href) ? [] : [{ path: `the menu (${title})`, title, links: [href], anchors: new Set<string>(), place: source }]),
    ...menuPages(children),
  ]);
}

const isError = ({ severity }: Finding): boolean => severity === 'error' || severity === 'fatal';

function markedIncomplete(text: string): string {
  return text.replace('</header>', `</header>\n<aside class="incomplete" aria-label="Incomplete"><strong>Incomplete.</strong> Parts of this guide could not be built: <a href="${PROBLEMS_PAGE}">what is missing and why</a>.</aside>`);
}

function contentOf(record: PageRecord, reader: SiteReader, findings: Finding[]): ReturnType<PageRecord['render']> {
  try {
    return record.render(reader);
  } catch (error) {
    findings.push({ severity: 'error', code: 'page-not-rendered', message: `The page ${record.path} could not be made: ${(error as Error).message}`, location: { file: record.path }, source: 'site' });
    return { title: record.path, body: { markup: '<p class="note">This page could not be made.</p>' }, headings: [], crumbs: [], kind: 'Page' };
  }
}

/** Every page of the site, in the order of the table of contents. A narrative page wins over one that the site would make itself. */
function pageRecords(guide: SiteGuide, options: RenderOptions): PageRecord[] {
  const made = new Map<string, PageRecord['render']>();
  for (const { name } of guide.pages) made.set(`${name}.html`, (reader) => narrativePage(reader, reader.page(name)!));
  const own: [string, PageRecord['render']][] = [['artifacts.html', artifactsPage], ['toc.html', contentsPage], ['downloads.html', (reader) => downloadsPage(reader, options.alsoThere ?? [])]];
  if (guide.tests.length > 0) own.push(['test-coverage.html', coveragePage]);
  if (guide.pages.every(({ name }) => name !== 'index')) own.push(['index.html', homePage]);
  const sourced = new Set(guide.pages.filter(({ source }) => source !== undefined).map(({ name }) => `${name}.html`));
  for (const [path, render] of own) if (!sourced.has(path)) made.set(path, render);
  for (const artifact of guide.artifacts) for (const [path, render] of artifactPages(artifact, options)) made.set(path, render);
  return [...made].map(([path, render]) => ({ path, render }));
}

const homePage: PageRecord['render'] = (reader) => ({ ...artifactsPage(reader), title: reader.guide.title });

function artifactPages(artifact: SiteArtifact, options: RenderOptions): [string, PageRecord['render']][] {
  const { reference } = artifact;
  const read = (reader: SiteReader) => reader.artifact(reference)!;
  const main = MAIN_PAGES[artifact.example ? '' : artifact.resource.resourceType] ?? resourcePage;
  const raw = (Object.keys(RAW_FORMATS) as RawFormat[]).map((format): [string, PageRecord['render']] => [
    rawPageOf(reference, format),
    (reader) => {
      const { resource, tooLarge } = read(reader);
      const written = tooLarge !== undefined ? { why: 'This resource is too large for a page.' } : format === 'json' ? { text: JSON.stringify(resource, null, 2) } : (options.formats?.[format]?.(resource) ?? { why: `There is no ${RAW_FORMATS[format]} form for FHIR ${reader.guide.fhirVersion} here.` });
      if ('why' in written) return rawPage(reader, read(reader), format, undefined, written.why);
      return { ...rawPage(reader, read(reader), format, written.text), files: new Map([[rawFileOf(reference, format), `${written.text}\n`]]) };
    },
  ]);
  const structure: [string, PageRecord['render']][] = artifact.resource.resourceType === 'StructureDefinition'
    ? [[definitionsPageOf(reference), (reader) => definitionsPage(reader, read(reader))], [mappingsPageOf(reference), (reader) => mappingsPage(reader, read(reader))]]
    : [];
  return [[pageOf(reference), (reader) => main(reader, read(reader))], ...structure, ...raw];
}

/** Resource types with a page of their own kind; a new one is a row and a file. */
const MAIN_PAGES: Readonly<Record<string, typeof resourcePage>> = {
  StructureDefinition: structurePage,
  ValueSet: valueSetPage,
  CodeSystem: codeSystemPage,
  CapabilityStatement: capabilityPage,
  SearchParameter: searchParameterPage,
  OperationDefinition: operationPage,
};

