import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Finding } from '../../scripts/core/finding';
import type { HonestyRow } from '../../scripts/core/result';
import { renderHtml } from '../../scripts/report/html/render';
import { qaHtml } from '../../scripts/report/qa-html';
import { findChromium, startChromium } from './chromium';
import { SAMPLE_STEPS, largeRun, runOf, sampleResults, sampleRun } from './sample-run';

// A browser on a busy machine with two cores takes its time; nothing here is judged by the clock.
jest.setTimeout(60_000);

const executable = findChromium();
if (executable === undefined) console.warn('No Chromium on this machine: report.html is not tried in a browser.');

(executable === undefined ? describe.skip : describe)(`report.html in Chromium${executable === undefined ? ' (none on this machine)' : ''}`, () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'report-html-'));
  const seen: string[] = [];

  /** Opens a page; whatever it asks for or complains about is noted. */
  async function open(html = renderHtml(sampleRun()), options: BrowserContextOptions = {}, fragment = ''): Promise<Page> {
    const file = join(folder, `${seen.length}-${Math.random()}.html`);
    writeFileSync(file, html);
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
    const url = pathToFileURL(file).href;
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) seen.push(`request ${request.url()}`);
    });
    page.on('console', (message) => seen.push(`${message.type()} ${message.text()}`));
    page.on('pageerror', (error) => seen.push(`error ${error.message}`));
    await page.goto(`${url}${fragment}`);
    return page;
  }

  const shown = (page: Page) => page.locator('.result:not([hidden])').count();
  const attacked = (page: Page) => page.evaluate('window.attacked');

  beforeAll(async () => {
    browser = await startChromium(executable!);
  }, 90_000);
  afterAll(() => browser.close());
  beforeEach(() => void seen.splice(0));
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(seen).toEqual([]);
  });

  it('shows only the tests of the verdicts pressed, and all again', async () => {
    const page = await open();
    expect(await shown(page)).toBe(29);
    await page.click('.tile.warn');
    await page.click('.tile.no-data');
    const rows = await page.locator('.result:not([hidden])').all();
    expect(await Promise.all(rows.map((row) => row.getAttribute('data-verdict')))).toEqual(['warn', 'no-data']);
    expect(await page.getAttribute('.tile.warn', 'aria-pressed')).toBe('true');
    expect(await page.textContent('#status')).toBe('2 of 29 tests');
    expect(await page.isVisible('#failures')).toBe(false);
    await page.click('#clear');
    expect(await shown(page)).toBe(29);
    expect(await page.getAttribute('.tile.warn', 'aria-pressed')).toBe('false');
  });

  it('finds tests by words in any part of them, in folded groups too', async () => {
    const page = await open();
    const find = async (text: string, count: number) => {
      await page.fill('#search', text);
      await page.locator(`#status:text-is("${count} of 29 tests")`).waitFor();
      expect(await shown(page)).toBe(count);
    };
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.id')).toBe('search');
    await find('ct-second MODALITY=CT', 1);
    await find('read.endpoint.vread', 1);
    expect(await page.isVisible('.result:not([hidden])')).toBe(true);
    await find('no such words', 0);
    expect(await page.isVisible('#nothing')).toBe(true);
    await page.keyboard.press('Escape');
    expect(await shown(page)).toBe(29);
  });

  it('can be worked by keyboard alone', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('results');
    await page.focus('.tile.error');
    await page.keyboard.press('Space');
    expect(await shown(page)).toBe(2);
    const result = page.locator('.result.error').first();
    await result.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await result.getAttribute('open')).not.toBeNull();
  });

  it('opens the result that an address names', async () => {
    const page = await open(undefined, {}, '#r-read.endpoint.vread');
    expect(await page.isVisible('[id="r-read.endpoint.vread"] .lead')).toBe(true);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.closest(".result").id')).toBe('r-read.endpoint.vread');
  });

  it('copies the curl line, and a description for those who make the server', async () => {
    const page = await open(undefined, { permissions: ['clipboard-read', 'clipboard-write'] });
    const first = page.locator('.result').first();
    await first.locator('[data-copy=curl]').click();
    await first.locator('[data-copy=curl]:text-is("Copied")').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe("curl -H 'accept: application/fhir+json' -H 'authorization: Bearer ***' 'https://pacs.example.org/fhir/ImagingStudy?modality=CT&_count=50'");
    await first.locator('[data-copy=description]').click();
    await first.locator('[data-copy=description]:text-is("Copied")').waitFor();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    for (const part of ['### modality=CT finds', '**SHALL** A token search', 'Missing from the answer:\n\n```\nImagingStudy/ct-behind-pet\nImagingStudy/ct-second\n```', 'Example PACS 8.8.0']) expect(text).toContain(part);
    expect(await page.locator('.result.pass [data-copy=description]:not([hidden])').count()).toBe(0);
  });

  // The policy forbids scripts, so the escaping is tried without it too.
  it.each([['with', false], ['without', true]])('runs nothing that a server sent, %s the content security policy', async (_, bypassCSP) => {
    const page = await open(undefined, { bypassCSP });
    await page.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = true; })');
    await page.evaluate('document.querySelectorAll("main *").forEach((element) => element.dispatchEvent(new MouseEvent("mouseover", { bubbles: true })))');
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(await attacked(page)).toBeUndefined();
    expect(await page.locator('main img, main script, main svg:not(.bar), main a[href^="javascript"]').count()).toBe(0);
    expect(await page.textContent('[id="r-read.patient.unknown"] .exchange .text')).toContain('</script><script>window.attacked=1</script>');
  });

  it('would show an attack: the test above can fail', async () => {
    const page = await open('<!doctype html><script>window.attacked=1</script>');
    expect(await attacked(page)).toBe(1);
  });

  it('is complete without its script', async () => {
    const page = await open(undefined, { javaScriptEnabled: false });
    expect(await page.locator('.result').count()).toBe(29);
    expect(await page.isVisible('#search')).toBe(false);
    expect(await page.isVisible('[data-copy=curl]')).toBe(false);
    expect(await page.isVisible('text=2 missing, 1 not expected, 39 as expected.')).toBe(true);
    await page.click('summary:has-text("GET /ImagingStudy?modality=CT&_count=50")');
    expect(await page.isVisible('pre:has-text("searchset")')).toBe(true);
  });

  it.each([['light', 1280], ['dark', 390]] as const)('has nothing that bars a person, %s, %d pixels wide', async (colorScheme, width) => {
    // One result of each kind of evidence and no long lists: looking at each of thousands of coloured words takes long and tells nothing.
    const results = sampleResults()
      .filter(({ verdict, id }) => verdict !== 'pass' || id.startsWith('capability'))
      .map((result) => ({ ...result, expected: result.expected?.slice(0, 20), exchanges: result.exchanges.filter(({ response }) => (response?.body.length ?? 0) < 1000) }));
    const page = await open(renderHtml(runOf(results, { steps: SAMPLE_STEPS, notes: ['A note.'] })), { colorScheme, viewport: { width, height: 900 } });
    await page.click('.tile.fail');
    await page.click('#clear');
    await page.click('#open-all');
    await page.evaluate('document.querySelectorAll(".exchange, .list, .findings").forEach((details) => { details.open = true; })');
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  it('fits on a small phone, the names of folded tables too', async () => {
    const honesty = Array.from({ length: 200 }, (_, i): HonestyRow => ({ kind: 'parameter', type: 'Patient', name: `p${i}`, declared: true, echoed: 'not known', filters: 'not known', right: 'not known', results: [] }));
    const page = await open(renderHtml(runOf(sampleResults().slice(0, 3), { honesty })), { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('is as good where all is well and where there is nothing', async () => {
    for (const run of [runOf(sampleResults().filter(({ verdict }) => verdict === 'pass')), runOf([])]) {
      const page = await open(renderHtml(run));
      await page.evaluate(axe.source);
      expect((await page.evaluate<axe.AxeResults>('axe.run()')).violations.map(({ id }) => id)).toEqual([]);
    }
  });

  it('prints in light colours without what only works on a screen', async () => {
    const page = await open(undefined, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.isVisible('#search')).toBe(false);
    expect(await page.isVisible('[data-copy=curl]')).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.isVisible('[id="r-read.endpoint.vread"] summary')).toBe(true);
  });

  it('has a sister of a guide, which fits on a phone and prints what is folded', async () => {
    const findings = Array.from({ length: 30 }, (_, i): Finding => ({ severity: 'warning', code: 'unused', message: `Finding ${i}`, source: 'qa' }));
    const section = { id: 'unused', title: 'Unused artifacts', about: 'What nothing uses.', findings };
    const guide = { packageId: 'fhir-scout.imaging-of-some-very-long-name-without-any-break', version: '0.1.0', canonical: 'https://example.org' };
    const html = qaHtml({ guide, tool: 'test', date: '2026-06-01', ok: true, summary: { fatal: 0, error: 0, warning: 30, information: 0 }, sections: [section], suppressed: [] });
    const page = await open(html, { viewport: { width: 320, height: 600 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('thead th')).overflowWrap`)).toBe('normal');
    const isSeen = () => page.evaluate(`document.querySelector('details tr').checkVisibility()`);
    expect(await isSeen()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await isSeen()).toBe(true);
  });

  it('filters a large run', async () => {
    const page = await open(renderHtml(largeRun()));
    expect(await shown(page)).toBe(500);
    await page.click('.tile.fail');
    expect(await shown(page)).toBe(15);
  });
});
