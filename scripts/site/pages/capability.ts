/** A CapabilityStatement in, its page out: tables that a server's developer can work through. https://hl7.org/fhir/R4/capabilitystatement.html */
import type { Resource } from '../../core/fhir';
import type { SiteArtifact } from '../guide';
import { html, joined, markup, NOTHING, type Html } from '../html';
import { actorDiagram } from '../diagram/actor-diagram';
import { canonicalLink, describe, typeLink } from '../links';
import { grid, type PageContent, type Section } from '../page';
import type { SiteReader } from '../reader';
import { extensionValue, type Extension } from '../structure';
import { artifactPage } from './artifact-frame';

interface Expected {
  extension?: Extension[];
}
interface Interaction extends Expected { code: string; documentation?: string }
interface SearchParam extends Expected { name: string; definition?: string; type?: string; documentation?: string }
interface Operation extends Expected { name: string; definition?: string; documentation?: string }

export interface CapabilityResource extends Expected {
  type: string;
  profile?: string;
  supportedProfile?: string[];
  _supportedProfile?: (Expected | null)[];
  documentation?: string;
  interaction?: Interaction[];
  versioning?: string;
  readHistory?: boolean;
  updateCreate?: boolean;
  conditionalCreate?: boolean;
  conditionalRead?: string;
  conditionalUpdate?: boolean;
  conditionalDelete?: string;
  referencePolicy?: string[];
  searchInclude?: string[];
  _searchInclude?: (Expected | null)[];
  searchRevInclude?: string[];
  _searchRevInclude?: (Expected | null)[];
  searchParam?: SearchParam[];
  operation?: Operation[];
}

export interface CapabilityRest {
  mode: string;
  documentation?: string;
  security?: { description?: string; cors?: boolean; service?: { text?: string; coding?: { code?: string; display?: string }[] }[] };
  resource?: CapabilityResource[];
  interaction?: Interaction[];
  searchParam?: SearchParam[];
  operation?: Operation[];
}

export interface CapabilityStatement extends Resource {
  kind?: string;
  fhirVersion?: string;
  format?: string[];
  _format?: (Expected | null)[];
  patchFormat?: string[];
  _patchFormat?: (Expected | null)[];
  imports?: string[];
  instantiates?: string[];
  implementationGuide?: string[];
  rest?: CapabilityRest[];
}

const EXPECTATION = 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation';

function expectation(holder: Expected | null | undefined): string | undefined {
  const value = extensionValue(holder ?? undefined, EXPECTATION);
  return typeof value === 'string' ? value : undefined;
}

const mark = (word: string | undefined): Html => (word === undefined ? NOTHING : html`<span class="expect ${word.toLowerCase().replace(/\W/g, '-')}">${word}</span>`);

/** SHALL, SHOULD or MAY, where the statement says so. */
export const expectationMark = (holder: Expected): Html => mark(expectation(holder));

/** The interactions in the order in which a developer builds them. */
const INTERACTIONS = ['read', 'vread', 'search-type', 'create', 'update', 'patch', 'delete', 'history-instance', 'history-type'] as const;

export function capabilityPage(reader: SiteReader, artifact: SiteArtifact): PageContent {
  const statement = artifact.resource as CapabilityStatement;
  const rests = statement.rest ?? [];
  const diagram = actorDiagram(statement, artifact.title);
  const all: (Section | undefined)[] = [
    ...(diagram === undefined ? [] : [{ id: 'actors', title: 'Who talks to whom', body: html`<figure class="diagram"><div class="scroll" tabindex="0" role="region" aria-label="Diagram">${markup(diagram)}</div></figure>` }]),
    ...rests.flatMap((rest, index) => restSections(reader, rest, rests.length > 1 ? `-${index + 1}` : '')),
  ];
  const listed = (values: readonly string[] | undefined, marks: readonly (Expected | null)[] | undefined) => (values === undefined ? undefined : joined(values.map((value, at) => html`<code>${value}</code> ${mark(expectation(marks?.[at]))}`), ', '));
  return artifactPage(reader, artifact, all, [
    ['Kind', statement.kind],
    ['FHIR version', statement.fhirVersion],
    ['Formats', listed(statement.format, statement._format)],
    ['Patch formats', listed(statement.patchFormat, statement._patchFormat)],
    ['Imports', statement.imports === undefined ? undefined : joined(statement.imports.map((url) => canonicalLink(reader, url)), ', ')],
    ['Instantiates', statement.instantiates === undefined ? undefined : joined(statement.instantiates.map((url) => canonicalLink(reader, url)), ', ')],
  ]);
}

function restSections(reader: SiteReader, rest: CapabilityRest, suffix: string): Section[] {
  const resources = rest.resource ?? [];
  const codes = INTERACTIONS.filter((code) => resources.some(({ interaction }) => interaction?.some((row) => row.code === code)));
  const symbol = (row: Interaction | undefined) => (row === undefined ? html`<span class="taken">–</span>` : mark(expectation(row) ?? 'yes'));
  const summary = grid(
    'Resource types and interactions',
    ['Type', 'Profiles', ...codes],
    resources.map((resource) => [html`<a href="#${resource.type}${suffix}">${resource.type}</a> ${mark(expectation(resource))}`, profiles(reader, resource), ...codes.map((code) => symbol(resource.interaction?.find((row) => row.code === code)))]),
    'interactions',
  );
  const security = rest.security;
  return [
    { id: `rest${suffix}`, title: rest.mode === 'client' ? 'What the client does' : 'What the server does', body: html`${describe(reader, rest.documentation)}${security === undefined ? '' : html`<h3>Security</h3>${describe(reader, security.description)}${security.service === undefined ? '' : html`<p>${security.service.map(({ text, coding }) => text ?? coding?.map(({ display, code }) => display ?? code).join(', ')).join('; ')}</p>`}`}${summary}` },
    { id: `system${suffix}`, title: 'Whole system', body: html`${interactionTable(reader, rest.interaction ?? [])}${searchTable(reader, rest.searchParam ?? [], 'all types')}${operationTable(reader, rest.operation ?? [])}` },
    ...resources.map((resource) => ({ id: `${resource.type}${suffix}`, title: resource.type, body: resourceBody(reader, resource) })),
  ];
}

function profiles(reader: SiteReader, { profile, supportedProfile, _supportedProfile }: CapabilityResource): Html {
  const all = [...(profile === undefined ? [] : [canonicalLink(reader, profile)]), ...(supportedProfile ?? []).map((url, at) => html`${canonicalLink(reader, url)} ${mark(expectation(_supportedProfile?.[at]))}`)];
  return joined(all, ', ');
}

function resourceBody(reader: SiteReader, resource: CapabilityResource): Html {
  const settings: [string, string | undefined][] = [
    ['versioning', resource.versioning],
    ['read history', yesNo(resource.readHistory)],
    ['update creates', yesNo(resource.updateCreate)],
    ['conditional create', yesNo(resource.conditionalCreate)],
    ['conditional read', resource.conditionalRead],
    ['conditional update', yesNo(resource.conditionalUpdate)],
    ['conditional delete', resource.conditionalDelete],
    ['references', resource.referencePolicy?.join(', ')],
  ];
  const stated = settings.filter(([, value]) => value !== undefined);
  const includes = [
    ...(resource.searchInclude ?? []).map((value, at) => [html`<code>_include=${value}</code>`, mark(expectation(resource._searchInclude?.[at]))]),
    ...(resource.searchRevInclude ?? []).map((value, at) => [html`<code>_revinclude=${value}</code>`, mark(expectation(resource._searchRevInclude?.[at]))]),
  ];
  const has = profiles(reader, resource);
  return html`<p>${typeLink(reader, resource.type)} ${mark(expectation(resource))}${has.markup === '' ? '' : html` · ${has}`}</p>${describe(reader, resource.documentation)}${interactionTable(reader, resource.interaction ?? [])}${stated.length === 0 ? '' : html`<p>${stated.map(([name, value], at) => html`${at > 0 ? ' · ' : ''}${name}: <strong>${value}</strong>`)}</p>`}${searchTable(reader, resource.searchParam ?? [], resource.type)}${includes.length === 0 ? '' : html`<h3>Included resources</h3>${grid(`Included resources of ${resource.type}`, ['Parameter', 'Expected'], includes)}`}${operationTable(reader, resource.operation ?? [])}`;
}

const yesNo = (value: boolean | undefined): string | undefined => (value === undefined ? undefined : value ? 'yes' : 'no');

function interactionTable(reader: SiteReader, rows: readonly Interaction[]): Html {
  return rows.length === 0 ? NOTHING : html`<h3>Interactions</h3>${grid('Interactions', ['Interaction', 'Expected', 'What to do'], rows.map((row) => [html`<code>${row.code}</code>`, mark(expectation(row)), describe(reader, row.documentation)]))}`;
}

function searchTable(reader: SiteReader, rows: readonly SearchParam[], of: string): Html {
  return rows.length === 0 ? NOTHING : html`<h3>Search parameters</h3>${grid(`Search parameters of ${of}`, ['Parameter', 'Type', 'Expected', 'What to do'], rows.map((row) => [row.definition === undefined ? html`<code>${row.name}</code>` : html`<code>${canonicalLink(reader, row.definition, row.name)}</code>`, row.type, mark(expectation(row)), describe(reader, row.documentation)]))}`;
}

function operationTable(reader: SiteReader, rows: readonly Operation[]): Html {
  return rows.length === 0 ? NOTHING : html`<h3>Operations</h3>${grid('Operations', ['Operation', 'Expected', 'What to do'], rows.map((row) => [row.definition === undefined ? html`<code>$${row.name}</code>` : html`<code>${canonicalLink(reader, row.definition, `$${row.name}`)}</code>`, mark(expectation(row)), describe(reader, row.documentation)]))}`;
}
