/** A value set or code system in, its page out: what it is made of, and its codes as far as they can be known here. */
import type { SiteArtifact } from '../guide';
import { html, joined, type Html } from '../html';
import { canonicalLink, describe } from '../links';
import { grid, type PageContent, type Section } from '../page';
import type { SiteReader } from '../reader';
import type { CodeSystem, Concept, ConceptSet, ValueSet } from '../structure';
import { expand, type Terminology } from '../terminology/expand';
import { valueLine } from '../value';
import { artifactPage } from './artifact-frame';

/** Longer lists are cut: nobody reads them, and the file has all. */
const MOST_CODES = 1000;

export function valueSetPage(reader: SiteReader, artifact: SiteArtifact): PageContent {
  const valueSet = artifact.resource as ValueSet;
  return artifactPage(reader, artifact, [definition(reader, valueSet), expansion(reader, valueSet)]);
}

function definition(reader: SiteReader, { compose }: ValueSet): Section {
  const rule = (set: ConceptSet): Html => {
    const from = set.system === undefined ? html`` : html`${canonicalLink(reader, set.system)}${set.version === undefined ? '' : ` version ${set.version}`}`;
    const within = (set.valueSet ?? []).map((url) => canonicalLink(reader, url));
    const filters = (set.filter ?? []).map(({ property, op, value }) => html`<code>${property} ${op} ${value}</code>`);
    const codes = set.concept?.length;
    return html`<li>${codes === undefined ? (set.system === undefined ? '' : filters.length > 0 ? 'codes of ' : 'all codes of ') : `${codes} ${codes === 1 ? 'code' : 'codes'} of `}${from}${filters.length === 0 ? '' : html` where ${joined(filters, ' and ')}`}${within.length === 0 ? '' : html`${set.system === undefined ? 'all of ' : ' that are in '}${joined(within, ' and ')}`}</li>`;
  };
  const includes = compose?.include ?? [];
  const excludes = compose?.exclude ?? [];
  return {
    id: 'definition', title: 'Definition',
    body: includes.length + excludes.length === 0 ? html`` : html`${includes.length === 0 ? '' : html`<p>Includes:</p><ul>${includes.map(rule)}</ul>`}${excludes.length === 0 ? '' : html`<p>Leaves out:</p><ul>${excludes.map(rule)}</ul>`}`,
  };
}

function terminologyOf(reader: SiteReader): Terminology {
  const find = (url: string, resourceType: string) => {
    const own = reader.byCanonical(url);
    const resource = own === undefined ? undefined : reader.artifact(own.reference)?.resource;
    if (resource?.resourceType === resourceType) return resource;
    const other = reader.external(url);
    return other?.resourceType === resourceType ? other.read() : undefined;
  };
  return { codeSystem: (url) => find(url, 'CodeSystem') as CodeSystem | undefined, valueSet: (url) => find(url, 'ValueSet') as ValueSet | undefined };
}

function expansion(reader: SiteReader, valueSet: ValueSet): Section {
  const { codes, gaps, carried } = expand(valueSet, terminologyOf(reader));
  const systems = new Set(codes.map(({ system }) => system));
  const hasDefinitions = codes.some(({ definition: text }) => text !== undefined);
  const rows = codes.slice(0, MOST_CODES).map(({ system, code, display, definition: text }) => [html`<code>${code}</code>`, display, ...(systems.size > 1 ? [canonicalLink(reader, system)] : []), ...(hasDefinitions ? [text] : [])]);
  const single = systems.size === 1 ? html` of ${canonicalLink(reader, [...systems][0]!)}` : '';
  return {
    id: 'expansion', title: 'Codes',
    body: html`${codes.length === 0 ? '' : html`<p>${codes.length} ${codes.length === 1 ? 'code' : 'codes'}${single}${carried ? ', as the value set itself lists them' : ''}${gaps.length > 0 ? ' that can be known here' : ''}${codes.length > MOST_CODES ? `; the first ${MOST_CODES}` : ''}.</p>`}${gaps.map((gap) => html`<p class="note">${gap}</p>`)}${grid('Codes', ['Code', 'Display', ...(systems.size > 1 ? ['System'] : []), ...(hasDefinitions ? ['Definition'] : [])], rows)}`,
  };
}

export function codeSystemPage(reader: SiteReader, artifact: SiteArtifact): PageContent {
  const system = artifact.resource as CodeSystem;
  const properties = (system.property ?? []).filter(({ code }) => code !== 'parent' && code !== 'subsumedBy');
  const rows: (Html | string | undefined)[][] = [];
  let total = 0;
  const walk = (concepts: readonly Concept[], depth: number) => {
    for (const concept of concepts) {
      total += 1;
      if (rows.length < MOST_CODES) {
        const anchor = `${artifact.reference.split('/')[1]}-${concept.code.replace(/[^\w.-]/g, '_')}`;
        rows.push([
          html`<span class="depth${Math.min(depth, 6)}" id="${anchor}"><code>${concept.code}</code></span>`, concept.display, describe(reader, concept.definition),
          ...properties.map(({ code }) => joined((concept.property ?? []).filter((row) => row.code === code).map((row) => valueLine(reader, Object.entries(row).find(([name]) => name.startsWith('value'))?.[1])), ', ')),
        ]);
      }
      walk(concept.concept ?? [], depth + 1);
    }
  };
  walk(system.concept ?? [], 0);
  return artifactPage(
    reader, artifact,
    [{ id: 'codes', title: 'Codes', body: html`${total === 0 ? html`<p>The code system is described here; its codes are not listed (${system.content ?? 'no content'}).</p>` : html`<p>${total} ${total === 1 ? 'code' : 'codes'}${total > MOST_CODES ? `; the first ${MOST_CODES}` : ''}.</p>`}${grid('Codes', ['Code', 'Display', 'Definition', ...properties.map(({ code, description }) => html`<span title="${description ?? code}">${code}</span>`)], rows)}` }],
    [['Content', system.content], ['Case sensitive', system.caseSensitive === undefined ? undefined : system.caseSensitive ? 'yes' : 'no'], ['Hierarchy', system.hierarchyMeaning]],
  );
}
