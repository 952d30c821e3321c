/** Whole runs of `scout site` on projects that are not ours: as people write them for the IG Publisher, and broken in every way the issue lists. */
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../scripts/commands/run-cli';
import { siteCommand } from '../../scripts/commands/site';
import { CONFIG, EXAMPLE, fshProject, PROFILE, type FshProject } from '../build/fsh-project';
import type { Finding } from '../../scripts/core/finding';

jest.setTimeout(180_000);

const projects: FshProject[] = [];
afterAll(() => projects.forEach(({ remove }) => remove()));

interface Outcome {
  code: number;
  findings: Finding[];
  page: (path: string) => string;
  paths: string[];
}

async function site(files: Record<string, string>, prepare: (project: FshProject) => void = () => undefined): Promise<Outcome> {
  const project = fshProject(files);
  projects.push(project);
  prepare(project);
  let stdout = '';
  const code = await runCli(['site', '--ig-root', project.root, '--out', project.out, '--offline', '--json', '--quiet'], { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => undefined } }, [siteCommand]);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  const folder = join(project.out, 'site');
  return { code, findings, page: (path) => readFileSync(join(folder, path), 'utf8'), paths: readdirSync(folder) };
}

const errors = ({ findings }: Outcome) => findings.filter(({ severity }) => severity === 'error');

describe('a project written for the IG Publisher', () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await site({
      'sushi-config.yaml': `${CONFIG.replace('menu:\n  Home: index.html\n', '')}pages:\n  index.md:\n    title: Home\n  background.xml:\n    title: Background\n  volume-1/use.md:\n    title: Use\nmenu:\n  Home: index.html\n  More:\n    Background: background.html\n    Artifacts: artifacts.html\n    FHIR: https://hl7.org/fhir/R4/\n`,
      'input/fsh/a.fsh': `${PROFILE}\n${EXAMPLE}`,
      'input/pagecontent/index.md': '* TOC\n{:toc}\n\n### What\n{: #what .no_toc}\n\n{% include intro.md who="you" %}\n\n{% include img.html img="plan.png" caption="The plan" %}\n\n<div class="note" markdown="1">\nSee [NamedPatient] and [[[NamedPatient]]] in {{ site.data.fhir.igName }}, [background](background.html#why).\n</div>\n\n### Why\n\n| A | B |\n|---|---|\n| {{ site.data.rows[0].a }} | 2 |\n{: .grid}\n\n{% include flow.svg %}\n\n{% include StructureDefinition-NamedPatient-diff.xhtml %}\n\n{% include dependency-table.xhtml %}\n\n[Package](package.tgz), [all of it](full-ig.zip), [examples](examples.ttl.zip)\n\n{% include fsh-link-references.md %}\n',
      'input/pagecontent/volume-1/use.md': 'Text in a folder, [home](index.html).\n',
      'input/pagecontent/background.xml': '<?xml version="1.0"?>\n<div xmlns="http://www.w3.org/1999/xhtml"><h3>Why <a name="why"> </a></h3><p>Because.</p></div>',
      'input/pagecontent/StructureDefinition-NamedPatient-intro.md': '### Scope\n\nPeople with **names**.\n',
      'input/includes/intro.md': 'Written for {{ include.who }}.',
      'input/data/rows.json': '[{"a": "from data"}]',
      'input/images/plan.png': 'png',
      'input/images-source/flow.plantuml': '@startuml\nA -> B\n@enduml\n',
      'input/examples/Observation-spare.xml': '<Observation xmlns="http://hl7.org/fhir"><id value="spare"/><status value="final"/><code><text value="Weight"/></code></Observation>',
    });
  });

  it('is complete', () => {
    expect(errors(outcome)).toEqual([]);
    expect(outcome.code).toBe(0);
    expect(outcome.paths).toEqual(expect.arrayContaining(['plan.png', 'package.tgz', 'full-ig.zip', 'definitions.json.zip', 'examples.xml.zip', 'Patient-someone.html', 'StructureDefinition-NamedPatient.xml', 'StructureDefinition-NamedPatient.ttl', 'Observation-spare.html']));
  });

  it('lists what can be downloaded', () => {
    const offered = [...outcome.page('downloads.html').matchAll(/<a href="([^"]+)" download>/g)].map(([, href]) => href);
    expect(offered).toEqual(['package.tgz', 'definitions.json.zip', 'examples.json.zip', 'definitions.xml.zip', 'examples.xml.zip', 'definitions.ttl.zip', 'examples.ttl.zip', 'full-ig.zip']);
    expect(outcome.paths).toEqual(expect.arrayContaining(offered));
  });

  it('has its marks, includes, data and named links worked out', () => {
    const index = outcome.page('index.html');
    expect(index).toContain('Written for you.');
    expect(index).toContain('from data');
    expect(index).toMatch(/<figure><img (?=[^>]*alt="The plan")[^>]*src="plan\.png"/);
    expect(index.match(/<a href="StructureDefinition-NamedPatient\.html">NamedPatient<\/a>/g)).toHaveLength(2);
    expect(index).toMatch(/<nav class="toc"[^>]*><ul><li><a href="#why">Why<\/a><\/li><\/ul>/);
    expect(index).toContain('hl7.terminology.r4');
    expect(index).toMatch(/A -&gt; B[\s\S]*drawn where Java/);
    expect(index).not.toMatch(/\{[{%:]/);
  });

  it('has the element tables that its texts include, in the view that they name', () => {
    expect(outcome.page('index.html')).toMatch(/<div (?=[^>]*data-view="differential")[^>]*>\s*<div class="scroll"/);
    expect(outcome.page('index.html')).not.toContain('Close all');
  });

  it('has pages whose texts stand in folders beside the others', () => {
    expect(outcome.page('use.html')).toContain('Text in a folder');
    expect(outcome.page('toc.html')).toContain('<a href="use.html">Use</a>');
  });

  it('has its menu, its pages in XML, and the texts around its artifacts', () => {
    expect(outcome.page('index.html')).toMatch(/<summary>More<\/summary><ul><li><a href="background\.html">Background<\/a><\/li><li><a href="artifacts\.html">Artifacts<\/a><\/li><li><a href="https:\/\/hl7\.org\/fhir\/R4\/">FHIR/);
    expect(outcome.page('background.html')).toMatch(/<h2 id="why">Why[\s\S]*Because\./);
    expect(outcome.page('StructureDefinition-NamedPatient.html')).toMatch(/<h2 id="scope">Scope<\/h2>[\s\S]*<strong>names<\/strong>[\s\S]*id="elements"/);
  });
});

describe('a built package', () => {
  it('is rendered as it is, with links that its pages had leading to the published guide', async () => {
    const project = fshProject({ 'input/fsh/a.fsh': `${PROFILE.replace('* name', '* ^description = "See [the background](background.html)."\n* name')}\n${EXAMPLE}` });
    projects.push(project);
    const streams = { stdout: { write: () => undefined }, stderr: { write: () => undefined } };
    expect(await runCli(['site', '--ig-root', project.root, '--out', project.out, '--offline', '--quiet'], streams, [siteCommand])).toBe(1);
    expect(await runCli(['site', '--package', join(project.out, 'package.tgz'), '--out', join(project.out, 'again'), '--offline', '--quiet'], streams, [siteCommand])).toBe(0);
    const page = readFileSync(join(project.out, 'again', 'site', 'StructureDefinition-NamedPatient.html'), 'utf8');
    expect(page).toContain('<a href="https://example.org/test/background.html">the background</a>');
    expect(page).toContain('<a href="Patient-someone.html">');
    expect(page).toMatch(/Changes from Patient[\s\S]*<del>0\.\.\*<\/del><\/td><td><ins>1\.\.\*/);
  });

  it('that is not there, or a folder without a guide, is exit code 2', async () => {
    const streams = { stdout: { write: () => undefined }, stderr: { write: () => undefined } };
    expect(await runCli(['site', '--package', 'nobody.at.all#1.0.0', '--out', tmpdir(), '--offline', '--quiet'], streams, [siteCommand])).toBe(2);
    expect(await runCli(['site', '--ig-root', tmpdir(), '--out', tmpdir(), '--offline', '--quiet'], streams, [siteCommand])).toBe(2);
  });
});

describe('a broken project', () => {
  let outcome: Outcome;
  const outside = join(tmpdir(), 'scout-site-secret.md');
  beforeAll(async () => {
    writeFileSync(outside, 'secret words');
    outcome = await site({
      'sushi-config.yaml': `${CONFIG}  Lost: lost.html\npages:\n  index.md:\n    title: Home\n  promised.md:\n    title: Promised\n`,
      'input/fsh/a.fsh': `${PROFILE}\n${EXAMPLE}\nProfile: Orphan\nParent: Nobody\n* id 1..1\n`,
      'input/pagecontent/index.md': 'Good words.\n\n{% include unknown.md %}\n\n{% include round.md %}\n',
      'input/includes/round.md': 'Round {% include round.md %}',
      'input/examples/Patient-twin.json': '{"resourceType":"Patient","id":"twin"}',
      'input/examples/Patient-twin-again.json': '{"resourceType":"Patient","id":"twin"}',
      'input/resources/broken.json': '{"resourceType":',
    }, ({ root }) => {
      symlinkSync(outside, join(root, 'input/pagecontent/stolen.md'));
      mkdirSync(join(root, 'input/images'));
      symlinkSync(tmpdir(), join(root, 'input/images/all'));
      writeFileSync(join(root, 'input/examples/Binary-huge.json'), `{"resourceType":"Binary","id":"huge","contentType":"text/plain","data":"${'QUJD'.repeat(12_500_000)}"}`);
    });
  });

  it.each([
    ['an include that does not exist', 'unknown-include', 'input/pagecontent/index.md', 3],
    ['an include that includes itself', 'cyclic-include', 'input/includes/round.md', 1],
    ['an entry of the menu without a page', 'broken-link', 'sushi-config.yaml', undefined],
    ['a page that is announced and not there', 'missing-page', 'sushi-config.yaml', undefined],
    ['two artifacts with one id', 'duplicate-id', 'input/examples/Patient-twin.json', 1],
    ['a page that is a link out of the project', 'link-out-of-tree', 'input/pagecontent/stolen.md', 1],
    ['a folder that is a link out of the project', 'link-out-of-tree', 'input/images/all', 1],
    ['an example of 50 MB', 'too-large', 'input/examples/Binary-huge.json', 1],
  ])('tells of %s in one sentence with file and line', (_, code, file, line) => {
    const found = errors(outcome).filter((finding) => finding.code === code && finding.location?.file === file);
    expect(found).toHaveLength(1);
    expect(found[0]!.message).toMatch(/^[^\n]+\.$/);
    expect(found[0]!.location?.line).toEqual(line ?? (expect.any(Number) as number));
  });

  it('tells of a profile on an unknown parent', () => {
    expect(errors(outcome)).toEqual(expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining('Nobody') as string, location: expect.objectContaining({ line: expect.any(Number) as number }) as unknown })]));
  });

  it('is still built, says that it is incomplete, and holds nothing from outside', () => {
    expect(outcome.code).toBe(1);
    expect(outcome.page('index.html')).toMatch(/Incomplete[\s\S]*Good words\.[\s\S]*unknown\.md does not exist[\s\S]*round\.md includes itself/);
    expect(outcome.page('StructureDefinition-NamedPatient.html')).toContain('data-id="Patient.name"');
    expect(outcome.page('build-problems.html')).toContain('unknown.md');
    expect(outcome.paths).not.toContain('stolen.html');
    expect(outcome.paths.filter((path) => path.startsWith('.'))).toEqual([]);
    for (const path of outcome.paths.filter((name) => name.endsWith('.html'))) expect(outcome.page(path)).not.toContain('secret words');
  });
});
