/** The name of an include that HL7's template or IG Publisher would make in, the include out; undefined for names that neither knows. */
import { html, joined, type Html } from '../html';
import { pageOf } from '../file-names';
import type { SourceText } from '../guide';
import { grid } from '../page';
import type { Kind, SiteReader } from '../reader';
import { elementTable, type View } from '../element/table';
import type { StructureDefinition } from '../structure';

/** Images of HL7's template: https://build.fhir.org/ig/FHIR/ig-guidance/ */
const FIGURE = '<figure class="{{include.class}}"><img src="{{include.img}}" alt="{% if include.alt %}{{include.alt}}{% else %}{{include.caption}}{% endif %}"{% if include.width %} width="{{include.width}}"{% endif %}>{% if include.caption %}<figcaption>{{include.caption}}</figcaption>{% endif %}</figure>';

const LISTS: Readonly<Record<string, Kind>> = {
  profiles: 'profile', extensions: 'extension', logicals: 'logical', valuesets: 'valueSet', codesystems: 'codeSystem', capabilitystatements: 'capability', operationdefinitions: 'operation', searchparameters: 'searchParameter',
};

/** Element tables of the IG Publisher by the end of their names. */
const FRAGMENT_VIEWS: Readonly<Record<string, View>> = { snapshot: 'snapshot', diff: 'differential', 'snapshot-by-key': 'key', 'snapshot-by-mustsupport': 'must-support' };

/** Includes that have nothing to say here. */
const EMPTY = ['cross-version-analysis.xhtml', 'cross-version-analysis-inline.xhtml', 'globals-table.xhtml', 'deleted-extensions.xhtml', 'expansion-params.xhtml', 'markdown-link-references.md', 'fsh-link-references.md', 'related-igs-list.xhtml', 'related-igs-table.xhtml', 'obligation-summary.xhtml', 'new-extensions.xhtml'];

export function madeInclude(reader: SiteReader, name: string): SourceText | undefined {
  const made = (content: string | Html): SourceText => ({ file: name, text: typeof content === 'string' ? content : content.markup });
  if (/^img(-[\w-]+)?\.html$/.test(name)) return made(FIGURE);
  if (/^dependency-table(-\w+)*\.xhtml$/.test(name)) return made(dependencyTable(reader));
  if (name === 'ip-statements.xhtml') return made(copyrights(reader));
  const [, form, list] = /^(list|table|list-simple|table-simple|list-mixed)-([a-z]+)\.xhtml$/.exec(name) ?? [];
  const kind = list === undefined ? undefined : LISTS[list];
  if (kind !== undefined) return made(artifactList(reader, kind, form!.startsWith('table')));
  const plantuml = reader.guide.plantuml.get(name.replace(/\.svg$/, ''));
  if (plantuml !== undefined && name.endsWith('.svg')) {
    return made(plantuml.svg ?? html`<figure class="plantuml"><pre><code>${plantuml.text}</code></pre><figcaption>PlantUML source ${plantuml.file}: it is drawn where Java and a PlantUML jar are given.</figcaption></figure>`);
  }
  const structure = /^StructureDefinition-([\w.-]+?)-(snapshot|snapshot-all|diff|diff-all|snapshot-by-key|snapshot-by-key-all|snapshot-by-mustsupport|snapshot-by-mustsupport-all)\.xhtml$/.exec(name);
  const artifact = structure === null ? undefined : reader.artifact(`StructureDefinition/${structure[1]}`);
  if (artifact !== undefined) return made(elementTable(reader, artifact.reference, artifact.resource as StructureDefinition, FRAGMENT_VIEWS[structure![2]!.replace(/-all$/, '')]));
  return EMPTY.includes(name) ? made('') : undefined;
}

export function dependencyTable(reader: SiteReader): Html {
  const { guide } = reader;
  return grid('Dependencies', ['Package', 'Version', 'What for'], guide.dependencies.map(({ packageId, version, uri, reason }) => [html`${uri === undefined ? packageId : html`<span title="${uri}">${packageId}</span>`}`, version, reason]));
}

function copyrights(reader: SiteReader): Html {
  const found = new Map<string, { reference: string; title: string }[]>();
  for (const { reference, title, resourceType } of reader.headlines()) {
    if (!['CodeSystem', 'ValueSet', 'StructureDefinition'].includes(resourceType)) continue;
    const copyright = reader.artifact(reference)?.resource.copyright;
    if (typeof copyright === 'string') found.set(copyright, [...(found.get(copyright) ?? []), { reference, title }]);
  }
  if (found.size === 0) return html`<p>This publication makes use of no material with a copyright statement of its own.</p>`;
  return html`<ul>${[...found].map(([statement, from]) => html`<li>${statement} (${joined(from.map(({ reference, title }) => html`<a href="${pageOf(reference)}">${title}</a>`), ', ')})</li>`)}</ul>`;
}

function artifactList(reader: SiteReader, kind: Kind, asTable: boolean): Html {
  const found = reader.headlines().filter((headline) => headline.kind === kind);
  const link = ({ reference, title }: { reference: string; title: string }) => html`<a href="${pageOf(reference)}">${title}</a>`;
  return asTable
    ? grid('Artifacts', ['Name', 'Description'], found.map((headline) => [link(headline), headline.description]))
    : html`<ul>${found.map((headline) => html`<li>${link(headline)}</li>`)}</ul>`;
}

