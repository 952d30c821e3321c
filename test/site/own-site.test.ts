/** The site of our own guide: its tables say what the package says, and it can be read by everybody. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { siteFormats } from '../../scripts/commands/site/site-formats';
import type { Resource } from '../../scripts/core/fhir';
import { renderSite } from '../../scripts/site/render-site';
import { downloadNames } from '../../scripts/site/site-files';
import { findChromium, startChromium } from '../report/chromium';
import { statementsOf } from '../formats/rdf-graph';
import { seenRows } from './element-rows';
import { ownSite, type OwnSite } from './own-guide';

jest.setTimeout(180_000);

interface SnapshotElement {
  id: string;
  min: number;
  max: string;
  mustSupport?: boolean;
  isModifier?: boolean;
  isSummary?: boolean;
  contentReference?: string;
  type?: { code: string; profile?: string[]; targetProfile?: string[]; extension?: { url: string; valueUrl: string }[] }[];
  binding?: { strength: string; valueSet?: string };
}

let own: OwnSite;
beforeAll(async () => {
  own = await ownSite();
});
afterAll(() => own.remove());

describe('the site of our guide', () => {
  it('is complete, with every link leading somewhere', () => {
    expect(own.site.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(own.site.pages.size).toBeGreaterThan(500);
  });

  it('has every artifact as JSON, XML and Turtle', () => {
    for (const { reference } of own.guide.artifacts) for (const format of ['json', 'xml', 'ttl']) expect(own.site.files.has(`${reference.replace('/', '-')}.${format}`)).toBe(true);
    for (const { reference } of own.guide.artifacts) expect(statementsOf(own.site.files.get(`${reference.replace('/', '-')}.ttl`)!).length).toBeGreaterThan(2);
  });

  it('renders again what an edit of one page touches, and nothing else', () => {
    const pages = own.guide.pages.map((page) => (page.name === 'uids' ? { ...page, source: { ...page.source!, text: `${page.source!.text}\nMore words.` } } : page));
    expect(renderSite({ ...own.guide, pages }, { formats: siteFormats('4.0.1'), alsoThere: downloadNames(own.guide, siteFormats('4.0.1'), 'package.tgz'), previous: own.site }).rendered).toEqual(['uids.html']);
  });
});

describe('the element tables', () => {
  const typeWords = ({ type = [], contentReference, id }: SnapshotElement): string =>
    contentReference !== undefined ? `as ${contentReference.slice(1)}` : !id.includes('.') && type.length === 0 ? '' : type.map((one) => one.extension?.find(({ url }) => url.endsWith('/structuredefinition-fhir-type'))?.valueUrl ?? one.code).join(' | ');
  const canonicals = ({ type = [] }: SnapshotElement): string[] => type.flatMap(({ profile = [], targetProfile = [] }) => [...profile, ...targetProfile]);

  it.each(['scout-imaging-study', 'scout-imaging-endpoint'])('of %s have the ids, order, cardinalities, flags, types and bindings of the snapshot in the package', (id) => {
    const structure = own.content.definitions.find((resource) => resource.resourceType === 'StructureDefinition' && resource.id === id) as Resource & { snapshot: { element: SnapshotElement[] } };
    const rows = seenRows(own.site.files.get(`StructureDefinition-${id}.html`)!);
    const elements = structure.snapshot.element;
    expect(elements.length).toBeGreaterThanOrEqual(20);
    expect(rows.map((row) => row.id)).toEqual(elements.map((element) => element.id));
    expect(rows.map(({ cardinality }) => cardinality)).toEqual(elements.map(({ min, max }) => `${min}..${max}`));
    expect(rows.map(({ flags }) => flags.filter((flag) => flag !== 'C'))).toEqual(elements.map(({ mustSupport, isModifier, isSummary }) => [...(mustSupport === true ? ['MS'] : []), ...(isModifier === true ? ['?!'] : []), ...(isSummary === true ? ['Σ'] : [])]));
    expect(rows.map(({ type }) => type.replace(/\(.*?\)(?= \||$)/g, '').replace(/ \{.*?\}/g, ''))).toEqual(elements.map(typeWords));
    expect(rows.map(({ type }) => [...type.matchAll(/<([^>]*)>/g)].map(([, canonical]) => canonical))).toEqual(elements.map(canonicals));
    expect(rows.map(({ binding }) => binding)).toEqual(elements.map(({ binding }) => (binding?.valueSet === undefined ? undefined : `${binding.strength} ${binding.valueSet}`)));
  });
});

const executable = findChromium();
if (executable === undefined) console.warn('No Chromium on this machine: the site is not tried in a browser.');

(executable === undefined ? describe.skip : describe)(`the site in Chromium${executable === undefined ? ' (none on this machine)' : ''}`, () => {
  let browser: Browser;
  const seen: string[] = [];

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
    page.on('request', (request) => {
      if (!request.url().startsWith(pathToFileURL(own.folder).href)) seen.push(`request ${request.url()}`);
    });
    page.on('console', (message) => seen.push(`${path} ${message.type()} ${message.text()}`));
    page.on('pageerror', (error) => seen.push(`${path} error ${error.message}`));
    await page.goto(`${pathToFileURL(join(own.folder, path.split('#')[0]!)).href}${path.includes('#') ? `#${path.split('#')[1]}` : ''}`);
    return page;
  }
  const shownRows = (page: Page) => page.locator('.tree tbody tr:visible').count();

  beforeAll(async () => {
    browser = await startChromium(executable!);
  }, 90_000);
  afterAll(() => browser?.close());
  beforeEach(() => void seen.splice(0));
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(seen).toEqual([]);
  });

  it('shows the element table in four ways, and folds it', async () => {
    const page = await open('StructureDefinition-scout-imaging-study.html');
    const key = await shownRows(page);
    await page.click('[data-show=snapshot]');
    const snapshot = await shownRows(page);
    await page.click('[data-show=differential]');
    const differential = await shownRows(page);
    await page.click('[data-show=must-support]');
    expect(await page.locator('.tree tbody tr:visible .name a').allTextContents()).toEqual(['Imaging\u200bStudy', 'identifier', 'identifier\u200b:study\u200bU\u200bI\u200bD', 'value', 'started']);
    expect(snapshot).toBeGreaterThan(key);
    expect(key).toBeGreaterThan(differential);
    await page.click('[data-show=snapshot]');
    await page.focus('tr[data-id="ImagingStudy.series"] .fold');
    await page.keyboard.press('Enter');
    expect(await page.isVisible('tr[data-id="ImagingStudy.series.instance.uid"]')).toBe(false);
    await page.click('[data-tree=open]');
    expect(await shownRows(page)).toBe(snapshot);
  });

  it('opens the element that an address names, in a view that has it', async () => {
    const page = await open('StructureDefinition-scout-imaging-study.html#row-ImagingStudy.note');
    expect(await page.isVisible('tr[data-id="ImagingStudy.note"]')).toBe(true);
  });

  it('finds pages by their words, with the keyboard alone', async () => {
    const page = await open('index.html');
    await page.keyboard.press('/');
    await page.keyboard.type('endpoints resolved');
    await page.locator('#hits [role=option]').first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/endpoints\.html$/);
    await page.fill('#search', 'zzzz');
    await page.locator('#hits:has-text("Nothing found")').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#hits')).toBe(false);
  });

  it('is whole without its script', async () => {
    const page = await open('StructureDefinition-scout-imaging-study.html', { javaScriptEnabled: false });
    expect(await shownRows(page)).toBe(await page.locator('.tree tbody tr').count());
    expect(await page.isVisible('#search')).toBe(false);
    expect(await page.isVisible('#menu >> text=Use Cases')).toBe(true);
  });

  it('prints in light colours, with all of a table and no menu', async () => {
    const page = await open('StructureDefinition-scout-imaging-study.html', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.isVisible('#menu')).toBe(false);
    expect(await page.isVisible('.views')).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  });

  const PAGES = ['test-coverage.html', 'index.html', 'test-catalogue.html', 'artifacts.html', 'toc.html', 'StructureDefinition-scout-imaging-study.html', 'StructureDefinition-scout-imaging-endpoint-definitions.html', 'ValueSet-scout-modality.html', 'CodeSystem-scout-test-run.html', 'CapabilityStatement-scout-imaging-server.html', 'ImagingStudy-ct-chest-alex.html', 'ImagingStudy-ct-chest-alex.json.html', 'Patient-alex-amari.ttl.html'];
  it.each(PAGES.map((path, at) => [path, at % 2 === 0 ? 'light' : 'dark', at % 2 === 0 ? 1280 : 390] as const))('%s has nothing that bars a person, %s, %d pixels wide', async (path, colorScheme, width) => {
    const page = await open(path, { colorScheme, viewport: { width, height: 900 } });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run({ preload: false })');
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
