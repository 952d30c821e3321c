/** An artifact in, the pages that show it as JSON, XML and Turtle out; in JSON whatever the site knows is a link. */
import { escapeHtml } from '../../core/escape-html';
import { pageOf, rawFileOf, RAW_FORMATS, rawPageOf, type RawFormat } from '../file-names';
import type { SiteArtifact } from '../guide';
import { html, markup, type Html } from '../html';
import { targetOf } from '../links';
import type { PageContent } from '../page';
import { placesIn } from '../places';
import type { SiteReader } from '../reader';
import { ARTIFACTS_CRUMB } from './artifact-frame';

/** Characters up to which a file is shown on a page. */
const LONGEST = 400_000;

export function rawPage(reader: SiteReader, artifact: SiteArtifact, format: RawFormat, text: string | undefined, why?: string): PageContent {
  const name = RAW_FORMATS[format];
  const { reference } = artifact;
  const others = Object.entries(RAW_FORMATS).map(([other, label]) => html`<a href="${rawPageOf(reference, other as RawFormat)}"${other === format ? html` aria-current="page"` : ''}>${label}</a> `);
  const shown = text === undefined ? undefined : text.length > LONGEST ? text.slice(0, text.lastIndexOf('\n', LONGEST)) : text;
  const body = shown === undefined
    ? html`<p class="note">${why ?? `There is no ${name} form of this resource here.`}</p>`
    : html`<pre class="source" tabindex="0"><code>${format === 'json' ? jsonWithLinks(reader, artifact, shown) : markup(highlighted(shown, format))}</code></pre>${shown.length < text!.length ? html`<p class="note">The page shows the beginning; the file has all of it.</p>` : ''}`;
  return {
    title: `${artifact.title}: ${name}`,
    lead: html`<p class="formats">${others}${text === undefined ? '' : html`<a href="${rawFileOf(reference, format)}" download>Download</a>`}</p>`,
    body, headings: [], kind: name, wide: true,
    crumbs: [ARTIFACTS_CRUMB, { title: artifact.title, href: pageOf(reference) }],
    ...(artifact.source === undefined ? {} : { place: artifact.source }),
  };
}

const STRING = /"((?:[^"\\]|\\.)*)"(\s*:)?|\b(true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;

/** Pretty-printed JSON, coloured, with references, canonicals and extensions as links. */
function jsonWithLinks(reader: SiteReader, { reference, resource }: SiteArtifact, text: string): Html {
  const { targets } = placesIn(resource);
  let made = '';
  let at = 0;
  for (const match of text.matchAll(STRING)) {
    made += escapeHtml(text.slice(at, match.index));
    at = match.index + match[0].length;
    const [whole, string, colon] = match;
    if (string === undefined) made += `<span class="n">${whole}</span>`;
    else if (colon !== undefined) made += `<span class="k">${escapeHtml(`"${string}"`)}</span>${colon}`;
    else {
      const place = targets.get(string);
      const href = linkOf(reader, string) ?? (place === undefined ? undefined : `${pageOf(reference)}#${place}`);
      made += href === undefined ? `<span class="s">${escapeHtml(whole)}</span>` : `<span class="s">&quot;<a href="${escapeHtml(href)}">${escapeHtml(string)}</a>&quot;</span>`;
    }
  }
  return markup(made + escapeHtml(text.slice(at)));
}

function linkOf(reader: SiteReader, text: string): string | undefined {
  if (text.length > 300) return undefined;
  if (/^https?:/.test(text)) return targetOf(reader, text)?.href;
  if (!/^[A-Z][A-Za-z]+\/[\w.-]+$/.test(text)) return undefined;
  const own = reader.headline(text);
  return own === undefined ? undefined : pageOf(own.reference);
}

/** Colours enough to find one's way; the text itself is not changed. */
function highlighted(text: string, format: RawFormat): string {
  const escaped = escapeHtml(text);
  return format === 'xml'
    ? escaped.replace(/(&lt;\/?[\w:.-]+|\/?&gt;)|([\w:.-]+)=(&quot;(?:(?!&quot;).)*&quot;)/g, (_, tag?: string, name?: string, value?: string) => (tag === undefined ? `${name}=<span class="s">${value}</span>` : `<span class="k">${tag}</span>`))
    : escaped.replace(/(&quot;(?:(?!&quot;)[^\n])*&quot;)|(^|\s)((?:fhir|rdf|rdfs|owl|xsd|sct|loinc):[\w.-]+)/g, (whole, string?: string, before?: string, name?: string) => (string === undefined ? `${before}<span class="k">${name}</span>` : `<span class="s">${whole}</span>`));
}
