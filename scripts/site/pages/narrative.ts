/** A narrative page of the guide in, its content out. */
import type { SitePage } from '../guide';
import { html } from '../html';
import { plainText } from '../narrative/markdown';
import { narrative } from '../narrative/page-text';
import type { PageContent } from '../page';
import type { SiteReader } from '../reader';

export function narrativePage(reader: SiteReader, page: SitePage): PageContent {
  const { source } = page;
  if (source === undefined) {
    return { title: page.title, body: html`<p class="note">This page is announced in the guide's configuration, and its text is not there.</p>`, headings: [], crumbs: [], kind: 'Page' };
  }
  const { body, headings, sources } = narrative(reader, source, page.format, page.name);
  // The front page is the guide's, whatever the menu calls it.
  const title = page.name === 'index' ? reader.guide.title : page.title;
  return { title, body, headings, crumbs: [], place: { file: source.file }, sources, kind: 'Page', search: plainText(body.markup).slice(0, 20_000) };
}
