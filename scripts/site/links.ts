/** Canonicals, references and type names in, links out: to pages of the site where it has them, to where the definition is published otherwise. */
import { html, joined, type Html, type HtmlValue } from './html';
import { FHIR_VERSIONS } from '../core/fhir-version';
import { renderMarkdown } from './narrative/markdown';
import { hrefOf, type SiteReader } from './reader';

export interface Target {
  readonly href: string;
  readonly title: string;
  /** True for another site's address. */
  readonly outside: boolean;
}

/** Where a canonical leads. */
export function targetOf(reader: SiteReader, canonical: string): Target | undefined {
  const own = reader.byCanonical(canonical);
  if (own !== undefined) return { href: hrefOf(own), title: own.title, outside: false };
  const other = reader.external(canonical);
  return other === undefined ? undefined : { href: other.href, title: other.title, outside: true };
}

export function anchor(target: Target, text: HtmlValue, title?: string): Html {
  return html`<a href="${target.href}"${target.outside ? html` class="outside"` : ''}${title === undefined ? '' : html` title="${title}"`}>${text}</a>`;
}

/** A canonical as people read it: the title of what it names, linked; the address itself where nobody here knows it. */
export function canonicalLink(reader: SiteReader, canonical: string, text?: string): Html {
  const target = targetOf(reader, canonical);
  if (target !== undefined) return anchor(target, text ?? target.title, canonical);
  return text === undefined ? html`<code class="address">${canonical}</code>` : html`<span title="${canonical}">${text}</span>`;
}

/** `Type/id`, an absolute address or `#id` in a resource: a page of its own, else a place on the same page. */
export function referenceLink(reader: SiteReader, reference: string, text?: string): Html {
  const own = reader.headline(reference.replace(/\/_history\/.*$/, ''));
  if (own !== undefined) return html`<a href="${hrefOf(own)}" title="${reference}">${text ?? own.title}</a>`;
  const here = reader.here?.targets.get(reference);
  if (here !== undefined) return html`<a href="#${here}" title="${reference}">${text ?? html`<code>${reference}</code>`}</a>`;
  return text === undefined ? html`<code>${reference}</code>` : html`<span title="${reference}">${text}</span>`;
}

const FHIR_TYPES = 'http://hl7.org/fhir/StructureDefinition/';

/** The name of a type of FHIR, linked to its page. */
export function typeLink(reader: SiteReader, code: string): Html {
  const target = targetOf(reader, code.includes(':') ? code : `${FHIR_TYPES}${code}`);
  const name = code.includes(':') ? code.slice(code.lastIndexOf('/') + 1) : code;
  return target === undefined ? html`${name}` : anchor(target, name);
}

export function alternatives(pieces: readonly Html[], separator = ' | '): Html {
  return joined(pieces, separator);
}

/** The root of the specification's pages for a FHIR version. */
export function specOf(fhirVersion: string): string {
  return Object.values(FHIR_VERSIONS).find(({ version }) => version === fhirVersion)?.spec ?? FHIR_VERSIONS.R4.spec;
}

/** Texts of definitions link to pages without saying of which site: of this one, of FHIR where they are taken over from there, of the guide as it is published where only its package is here. */
function relativeLinks(reader: SiteReader, elsewhere: string | undefined): (href: string) => string | undefined {
  const { guide } = reader;
  return (href) => {
    if (elsewhere === undefined || /^([a-z][a-z0-9+.-]*:|#|\/)/i.test(href)) return undefined;
    const path = href.replace(/[#?].*$/, '').replace(/^\.\//, '');
    const own = guide.files.has(path) || guide.pages.some(({ name }) => `${name}.html` === path) || reader.headlines().some((headline) => hrefOf(headline) === path);
    return own ? undefined : `${elsewhere}${href.replace(/^\.\//, '')}`;
  };
}

/** Markdown of an artifact: its description, documentation, comments. */
export function describe(reader: SiteReader, text: string | undefined): Html {
  return renderMarkdown(text, { link: relativeLinks(reader, reader.guide.published) });
}

/** Markdown of an element, which is FHIR's own unless a profile says otherwise. */
export function describeElement(reader: SiteReader, text: string | undefined): Html {
  const artifactPage = /^[A-Z][A-Za-z]+-[\w.-]+\.html/;
  const toSpecification = relativeLinks(reader, specOf(reader.guide.fhirVersion));
  const toGuide = relativeLinks(reader, reader.guide.published);
  return renderMarkdown(text, { link: (href) => (artifactPage.test(href) ? toGuide(href) : toSpecification(href)) });
}
