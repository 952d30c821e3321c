/** A profile, extension or logical model in, its page out: the element table, bindings, invariants, a diagram, what it changes of its parent. */
import { definitionsPageOf, elementAnchor, mappingsPageOf, pageOf } from '../file-names';
import type { SiteArtifact } from '../guide';
import { html, joined, markup, type Html } from '../html';
import { anchor, canonicalLink, typeLink } from '../links';
import type { PageContent, Section } from '../page';
import { grid } from '../page';
import type { SiteReader } from '../reader';
import type { StructureDefinition } from '../structure';
import { structureDiagram } from '../diagram/structure-diagram';
import { elementId } from '../element/rows';
import { parentDifference } from '../element/parent-difference';
import { bindingWords, elementTable, notable } from '../element/table';
import { artifactPage } from './artifact-frame';
import { expectationMark, type CapabilityStatement } from './capability';

export function structurePage(reader: SiteReader, artifact: SiteArtifact): PageContent {
  const { reference } = artifact;
  const structure = artifact.resource as StructureDefinition;
  const base = structure.baseDefinition;
  const sectionsOfType: (Section | undefined)[] = [
    { id: 'elements', title: 'Elements', body: html`${elementTable(reader, reference, structure)}<p class="more"><a href="${definitionsPageOf(reference)}">Full definition of every element</a> · <a href="${mappingsPageOf(reference)}">Mappings</a></p>` },
    bindings(reader, artifact, structure),
    invariants(artifact, structure),
    diagram(reader, structure),
    changes(reader, artifact, structure),
    searchParameters(reader, structure),
  ];
  return artifactPage(reader, artifact, sectionsOfType, [
    ['Type', structure.type === undefined ? undefined : typeLink(reader, structure.type)],
    ['Based on', base === undefined ? undefined : canonicalLink(reader, base)],
    ['Context', structure.type === 'Extension' && structure.context !== undefined ? joined(structure.context.map(({ type, expression }) => html`<code>${expression}</code>${type === 'element' ? '' : ` (${type})`}`), ', ') : undefined],
  ]);
}

function bindings(reader: SiteReader, { reference }: SiteArtifact, structure: StructureDefinition): Section {
  const own = new Set((structure.differential?.element ?? []).filter(({ binding }) => binding !== undefined).map(elementId));
  const bound = (structure.snapshot?.element ?? structure.differential?.element ?? []).filter((element) => element.binding?.valueSet !== undefined && element.max !== '0');
  const rows = [...bound.filter((element) => own.has(elementId(element))), ...bound.filter((element) => !own.has(elementId(element)))];
  return {
    id: 'bindings', title: 'Terminology',
    body: grid('Bindings', ['Element', 'Binding', 'What it says'], rows.map((element) => [elementLink(reference, elementId(element)), bindingWords(reader, element.binding!), element.binding?.description])),
  };
}

function elementLink(reference: string, id: string): Html {
  return html`<a href="${definitionsPageOf(reference)}#${elementAnchor(id)}"><code>${id}</code></a>`;
}

function invariants({ reference }: SiteArtifact, structure: StructureDefinition): Section {
  const found = (structure.snapshot?.element ?? structure.differential?.element ?? []).flatMap((element) => notable(element.constraint).map((rule) => ({ id: elementId(element), rule })));
  const ownKeys = new Set((structure.differential?.element ?? []).flatMap(({ constraint }) => (constraint ?? []).map(({ key }) => key)));
  const seen = new Set<string>();
  const sorted = [...found.filter(({ rule }) => ownKeys.has(rule.key)), ...found.filter(({ rule }) => !ownKeys.has(rule.key))].filter(({ id, rule }) => {
    const key = `${rule.key} ${id}`;
    return seen.has(key) ? false : seen.add(key);
  });
  return {
    id: 'invariants', title: 'Invariants',
    body: grid('Invariants', ['Key', 'Severity', 'On', 'Rule'], sorted.map(({ id, rule }) => [html`<code class="${ownKeys.has(rule.key) ? 'own' : 'taken'}">${rule.key}</code>`, rule.severity, elementLink(reference, id), html`${rule.human}${rule.expression === undefined ? '' : html`<details class="expression"><summary>FHIRPath</summary><pre tabindex="0"><code>${rule.expression}</code></pre></details>`}`])),
  };
}

function diagram(reader: SiteReader, structure: StructureDefinition): Section {
  const svg = structureDiagram(reader, structure);
  return { id: 'diagram', title: 'Diagram', body: svg === undefined ? html`` : html`<figure class="diagram"><div class="scroll" tabindex="0" role="region" aria-label="Diagram">${markup(svg)}</div><figcaption>What the key elements hold and lead to. Boxes with a blue head belong to this structure.</figcaption></figure>` };
}

function changes(reader: SiteReader, { reference, source }: SiteArtifact, structure: StructureDefinition): Section | undefined {
  const base = structure.baseDefinition;
  if (base === undefined || structure.derivation === 'specialization' || structure.snapshot === undefined) return undefined;
  const own = reader.byCanonical(base);
  const parent = (own === undefined ? reader.external(base)?.read() : reader.artifact(own.reference)?.resource) as StructureDefinition | undefined;
  if (parent === undefined) {
    reader.report({ severity: 'warning', code: 'unknown-parent', message: `${structure.title ?? structure.id}: its parent ${base} is in none of the packages at hand, so that it cannot be compared with it.`, location: { ...(source ?? {}), resource: reference }, source: 'site' });
    return undefined;
  }
  const name = own?.title ?? reader.external(base)?.title ?? base.split('/').at(-1)!;
  const rows = parentDifference(structure, parent).map(({ id, aspect, before, after }) => [elementLink(reference, id), aspect, before === undefined ? html`<span class="taken">–</span>` : html`<del>${before}</del>`, html`<ins>${after}</ins>`]);
  return { id: 'changes', title: `Changes from ${name}`, body: grid(`Changes from ${name}`, ['Element', 'What', name, 'Here'], rows, 'changes') };
}


/** The search parameters by which resources of the profile are found: those the guide defines, and those its capability statements ask for. */
function searchParameters(reader: SiteReader, { kind, type, derivation }: StructureDefinition): Section | undefined {
  if (kind !== 'resource' || derivation === 'specialization') return undefined;
  const own = reader.headlines().filter(({ resourceType, example }) => resourceType === 'SearchParameter' && !example).flatMap(({ reference }) => {
    const { code, base, type: parameterType, url } = reader.artifact(reference)!.resource;
    return Array.isArray(base) && base.includes(type) ? [[html`<code>${canonicalLink(reader, String(url), String(code))}</code>`, String(parameterType), 'defined here']] : [];
  });
  const asked = reader.headlines().filter(({ resourceType, example }) => resourceType === 'CapabilityStatement' && !example).flatMap((statement) => {
    const { rest } = reader.artifact(statement.reference)!.resource as CapabilityStatement;
    const found = (rest ?? []).flatMap(({ resource }) => (resource ?? []).filter((row) => row.type === type).flatMap(({ searchParam }) => searchParam ?? []));
    return found.map((row) => [html`<code>${row.definition === undefined ? row.name : canonicalLink(reader, row.definition, row.name)}</code>`, row.type, html`${expectationMark(row)} ${anchor({ href: `${pageOf(statement.reference)}#${type}`, title: statement.title, outside: false }, statement.title)}`]);
  });
  return { id: 'search-parameters', title: 'Search parameters', body: grid('Search parameters', ['Parameter', 'Type', 'Asked for by'], [...own, ...asked]) };
}
