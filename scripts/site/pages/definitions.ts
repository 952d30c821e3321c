/** A structure in, the page with the full definition and mappings of each of its elements out. */
import { isObject } from '../../core/json';
import { elementAnchor, mappingsPageOf, pageOf } from '../file-names';
import type { SiteArtifact } from '../guide';
import { html, joined, type Html } from '../html';
import { canonicalLink, describeElement, typeLink } from '../links';
import { facts, grid, type PageContent } from '../page';
import type { SiteReader } from '../reader';
import { choice, type ElementDefinition, type StructureDefinition } from '../structure';
import { valueLine } from '../value';
import { elementRows, type ElementRow } from '../element/rows';
import { bindingWords, notable, slicingWords, typeCode } from '../element/table';
import { ARTIFACTS_CRUMB } from './artifact-frame';

export function definitionsPage(reader: SiteReader, artifact: SiteArtifact): PageContent {
  const structure = artifact.resource as StructureDefinition;
  const rows = elementRows(structure);
  return {
    title: `${artifact.title}: definitions`,
    body: html`<p>Every element of <a href="${pageOf(artifact.reference)}">${artifact.title}</a> with all that is said of it. <a href="${mappingsPageOf(artifact.reference)}">Mappings by target</a>.</p>${rows.map((row) => elementSection(reader, structure, row))}`,
    headings: rows.filter(({ depth }) => depth <= 1).map(({ id, name, depth }) => ({ level: 2 + depth, id: elementAnchor(id), text: name })),
    crumbs: [ARTIFACTS_CRUMB, { title: artifact.title, href: pageOf(artifact.reference) }],
    kind: 'Definitions',
    ...(artifact.source === undefined ? {} : { place: artifact.source }),
  };
}

function elementSection(reader: SiteReader, structure: StructureDefinition, { id, element, own, depth }: ElementRow): Html {
  const anchor = elementAnchor(id);
  return html`
<section class="element${own === undefined ? '' : ' constrained'}" aria-labelledby="${anchor}"><h${Math.min(2 + Math.min(depth, 1), 3)} id="${anchor}">${joined(id.split('.'), '.\u200b')}</h${Math.min(2 + Math.min(depth, 1), 3)}>${elementFacts(reader, structure, element)}${rules(element)}${mappings(structure, element)}</section>`;
}

function elementFacts(reader: SiteReader, structure: StructureDefinition, element: ElementDefinition): Html {
  const pick = (kind: string) => {
    const found = choice(element, kind);
    return found === undefined ? undefined : valueLine(reader, found.value);
  };
  const examples = (element.example ?? []).map((example) => ({ label: example.label, value: choice(example, 'value')?.value })).filter(({ value }) => value !== undefined);
  return facts([
    ['Short', element.short],
    ['Definition', markdown(reader, element.definition)],
    ['Comments', markdown(reader, element.comment)],
    ['Cardinality', element.min === undefined && element.max === undefined ? undefined : html`${element.min ?? ''}..${element.max ?? ''}${element.base === undefined || (element.base.min === element.min && element.base.max === element.max) ? '' : html` <small>(${element.base.path}: ${element.base.min}..${element.base.max})</small>`}`],
    ['Type', element.contentReference === undefined ? types(reader, element) : html`as ${element.contentReference.replace(/^.*#/, '')}`],
    ['Must support', element.mustSupport === true ? 'yes' : undefined],
    ['Modifier', element.isModifier === true ? html`yes${element.isModifierReason === undefined ? '' : html`: ${element.isModifierReason}`}` : undefined],
    ['Summary', element.isSummary === true ? 'yes' : undefined],
    ['Slices', element.slicing === undefined ? undefined : slicingWords(element.slicing)],
    ['Binding', element.binding?.valueSet === undefined ? undefined : html`${bindingWords(reader, element.binding)}${element.binding.description === undefined ? '' : html` <span class="remark">${element.binding.description}</span>`}`],
    ['Fixed value', pick('fixed')],
    ['Pattern', pick('pattern')],
    ['Default value', pick('defaultValue')],
    ['At least', pick('minValue')],
    ['At most', pick('maxValue')],
    ['Longest', element.maxLength === undefined ? undefined : `${element.maxLength} characters`],
    ['When missing', markdown(reader, element.meaningWhenMissing)],
    ['Order', element.orderMeaning],
    ['Requirements', markdown(reader, element.requirements)],
    ['Also known as', element.alias?.join(', ')],
    ['Conditions', element.condition?.join(', ')],
    ['Examples', examples.length === 0 ? undefined : html`${examples.map(({ label, value }) => html`<div><span class="label">${label}</span> ${valueLine(reader, value)}</div>`)}`],
    ['Context', element.path === structure.type && structure.type === 'Extension' ? structure.context?.map(({ expression }) => expression).join(', ') : undefined],
  ]);
}

function markdown(reader: SiteReader, text: string | undefined): Html | undefined {
  return text === undefined ? undefined : describeElement(reader, text);
}

function types(reader: SiteReader, element: ElementDefinition): Html | undefined {
  if (element.type === undefined) return undefined;
  return joined(
    element.type.map((type) => {
      const narrowed = [...(type.profile ?? []), ...(type.targetProfile ?? [])];
      return html`${typeLink(reader, typeCode(type))}${narrowed.length === 0 ? '' : html` (${joined(narrowed.map((profile) => canonicalLink(reader, profile)), ', ')})`}`;
    }),
    ' or ',
  );
}

function rules(element: ElementDefinition): Html {
  const found = notable(element.constraint);
  return found.length === 0 ? html`` : html`<ul class="rules">${found.map(({ key, severity, human, expression }) => html`<li><code>${key}</code> <span class="severity ${severity}">${severity}</span> ${human}${expression === undefined ? '' : html`<pre tabindex="0"><code>${expression}</code></pre>`}</li>`)}</ul>`;
}

function mappings(structure: StructureDefinition, element: ElementDefinition): Html {
  if (element.mapping === undefined || element.mapping.length === 0) return html``;
  const names = new Map((structure.mapping ?? []).map(({ identity, name, uri }) => [identity, name ?? uri ?? identity]));
  return html`<details class="mappings"><summary>Mappings <span class="count">${element.mapping.length}</span></summary><dl class="facts">${element.mapping.map(({ identity, map, comment }) => html`<div><dt>${names.get(identity) ?? identity}</dt><dd><code>${map}</code>${comment === undefined ? '' : html` ${comment}`}</dd></div>`)}</dl></details>`;
}

/** All mappings, one table for each target. */
export function mappingsPage(_reader: SiteReader, artifact: SiteArtifact): PageContent {
  const structure = artifact.resource as StructureDefinition;
  const rows = elementRows(structure);
  const targets = (structure.mapping ?? []).map((target) => ({
    ...target,
    rows: rows.flatMap(({ id, element }) => (element.mapping ?? []).filter(({ identity }) => identity === target.identity).map(({ map, comment }) => [html`<code>${id}</code>`, html`<code>${map}</code>${comment === undefined ? '' : html` ${comment}`}`])),
  })).filter((target) => isObject(target) && target.rows.length > 0);
  return {
    title: `${artifact.title}: mappings`,
    body: targets.length === 0
      ? html`<p>No element of <a href="${pageOf(artifact.reference)}">${artifact.title}</a> is mapped to anything.</p>`
      : html`${targets.map(({ identity, name, uri, comment, rows: found }) => html`<section aria-labelledby="map-${identity}"><h2 id="map-${identity}">${name ?? identity}</h2>${uri === undefined ? '' : html`<p><code>${uri}</code>${comment === undefined ? '' : html` ${comment}`}</p>`}${grid(`Mappings to ${name ?? identity}`, ['Element', 'Mapped to'], found)}</section>`)}`,
    headings: targets.map(({ identity, name }) => ({ level: 2, id: `map-${identity}`, text: name ?? identity })),
    crumbs: [ARTIFACTS_CRUMB, { title: artifact.title, href: pageOf(artifact.reference) }],
    kind: 'Mappings',
    ...(artifact.source === undefined ? {} : { place: artifact.source }),
  };
}
