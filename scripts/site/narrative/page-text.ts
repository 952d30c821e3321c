/** A narrative source in, its HTML out: Liquid first, then Markdown or HTML, with links and references of the guide resolved. */
import { escapeHtml } from '../../core/escape-html';
import { pageOf } from '../file-names';
import type { SourceText } from '../guide';
import { targetOf } from '../links';
import { renderLiquid } from './liquid';
import { madeInclude } from './made-includes';
import { renderHtmlPage, renderPage, type Narrative } from './markdown';
import type { SiteReader } from '../reader';
import { siteData } from './site-data';

export interface NarrativeText extends Narrative {
  /** The source and the includes in it. */
  readonly sources: readonly SourceText[];
}

export function narrative(reader: SiteReader, source: SourceText, format: 'markdown' | 'html', pageName: string): NarrativeText {
  const used = new Map<string, SourceText>();
  const include = (name: string): SourceText | undefined => {
    const found = reader.include(name) ?? madeInclude(reader, name) ?? (/\.(md|html|xml)$/.test(name) ? reader.page(name.replace(/\.\w+$/, ''))?.source : undefined);
    if (found !== undefined) used.set(name, found);
    return found;
  };
  const text = renderLiquid(source, { include, scope: siteData(reader, pageName), report: (finding) => reader.report(finding) });
  const linked = format === 'markdown' ? withNamedLinks(reader, text) : text;
  const rendered = format === 'markdown' ? renderPage(linked) : renderHtmlPage(linked);
  return { ...rendered, sources: [source, ...used.values()] };
}

/** `[[[Name]]]` is the IG Publisher's short form of a link to what has that name or address. */
function withNamedLinks(reader: SiteReader, text: string): string {
  return text.replace(/\[\[\[([^\]\n]+)\]\]\]/g, (whole, name: string) => {
    const own = reader.headlines().find(({ title, reference, url }) => title === name || reference === name || url === name || reference.split('/')[1] === name);
    if (own !== undefined) return `<a href="${pageOf(own.reference)}">${escapeHtml(own.title)}</a>`;
    const other = targetOf(reader, name.includes(':') ? name : `http://hl7.org/fhir/StructureDefinition/${name}`);
    return other === undefined ? whole : `<a href="${other.href}">${escapeHtml(name)}</a>`;
  });
}

