/** The rows of a structure in, its element table out: one table, of which the reader chooses how much is shown. */
import { bareCanonical, definitionsPageOf, elementAnchor } from '../file-names';
import { html, joined, NOTHING, type Html, type HtmlValue } from '../html';
import { alternatives, canonicalLink, typeLink } from '../links';
import type { SiteReader } from '../reader';
import { choice, extensionValue, type Constraint, type ElementDefinition, type ElementType, type StructureDefinition } from '../structure';
import { valueLine } from '../value';
import { elementRows, type ElementRow } from './rows';

/** The ways to look at the table, the first one shown first. */
export const VIEWS = {
  key: { label: 'Key elements', meaning: 'What this structure says itself, what must be supported, modifiers, and what is mandatory.' },
  differential: { label: 'Differential', meaning: 'Only what this structure says itself; what is taken over from its parent is grey.' },
  snapshot: { label: 'Snapshot', meaning: 'Every element, with all that holds for it.' },
  'must-support': { label: 'Must support', meaning: 'Elements that must be supported, and where they stand.' },
} as const;

/** The abbreviations of the column Flags, one row each. */
export const FLAGS = {
  MS: { meaning: 'must be supported', of: (element: ElementDefinition) => element.mustSupport === true, own: (own: ElementDefinition) => own.mustSupport !== undefined },
  '?!': { meaning: 'modifier: changes the meaning of the resource', of: (element: ElementDefinition) => element.isModifier === true, own: (own: ElementDefinition) => own.isModifier !== undefined },
  'Σ': { meaning: 'part of the summary', of: (element: ElementDefinition) => element.isSummary === true, own: (own: ElementDefinition) => own.isSummary !== undefined },
  C: { meaning: 'has or meets invariants', of: (element: ElementDefinition) => notable(element.constraint).length > 0 || (element.condition ?? []).some(isNotable), own: (own: ElementDefinition) => notable(own.constraint).length > 0 },
} as const;

/** Constraints that every element has say nothing about one. */
const EVERYWHERE = new Set(['ele-1', 'ext-1', 'dom-2', 'dom-3', 'dom-4', 'dom-5', 'dom-6', 'dom-r4b']);
const isNotable = (key: string): boolean => !EVERYWHERE.has(key);

export function notable(constraints: readonly Constraint[] | undefined): Constraint[] {
  return (constraints ?? []).filter(({ key }) => isNotable(key));
}

export type View = keyof typeof VIEWS;

/** @param only the one view of a table in which the reader has no choice, as inside a narrative page */
export function elementTable(reader: SiteReader, reference: string, structure: StructureDefinition, only?: View): Html {
  const rows = elementRows(structure);
  const hasMustSupport = rows.some(({ element }) => element.mustSupport === true);
  const whole = structure.snapshot !== undefined;
  const views = Object.entries(VIEWS).filter(([view]) => (view !== 'must-support' || hasMustSupport) && (whole || view === 'differential'));
  const first = (whole ? only : undefined) ?? views[0]?.[0] ?? 'snapshot';
  return html`<div class="elements" data-view="${first}">${only !== undefined ? '' : html`
<div class="views needs-script" role="group" aria-label="Which elements are shown">${views.map(([view, { label, meaning }]) => html`<button type="button" data-show="${view}" aria-pressed="${view === first ? 'true' : 'false'}" title="${meaning}">${label}</button>`)}<span class="tree-actions"><button type="button" data-tree="close">Close all</button><button type="button" data-tree="open">Open all</button></span></div>`}
<div class="scroll" tabindex="0" role="region" aria-label="Elements of ${structure.title ?? structure.name ?? structure.id}"><table class="tree">
<caption class="visually-hidden">Elements of ${structure.title ?? structure.name ?? structure.id}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Flags</th><th scope="col"><abbr title="Cardinality">Card.</abbr></th><th scope="col">Type</th><th scope="col">Description and rules</th></tr></thead>
<tbody>${rows.map((row) => tableRow(reader, reference, structure, row))}</tbody></table></div>
<p class="legend">${joined(Object.entries(FLAGS).map(([flag, { meaning }]) => html`<span class="flag">${flag}</span> ${meaning}`), ' · ')}. Bold facts are this structure's own; grey ones are taken over from its parent.</p>
</div>`;
}

function tableRow(reader: SiteReader, reference: string, structure: StructureDefinition, row: ElementRow): Html {
  const { id, depth, element, own } = row;
  const classes = ['d' + Math.min(depth, 12), row.inKey ? 'k' : '', row.inDifferential ? 'o' : '', row.inMustSupport ? 'm' : '', element.max === '0' ? 'never' : ''].filter((name) => name !== '').join(' ');
  const href = `${definitionsPageOf(reference)}#${elementAnchor(id)}`;
  const toggle = row.hasChildren ? html`<button type="button" class="fold" aria-expanded="true" aria-label="Parts of ${id}"></button>` : html`<span class="leaf"></span>`;
  return html`
<tr id="row-${elementAnchor(id)}" class="${classes}" data-id="${id}"${row.parent === undefined ? '' : html` data-parent="${row.parent}"`}><td class="name"><span class="branch">${toggle}<a href="${href}" title="${id}">${breakable(row.name)}</a></span></td><td class="flags">${flagCells(element, own)}</td><td class="card">${cardinality(element, own)}</td><td class="type">${typeCell(reader, row)}</td><td class="text">${facts(reader, structure, row)}</td></tr>`;
}

/** Long names may break where a word begins. */
function breakable(name: string): Html {
  return joined(name.split(/(?=[A-Z:])/), '\u200b');
}

function flagCells(element: ElementDefinition, own: ElementDefinition | undefined): Html {
  const set = Object.entries(FLAGS).filter(([, flag]) => flag.of(element));
  return joined(set.map(([name, flag]) => html`<abbr class="flag${own !== undefined && flag.own(own) ? ' own' : ''}${name === 'MS' ? ' ms' : name === '?!' ? ' modifier' : ''}" title="${flag.meaning}">${name}</abbr>`), ' ');
}

function cardinality(element: ElementDefinition, own: ElementDefinition | undefined): Html {
  if (element.min === undefined && element.max === undefined) return NOTHING;
  const isOwn = own?.min !== undefined || own?.max !== undefined;
  return html`<span class="${isOwn ? 'own' : 'taken'}">${element.min ?? ''}..${element.max ?? ''}</span>`;
}

/** System types of FHIRPath stand for FHIR's own primitive: https://hl7.org/fhir/R4/structuredefinition-extension-fhir-type.html */
export function typeCode(type: ElementType): string {
  const own = extensionValue(type, 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type');
  if (typeof own === 'string') return own;
  return type.code?.startsWith('http://hl7.org/fhirpath/System.') === true ? type.code.slice('http://hl7.org/fhirpath/System.'.length).toLowerCase() : (type.code ?? '');
}

function typeCell(reader: SiteReader, { element, own, depth }: ElementRow): Html {
  const mark = own?.type !== undefined ? 'own' : 'taken';
  if (element.contentReference !== undefined) return html`<span class="${mark}">as ${element.contentReference.replace(/^.*#/, '')}</span>`;
  if (depth === 0 && element.type === undefined) return NOTHING;
  return html`<span class="${mark}">${alternatives((element.type ?? []).map((type) => oneType(reader, type)))}</span>`;
}

function oneType(reader: SiteReader, type: ElementType): Html {
  const profiles = (type.profile ?? []).map((profile) => canonicalLink(reader, profile, lastPart(reader, profile)));
  const targets = (type.targetProfile ?? []).map((profile) => canonicalLink(reader, profile, lastPart(reader, profile)));
  const name = profiles.length > 0 ? html`${typeLink(reader, typeCode(type))}<span class="profiles"> {${alternatives(profiles)}}</span>` : typeLink(reader, typeCode(type));
  return targets.length === 0 ? name : html`${name}(${alternatives(targets)})${type.aggregation === undefined ? '' : html` <small>${type.aggregation.join(', ')}</small>`}`;
}

function lastPart(reader: SiteReader, canonical: string): string {
  return reader.byCanonical(canonical)?.title ?? reader.external(canonical)?.title ?? bareCanonical(canonical).split('/').at(-1) ?? canonical;
}

/** What holds for an element beyond its columns, one line each. */
function facts(reader: SiteReader, structure: StructureDefinition, { element, own, depth }: ElementRow): Html {
  const lines: Html[] = [];
  const fact = (label: string, isOwn: boolean, ...value: HtmlValue[]) => lines.push(html`<div class="fact ${isOwn ? 'own' : 'taken'}"><span class="label">${label}</span> ${value}</div>`);
  if (element.slicing !== undefined) fact('Slices', own?.slicing !== undefined, slicingWords(element.slicing));
  for (const kind of ['fixed', 'pattern', 'defaultValue'] as const) {
    const value = choice(element, kind);
    if (value !== undefined) fact(kind === 'fixed' ? 'Fixed' : kind === 'pattern' ? 'Pattern' : 'Default', own !== undefined && choice(own, kind) !== undefined, html`<span class="value">${valueLine(reader, value.value)}</span>`);
  }
  if (element.binding?.valueSet !== undefined) fact('Binding', own?.binding !== undefined, bindingWords(reader, element.binding));
  for (const kind of ['minValue', 'maxValue'] as const) {
    const value = choice(element, kind);
    if (value !== undefined) fact(kind === 'minValue' ? 'At least' : 'At most', own !== undefined && choice(own, kind) !== undefined, valueLine(reader, value.value));
  }
  if (element.maxLength !== undefined) fact('Length', own?.maxLength !== undefined, `at most ${element.maxLength}`);
  const ownKeys = new Set((own?.constraint ?? []).map(({ key }) => key));
  for (const rule of notable(element.constraint)) {
    const isOwn = ownKeys.has(rule.key) || rule.source === structure.url;
    // At the root all rules of the type are listed; the own ones are what one comes for.
    if (depth > 0 || isOwn || ownKeys.size === 0) fact(rule.key, isOwn, rule.human ?? '');
  }
  if (depth === 0 && structure.type === 'Extension' && structure.context !== undefined) fact('Context', true, structure.context.map(({ expression }) => expression).join(', '));
  return html`<span class="${own?.short !== undefined ? 'short own' : 'short'}">${element.short ?? ''}</span>${lines}`;
}

/** `unordered, open, told apart by the value of system` */
export function slicingWords({ discriminator = [], rules, ordered, description }: NonNullable<ElementDefinition['slicing']>): Html {
  const by = discriminator.map(({ type, path }) => html`${type} of <code>${path}</code>`);
  return html`${ordered === true ? 'ordered' : 'unordered'}, ${rules ?? 'open'}${by.length === 0 ? '' : html`, told apart by ${joined(by, ' and ')}`}${description === undefined ? '' : html` <span class="remark">${description}</span>`}`;
}

export function bindingWords(reader: SiteReader, { strength, valueSet = '', extension }: NonNullable<ElementDefinition['binding']>): Html {
  const maximum = extension?.find(({ url }) => url === 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet');
  const most = maximum?.valueCanonical ?? maximum?.valueUri;
  return html`<span class="strength ${strength}">${strength}</span> ${canonicalLink(reader, valueSet, lastPart(reader, valueSet))}${typeof most === 'string' ? html`, at most ${canonicalLink(reader, most, lastPart(reader, most))}` : ''}`;
}
