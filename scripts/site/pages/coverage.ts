/** The server tests in, a matrix of what they cover out: resource types against kinds of tests, and the guide's rules with tests and examples. */
import { elementAnchor, definitionsPageOf, pageOf } from '../file-names';
import { html, joined } from '../html';
import { grid, sections, type PageContent } from '../page';
import type { SiteReader } from '../reader';
import type { StructureDefinition } from '../structure';
import { elementId } from '../element/rows';

export function coveragePage(reader: SiteReader): PageContent {
  const { tests, fhirVersion } = reader.guide;
  const groups = [...new Set(tests.map(({ group }) => group))];
  const types = [...new Set(tests.flatMap(({ resourceType }) => resourceType ?? []))].sort();
  const number = (count: number) => (count === 0 ? html`<span class="taken">–</span>` : html`${count}`);
  const count = (type: string | undefined, group: string) => tests.filter((test) => test.resourceType === type && test.group === group).length;
  const rows = [...types, undefined].map((type) => [type ?? 'the server as a whole', ...groups.map((group) => number(count(type, group))), html`<strong>${tests.filter(({ resourceType }) => resourceType === type).length}</strong>`]);
  const { body, headings } = sections([
    { id: 'types', title: 'Resource types and kinds of tests', body: grid('Tests by resource type', ['Resource type', ...groups, 'All'], rows, 'matrix') },
    { id: 'rules', title: 'Invariants', body: ruleTable(reader) },
    { id: 'requirements', title: 'Requirements', body: requirementTable(reader) },
  ]);
  return {
    title: 'Coverage of the tests', headings, crumbs: [], kind: 'Page', search: 'coverage matrix tests requirements',
    body: html`<p>What the ${tests.length} tests that <code>scout test</code> has for FHIR ${fhirVersion} ask a server about.${reader.page('test-catalogue') === undefined ? '' : html` What each of them asks is in the <a href="test-catalogue.html">catalogue</a>.`}</p>${body}`,
  };
}

/** The guide's own rules: where they stand, which tests may report them, how many examples have the element's type to show them on. */
function ruleTable(reader: SiteReader) {
  const rows = reader.headlines().filter(({ resourceType, example }) => resourceType === 'StructureDefinition' && !example).flatMap((headline) => {
    const structure = reader.artifact(headline.reference)!.resource as StructureDefinition;
    const examples = reader.usedBy(headline.reference).filter(({ example }) => example).length;
    return (structure.differential?.element ?? []).flatMap((element) => (element.constraint ?? []).map(({ key, human }) => {
      const found = reader.guide.tests.filter(({ invariants }) => invariants.includes(key));
      return [html`<code>${key}</code>`, html`<a href="${definitionsPageOf(headline.reference)}#${elementAnchor(elementId(element))}">${elementId(element)}</a>`, human, found.length === 0 ? html`<span class="taken">none</span>` : joined(found.slice(0, 3).map(({ id }) => html`<code>${id}</code>`), ', '), examples === 0 ? html`<span class="taken">none</span>` : html`<a href="${pageOf(headline.reference)}#uses">${examples}</a>`];
    }));
  });
  return grid('Invariants', ['Key', 'On', 'Rule', 'Tests', 'Examples'], rows);
}

function requirementTable(reader: SiteReader) {
  const found = new Map<string, { url: string; text: string; count: number }>();
  for (const { requirement: { id, url, text } } of reader.guide.tests) found.set(id, { url, text, count: (found.get(id)?.count ?? 0) + 1 });
  return grid('Requirements', ['Requirement', 'What it asks', 'Tests'], [...found].map(([id, { url, text, count }]) => [html`<a class="outside" href="${url}">${id}</a>`, text, count]));
}
