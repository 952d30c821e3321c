/** An artifact in, what stands at the head and foot of its page whatever its type out: badges, address, uses, tests, formats. */
import { isObject } from '../../core/json';
import { RAW_FORMATS, pageOf, rawPageOf, stem, type RawFormat } from '../file-names';
import type { SiteArtifact } from '../guide';
import { html, joined, type Html } from '../html';
import { canonicalLink, describe } from '../links';
import { companionText } from '../narrative/companion';
import { facts, sections, type PageContent, type Section } from '../page';
import { KINDS, type Kind, type SiteReader } from '../reader';
import type { Relation } from '../relations';
import { valueLine } from '../value';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const ARTIFACTS_CRUMB = { title: 'Artifacts', href: 'artifacts.html' };

/** The whole page around the sections that are its type's own. */
export function artifactPage(reader: SiteReader, artifact: SiteArtifact, own: readonly (Section | undefined)[], more: readonly (readonly [string, Html | string | undefined])[] = []): PageContent {
  const { reference, resource, title } = artifact;
  const intro = companionText(reader, `${stem(reference)}-intro`);
  const notes = companionText(reader, `${stem(reference)}-notes`);
  const { body, headings } = sections([...own, usesSection(reader, reference), testsSection(reader, artifact), validationSection(reader, reference)]);
  const kind = reader.headline(reference)?.kind as Kind | undefined;
  return {
    title,
    lead: html`${badges(artifact)}${formatLinks(reference)}`,
    body: html`${artifactFacts(reader, artifact, more)}<div class="description">${description(reader, artifact)}</div>${intro?.body}${body}${notes?.body}`,
    headings: [...(intro?.headings ?? []), ...headings, ...(notes?.headings ?? [])],
    crumbs: [ARTIFACTS_CRUMB],
    kind: kind === undefined ? resource.resourceType : singular(KINDS[kind], resource.resourceType),
    search: [resource.id, text(resource.name), text(resource.url), artifact.description].filter((word) => word !== undefined).join(' '),
    ...(artifact.source === undefined ? {} : { place: artifact.source }),
    sources: [...(intro?.sources ?? []), ...(notes?.sources ?? [])],
  };
}

function singular(many: string, resourceType: string): string {
  return many === 'Examples' ? `Example ${resourceType}` : many.replace(/ies$/, 'y').replace(/s$/, '');
}

function description(reader: SiteReader, { resource, description: listed }: SiteArtifact): Html {
  return describe(reader, text(resource.description) ?? listed);
}

function badges({ resource, example }: SiteArtifact): Html {
  const status = text(resource.status);
  const known = !example && status !== undefined && ['draft', 'active', 'retired', 'unknown'].includes(status);
  const type = resource.resourceType === 'StructureDefinition' && typeof resource.type === 'string' ? `${example ? 'example' : resource.type === 'Extension' ? 'extension' : resource.kind === 'logical' ? 'logical model' : `profile of ${resource.type}`}` : resource.resourceType;
  return html`<p class="badges"><span class="badge type">${type}</span>${known ? html` <span class="badge ${status}">${status}</span>` : ''}${resource.experimental === true ? html` <span class="badge draft">experimental</span>` : ''}${resource.abstract === true ? html` <span class="badge">abstract</span>` : ''}</p>`;
}

function formatLinks(reference: string): Html {
  return html`<p class="formats">${joined(Object.entries(RAW_FORMATS).map(([format, name]) => html`<a href="${rawPageOf(reference, format as RawFormat)}">${name}</a>`), ' ')}</p>`;
}

function artifactFacts(reader: SiteReader, { resource, exampleOf, reference }: SiteArtifact, more: readonly (readonly [string, Html | string | undefined])[]): Html {
  const url = text(resource.url);
  const profiles = exampleOf.filter((profile) => reader.byCanonical(profile) !== undefined || reader.external(profile) !== undefined);
  return facts([
    ['Canonical', url === undefined || resource.resourceType === 'Endpoint' ? undefined : html`<code class="address copy">${url}</code>`],
    ['Version', text(resource.version)],
    ['Name', url === undefined ? undefined : text(resource.name)],
    ['Example of', profiles.length === 0 ? undefined : joined(profiles.map((profile) => canonicalLink(reader, profile)), ', ')],
    ['Id', url === undefined ? html`<code>${reference}</code>` : undefined],
    ...more,
    ['Publisher', text(resource.publisher)],
    ['Date', url === undefined ? undefined : text(resource.date)],
    ['Copyright', text(resource.copyright) === undefined ? undefined : describe(reader, text(resource.copyright))],
    ['Jurisdiction', Array.isArray(resource.jurisdiction) ? joined(resource.jurisdiction.filter(isObject).map((value) => valueLine(reader, value)), ', ') : undefined],
  ]);
}

/** More of a kind are folded away. */
const MANY = 12;

function usesSection(reader: SiteReader, reference: string): Section | undefined {
  const users = reader.usedBy(reference);
  if (users.length === 0) return undefined;
  const byType = new Map<string, Relation[]>();
  for (const user of users) {
    const label = user.example ? `Examples: ${user.resourceType}` : user.resourceType;
    byType.set(label, [...(byType.get(label) ?? []), user]);
  }
  const list = (found: readonly Relation[]) => html`<ul class="links">${found.map((user) => html`<li><a href="${pageOf(user.reference)}">${user.title}</a></li>`)}</ul>`;
  return {
    id: 'uses', title: 'Used by',
    body: html`<div class="uses">${[...byType].map(([label, found]) => html`<div><h3>${label} <span class="count">${found.length}</span></h3>${found.length > MANY ? html`${list(found.slice(0, MANY))}<details><summary>${found.length - MANY} more</summary>${list(found.slice(MANY))}</details>` : list(found)}</div>`)}</div>`,
  };
}

/** The server tests that are about what the artifact describes. */
function testsSection(reader: SiteReader, { resource, example }: SiteArtifact): Section | undefined {
  if (example) return undefined;
  const keys = resource.resourceType === 'StructureDefinition' ? ownRules(resource.differential) : new Set<string>();
  const type = resource.resourceType === 'StructureDefinition' && resource.kind === 'resource' ? text(resource.type) : undefined;
  const code = resource.resourceType === 'SearchParameter' ? text(resource.code) : undefined;
  const bases = code === undefined ? [] : (resource.base as string[] | undefined) ?? [];
  const found = reader.guide.tests.filter(
    (test) => test.invariants.some((key) => keys.has(key)) || (type !== undefined && test.resourceType === type) || (code !== undefined && bases.includes(test.resourceType ?? '') && test.id.split('.').includes(code)),
  );
  if (found.length === 0) return undefined;
  const groups = new Map<string, typeof found>();
  for (const test of found) groups.set(test.group, [...(groups.get(test.group) ?? []), test]);
  return {
    id: 'tests', title: 'Tests of a server',
    body: html`<p>${found.length} tests of <code>scout test</code> ask a server about it. <a href="test-coverage.html">What the tests cover</a>.</p>${[...groups].map(([group, tests]) => html`<details><summary>${group} <span class="count">${tests.length}</span></summary><ul class="tests">${tests.map(({ id, title, requirement }) => html`<li><code>${id}</code> ${title} <a class="outside" href="${requirement.url}" title="${requirement.text}">${requirement.id}</a></li>`)}</ul></details>`)}`,
  };
}

function ownRules(differential: unknown): Set<string> {
  const elements = isObject(differential) && Array.isArray(differential.element) ? (differential.element as { constraint?: { key: string }[] }[]) : [];
  return new Set(elements.flatMap(({ constraint }) => (constraint ?? []).map(({ key }) => key)));
}

function validationSection(reader: SiteReader, reference: string): Section | undefined {
  const { validation } = reader.guide;
  const findings = validation?.get(reference);
  if (validation === undefined || findings === undefined) return undefined;
  const errors = findings.filter(({ severity }) => severity === 'error' || severity === 'fatal').length;
  const body = findings.length === 0
    ? html`<p class="verdict pass">The HL7 validator finds nothing wrong.</p>`
    : html`<p class="verdict ${errors > 0 ? 'fail' : 'pass'}">The HL7 validator: ${errors} ${errors === 1 ? 'error' : 'errors'}, ${findings.length - errors} other ${findings.length - errors === 1 ? 'remark' : 'remarks'}.</p><ul class="findings">${findings.map(({ severity, message, location }) => html`<li><span class="severity ${severity}">${severity}</span> ${location?.path === undefined ? '' : html`<code>${location.path}</code> `}${message}</li>`)}</ul>`;
  return { id: 'validation', title: 'Validation', body };
}
