/** A guide in, its lists out: artifacts, table of contents, what could not be built. */
import { describePlace } from '../describe-place';
import { pageOf } from '../file-names';
import type { Finding } from '../../core/finding';
import { describe } from '../links';
import { html, type Html } from '../html';
import { sections, type PageContent, type Section } from '../page';
import { KINDS, type Headline, type Kind, type SiteReader } from '../reader';

export function artifactsPage(reader: SiteReader): PageContent {
  const { groups } = reader.guide;
  const all = reader.headlines().filter(({ resourceType }) => resourceType !== 'ImplementationGuide');
  const grouped = new Set<string>();
  const made: Section[] = groups.flatMap(({ id, name, description }) => {
    const members = all.filter(({ group }) => group === id);
    members.forEach(({ reference }) => grouped.add(reference));
    return members.length === 0 ? [] : [{ id: `group-${id}`, title: name, body: html`${describe(reader, description)}${artifactTable(reader, members)}` }];
  });
  const rest = all.filter(({ reference }) => !grouped.has(reference));
  const byKind: Section[] = Object.entries(KINDS).flatMap(([kind, title]) => {
    const members = rest.filter((headline) => headline.kind === kind);
    if (members.length === 0) return [];
    return [{ id: `kind-${kind}`, title, body: kind === 'example' ? exampleLists(members) : artifactTable(reader, members) }];
  });
  const { body, headings } = sections([...made, ...byKind]);
  return { title: 'Artifacts', body: html`<p>Everything that ${reader.guide.title} defines, and its examples.</p>${body}`, headings, crumbs: [], kind: 'Page', search: '' };
}

function artifactTable(reader: SiteReader, members: readonly Headline[]): Html {
  return html`<ul class="cards">${members.map((headline) => html`<li><a href="${pageOf(headline.reference)}">${headline.title}</a> <span class="badge type">${headline.resourceType}</span>${headline.description === undefined ? '' : html`<div class="about">${describe(reader, shortened(headline.description))}</div>`}</li>`)}</ul>`;
}

/** The first paragraph says what it is. */
function shortened(text: string): string {
  const first = text.trim().split(/\n\s*\n/)[0] ?? '';
  return first.length > 400 ? `${first.slice(0, first.lastIndexOf(' ', 400))} …` : first;
}

function exampleLists(members: readonly Headline[]): Html {
  const byType = new Map<string, Headline[]>();
  for (const headline of members) byType.set(headline.resourceType, [...(byType.get(headline.resourceType) ?? []), headline]);
  return html`${[...byType].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, found]) => html`<h3 id="examples-${type}">${type} <span class="count">${found.length}</span></h3><ul class="links columns">${found.map(({ reference, title, description }) => html`<li><a href="${pageOf(reference)}"${description === undefined ? '' : html` title="${description}"`}>${title}</a></li>`)}</ul>`)}`;
}

export function contentsPage(reader: SiteReader): PageContent {
  const { pages } = reader.guide;
  const all = reader.headlines().filter(({ resourceType }) => resourceType !== 'ImplementationGuide');
  const kinds = Object.entries(KINDS).flatMap(([kind, title]) => {
    const members = all.filter((headline) => headline.kind === kind);
    return members.length === 0 ? [] : [{ kind: kind as Kind, title, members }];
  });
  return {
    title: 'Table of contents', headings: [], crumbs: [], kind: 'Page', search: '',
    body: html`<ol class="contents">${pages.filter(({ source }) => source !== undefined).map(({ name, title, depth }) => html`<li class="depth${Math.min(depth, 6)}"><a href="${name}.html">${title}</a></li>`)}${reader.guide.tests.length === 0 ? '' : html`<li><a href="test-coverage.html">Coverage of the tests</a></li>`}<li><a href="artifacts.html">Artifacts</a><ol>${kinds.map(({ title, members }) => html`<li>${title} <span class="count">${members.length}</span><ol>${members.map(({ reference, title: name }) => html`<li><a href="${pageOf(reference)}">${name}</a></li>`)}</ol></li>`)}</ol></li></ol>`,
  };
}

/** What an incomplete site lacks, one line each. */
export function problemsPage(findings: readonly Finding[]): PageContent {
  return {
    title: 'What could not be built', headings: [], crumbs: [], kind: 'Page',
    body: html`<p>The rest of the site is built as usual.</p><ul class="findings">${findings.map((finding) => html`<li><span class="severity ${finding.severity}">${finding.severity}</span> ${finding.message} <span class="place">${describePlace(finding)}</span></li>`)}</ul>`,
  };
}
