/** An example or any resource without a page of its own kind in, a page that a person can read out. */
import { isResource, type Resource } from '../../core/fhir';
import { isObject } from '../../core/json';
import { stem } from '../file-names';
import type { SiteArtifact } from '../guide';
import { html, type Html } from '../html';
import { referenceLink } from '../links';
import { containedAnchor, MOST_ITEMS, placesIn } from '../places';
import { sanitize } from '../narrative/sanitize';
import type { PageContent, Section } from '../page';
import type { SiteReader } from '../reader';
import { isLine, valueLine } from '../value';
import { artifactPage } from './artifact-frame';

type Value = Readonly<Record<string, unknown>>;

const DEEPEST = 12;

/** What stands elsewhere on the page, or says nothing to a reader. */
const HIDDEN = new Set(['resourceType', 'id', 'text', 'meta', 'contained', 'url', 'version', 'name', 'title', 'description', 'publisher', 'copyright', 'jurisdiction', 'status', 'date', 'experimental', 'contact']);
const HIDDEN_IN_EXAMPLE = new Set(['resourceType', 'id', 'text', 'meta', 'contained']);
/** What a resource inside another one contains stands nowhere else. */
const HIDDEN_INSIDE = new Set(['resourceType', 'id', 'text', 'meta']);

export function resourcePage(siteReader: SiteReader, artifact: SiteArtifact): PageContent {
  const { resource, example, tooLarge } = artifact;
  const reader: SiteReader = { ...siteReader, here: placesIn(resource) };
  if (tooLarge !== undefined) {
    const file = ['json', 'xml'].map((format) => `${stem(artifact.reference)}.${format}`).find((name) => reader.guide.files.has(name));
    return artifactPage(reader, artifact, [{ id: 'content', title: 'Content', body: html`<p class="note">This resource has ${Math.round(tooLarge / 100_000) / 10} MB: too much for a page. It is given as a file only${file === undefined ? '' : html`: <a href="${file}" download>${file}</a>`}.</p>` }]);
  }
  const narrative = narrativeOf(resource);
  const conformance = !example && typeof resource.url === 'string';
  const content: Section = { id: 'content', title: 'Content', body: resourceBody(reader, resource, conformance ? HIDDEN : HIDDEN_IN_EXAMPLE) };
  const contained = (Array.isArray(resource.contained) ? resource.contained.filter(isResource) : []).map((inner) => html`<h3 id="${containedAnchor(inner)}">${inner.resourceType} <code>#${inner.id}</code></h3>${resourceBody(reader, inner, HIDDEN_IN_EXAMPLE)}`);
  return artifactPage(reader, artifact, [
    narrative === undefined ? undefined : { id: 'narrative', title: 'Narrative', body: html`<div class="narrative" tabindex="0" role="region" aria-label="Narrative">${narrative}</div>` },
    content,
    { id: 'contained', title: 'Contained resources', body: html`${contained}` },
  ]);
}

/** The resource's own text: https://hl7.org/fhir/R4/narrative.html */
function narrativeOf(resource: Resource): Html | undefined {
  const text = isObject(resource.text) ? resource.text : undefined;
  // A generated text of a definition repeats what the page shows better.
  if (text === undefined || typeof text.div !== 'string' || (text.status !== 'additional' && typeof resource.url === 'string')) return undefined;
  const shown = sanitize(text.div, { idPrefix: 'n-', headingShift: 2, link: (href) => (/^(https?:|mailto:|#)/.test(href) ? undefined : '#narrative') });
  return /\S/.test(shown.markup.replace(/<[^>]*>/g, '')) ? shown : undefined;
}

function resourceBody(reader: SiteReader, resource: Resource, hidden: ReadonlySet<string>): Html {
  const shown = Object.entries(resource).filter(([name, value]) => !hidden.has(name) && !name.startsWith('_') && value !== undefined);
  return objectTable(reader, Object.fromEntries(shown), 0);
}

/** `birthDate` as people write it: birth date. */
export function label(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function objectTable(reader: SiteReader, object: Value, depth: number): Html {
  const rows = Object.entries(object).filter(([name]) => !name.startsWith('_'));
  return rows.length === 0 ? html`` : html`<dl class="resource">${rows.map(([name, value]) => html`<div><dt>${label(name)}</dt><dd>${anyValue(reader, name, value, depth)}</dd></div>`)}</dl>`;
}

function anyValue(reader: SiteReader, name: string, value: unknown, depth: number): Html {
  if (name === 'extension' || name === 'modifierExtension') return extensions(reader, Array.isArray(value) ? value : []);
  if (name === 'div' && typeof value === 'string') return html`<div class="narrative" tabindex="0" role="region" aria-label="Narrative">${sanitize(value, { idPrefix: 'n-', headingShift: 3, link: (href) => (/^(https?:|mailto:)/.test(href) ? undefined : '#content') })}</div>`;
  if (Array.isArray(value)) return list(reader, value, depth);
  if (isResource(value)) return html`<div class="inner"><p class="inner-type">${value.resourceType}${typeof value.id === 'string' ? html` ${referenceLink(reader, `${value.resourceType}/${value.id}`)}` : ''}</p>${depth > 3 ? '' : resourceBody(reader, value, HIDDEN_INSIDE)}</div>`;
  const source = sourceText(value);
  if (source !== undefined) return html`<p>${valueLine(reader, { ...(value as Value), data: undefined })}</p><pre class="source" tabindex="0"><code>${source}</code></pre>`;
  if (isLine(value)) return line(reader, value);
  return depth > DEEPEST ? html`<code>${JSON.stringify(value)}</code>` : objectTable(reader, value as Value, depth + 1);
}

/** Characters of an attachment that a page shows. */
const LONGEST_SOURCE = 100_000;

/** What an attachment holds, where a person can read it: logic in CQL, scripts, plain text. */
function sourceText(value: unknown): string | undefined {
  if (!isObject(value) || typeof value.contentType !== 'string' || typeof value.data !== 'string' || !/^text\/(?!html)/.test(value.contentType)) return undefined;
  const text = Buffer.from(value.data, 'base64').toString('utf8');
  return text.length > LONGEST_SOURCE ? `${text.slice(0, LONGEST_SOURCE)}\n...` : text;
}

function line(reader: SiteReader, value: unknown): Html {
  if (typeof value === 'string' && value.length > 2000 && !/\s/.test(value.slice(0, 200))) return html`<span class="taken">${value.length} characters of data</span>`;
  return typeof value === 'string' && value.includes('\n') ? html`<span class="text">${value}</span>` : valueLine(reader, value);
}

function list(reader: SiteReader, values: readonly unknown[], depth: number): Html {
  const shown = values.slice(0, MOST_ITEMS);
  const more = values.length > shown.length ? html`<p class="note">${values.length - shown.length} more are in the file.</p>` : html``;
  if (shown.every((value) => isLine(value) && sourceText(value) === undefined)) {
    const lines = shown.map((value) => line(reader, value));
    return shown.length === 1 ? html`${lines}` : html`<ul class="values">${lines.map((one) => html`<li>${one}</li>`)}</ul>${more}`;
  }
  const objects = shown.filter(isObject);
  const columns = [...new Set(objects.flatMap((object) => Object.keys(object)))].filter((name) => !name.startsWith('_'));
  const flat = objects.length === shown.length && objects.length > 1 && columns.length <= 7 && objects.every((object) => sourceText(object) === undefined && Object.entries(object).every(([name, value]) => name.startsWith('_') || isLine(value) || (Array.isArray(value) && value.length <= 3 && value.every(isLine))));
  if (flat) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="List"><table class="grid"><thead><tr>${columns.map((name) => html`<th scope="col">${label(name)}</th>`)}</tr></thead><tbody>${objects.map((object) => html`<tr>${columns.map((name) => html`<td>${object[name] === undefined ? '' : anyValue(reader, name, object[name], depth + 1)}</td>`)}</tr>`)}</tbody></table></div>${more}`;
  }
  return html`<ol class="items">${shown.map((value) => html`<li${anchorOf(reader, value)}>${anyValue(reader, '', value, depth)}</li>`)}</ol>${more}`;
}

function anchorOf({ here }: SiteReader, value: unknown): Html {
  const anchor = here?.anchors.get(value);
  return anchor === undefined ? html`` : html` id="${anchor}"`;
}

function extensions(reader: SiteReader, values: readonly unknown[]): Html {
  return html`<ul class="values">${values.filter(isObject).map((extension) => {
    const url = typeof extension.url === 'string' ? extension.url : '';
    const value = Object.entries(extension).find(([name]) => name.startsWith('value'))?.[1];
    return html`<li><span class="label">${valueLine(reader, url)}</span> ${value === undefined ? extensions(reader, Array.isArray(extension.extension) ? extension.extension : []) : anyValue(reader, '', value, 1)}</li>`;
  })}</ul>`;
}

