/** The files that come with a site in, the page that lists them out, for guides that have no such page of their own. */
import { html } from '../html';
import type { PageContent } from '../page';
import type { SiteReader } from '../reader';

/** What the files are, by name; others are listed by their name alone. */
const FILES: Readonly<Record<string, string>> = {
  'package.tgz': 'the guide as a FHIR package, for validators, SUSHI and servers',
  'full-ig.zip': 'the whole guide for reading without a network',
  'definitions.json.zip': 'the definitions as JSON',
  'definitions.xml.zip': 'the definitions as XML',
  'definitions.ttl.zip': 'the definitions as Turtle',
  'examples.json.zip': 'the examples as JSON',
  'examples.xml.zip': 'the examples as XML',
  'examples.ttl.zip': 'the examples as Turtle',
};

export function downloadsPage(reader: SiteReader, there: readonly string[]): PageContent {
  const files = there.filter((path) => !path.endsWith('.html'));
  const examples = reader.headlines().filter(({ example }) => example).length;
  const counts: Readonly<Record<string, number>> = { definitions: reader.headlines().length - examples, examples };
  return {
    title: 'Downloads', headings: [], crumbs: [], kind: 'Page', search: 'download package zip',
    body: files.length === 0
      ? html`<p>Each artifact's page gives it as a file.</p>`
      : html`<ul>${files.map((path) => html`<li><a href="${path}" download>${path}</a>${FILES[path] === undefined ? '' : `: ${FILES[path]}`}${counted(counts[path.split('.')[0]!])}</li>`)}</ul><p>Package <code>${reader.guide.packageId}#${reader.guide.version}</code>. Each artifact's page gives it as a file as well.</p>`,
  };
}

function counted(count: number | undefined): string {
  return count === undefined ? '' : ` (${count})`;
}
