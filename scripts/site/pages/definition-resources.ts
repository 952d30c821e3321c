/** A SearchParameter or OperationDefinition in, its page out. */
import type { SiteArtifact } from '../guide';
import { html, joined, type Html } from '../html';
import { canonicalLink, describe, typeLink } from '../links';
import { grid, type PageContent } from '../page';
import type { SiteReader } from '../reader';
import { artifactPage } from './artifact-frame';

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const codes = (value: unknown): string | undefined => (strings(value).length === 0 ? undefined : strings(value).join(', '));

/** https://hl7.org/fhir/R4/searchparameter.html */
export function searchParameterPage(reader: SiteReader, artifact: SiteArtifact): PageContent {
  const { resource } = artifact;
  const code = text(resource.code) ?? '';
  const bases = strings(resource.base);
  const example: Readonly<Record<string, string>> = { token: 'http://example.org|code', reference: 'Patient/example', date: 'ge2026-01-01', string: 'name', uri: 'http://example.org', number: '5', quantity: '5|http://unitsofmeasure.org|mg', composite: 'a$b', special: 'value' };
  return artifactPage(
    reader, artifact,
    [
      { id: 'request', title: 'In a request', body: html`<pre tabindex="0"><code>${bases.map((base) => `GET [base]/${base}?${code}=${example[text(resource.type) ?? ''] ?? 'value'}`).join('\n')}</code></pre>` },
      { id: 'expression', title: 'What it looks at', body: text(resource.expression) === undefined ? html`` : html`<pre tabindex="0"><code>${text(resource.expression)}</code></pre>` },
      { id: 'modifiers', title: 'Modifiers and comparators', body: grid('Modifiers and comparators', ['What', 'Allowed'], [['Modifiers', codes(resource.modifier)], ['Comparators', codes(resource.comparator)], ['Chained parameters', codes(resource.chain)]].filter(([, value]) => value !== undefined)) },
      { id: 'components', title: 'Components', body: grid('Components', ['Parameter', 'Expression'], (Array.isArray(resource.component) ? (resource.component as { definition: string; expression: string }[]) : []).map((row) => [canonicalLink(reader, row.definition), html`<code>${row.expression}</code>`])) },
    ],
    [
      ['Parameter', html`<code>${code}</code>`],
      ['Type', text(resource.type)],
      ['Searches', joined(bases.map((base) => typeLink(reader, base)), ', ')],
      ['Targets', strings(resource.target).length === 0 ? undefined : joined(strings(resource.target).map((type) => typeLink(reader, type)), ', ')],
      ['Derived from', text(resource.derivedFrom) === undefined ? undefined : canonicalLink(reader, text(resource.derivedFrom)!)],
      ['Several values', resource.multipleOr === undefined && resource.multipleAnd === undefined ? undefined : `any of them: ${resource.multipleOr === false ? 'no' : 'yes'}; all of them: ${resource.multipleAnd === false ? 'no' : 'yes'}`],
    ],
  );
}

interface Parameter {
  name: string;
  use: string;
  min?: number;
  max?: string;
  type?: string;
  searchType?: string;
  documentation?: string;
  targetProfile?: string[];
  binding?: { strength: string; valueSet: string };
  part?: Parameter[];
}

/** https://hl7.org/fhir/R4/operationdefinition.html */
export function operationPage(reader: SiteReader, artifact: SiteArtifact): PageContent {
  const { resource } = artifact;
  const code = text(resource.code) ?? '';
  const types = strings(resource.resource);
  const urls = [
    ...(resource.system === true ? [`[base]/$${code}`] : []),
    ...(resource.type === true ? types.map((type) => `[base]/${type}/$${code}`) : []),
    ...(resource.instance === true ? types.map((type) => `[base]/${type}/[id]/$${code}`) : []),
  ];
  const parameters = Array.isArray(resource.parameter) ? (resource.parameter as Parameter[]) : [];
  const rows = (use: string) => flatten(parameters.filter((parameter) => parameter.use === use), '').map(({ name, parameter }) => parameterRow(reader, name, parameter));
  const head = ['Name', 'Card.', 'Type', 'What it is'];
  return artifactPage(
    reader, artifact,
    [
      { id: 'request', title: 'How it is called', body: urls.length === 0 ? html`` : html`<pre tabindex="0"><code>${urls.map((url) => `${resource.affectsState === true ? 'POST' : 'GET'} ${url}`).join('\n')}</code></pre>` },
      { id: 'in', title: 'Parameters in', body: grid('Parameters in', head, rows('in')) },
      { id: 'out', title: 'Parameters out', body: grid('Parameters out', head, rows('out')) },
      { id: 'comment', title: 'Comment', body: describe(reader, text(resource.comment)) },
    ],
    [['Operation', html`<code>$${code}</code>`], ['Changes state', resource.affectsState === undefined ? undefined : resource.affectsState === true ? 'yes' : 'no'], ['On', joined(types.map((type) => typeLink(reader, type)), ', ')], ['Based on', text(resource.base) === undefined ? undefined : canonicalLink(reader, text(resource.base)!)]],
  );
}

function flatten(parameters: readonly Parameter[], above: string): { name: string; parameter: Parameter }[] {
  return parameters.flatMap((parameter) => [{ name: `${above}${parameter.name}`, parameter }, ...flatten(parameter.part ?? [], `${above}${parameter.name}.`)]);
}

function parameterRow(reader: SiteReader, name: string, { min, max, type, searchType, documentation, targetProfile, binding }: Parameter): (Html | string)[] {
  const targets = (targetProfile ?? []).map((url) => canonicalLink(reader, url));
  return [
    html`<code>${name}</code>`, `${min ?? ''}..${max ?? ''}`,
    html`${type === undefined ? '' : typeLink(reader, type)}${searchType === undefined ? '' : ` (${searchType})`}${targets.length === 0 ? '' : html` (${joined(targets, ', ')})`}`,
    html`${describe(reader, documentation)}${binding === undefined ? '' : html`<p>${binding.strength}: ${canonicalLink(reader, binding.valueSet)}</p>`}`,
  ];
}
