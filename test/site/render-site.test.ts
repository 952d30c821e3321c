import { renderSite } from '../../scripts/site/render-site';
import { siteArtifacts } from '../../scripts/site/read/assemble';
import { siteFiles } from '../../scripts/site/site-files';
import { readMenu } from '../../scripts/site/read/menu';
import { artifact, CANONICAL, COLOURS, EXAMPLE, PAINT, page, PROFILE, smallGuide } from './small-guide';

const render = (changes: Parameters<typeof smallGuide>[0] = {}) => renderSite(smallGuide(changes));
const text = (site: ReturnType<typeof renderSite>, path: string) => site.files.get(path) ?? '';

describe('the site of a guide', () => {
  it('has a page for everything, and every link leads somewhere', () => {
    const site = render();
    expect(site.findings).toEqual([]);
    for (const path of ['index.html', 'toc.html', 'artifacts.html', 'downloads.html', 'StructureDefinition-named.html', 'StructureDefinition-named-definitions.html', 'StructureDefinition-named-mappings.html', 'StructureDefinition-named.profile.json.html', 'ValueSet-colours.html', 'ValueSet-colours.json', 'Patient-anna.ttl.html', 'assets/site.css', 'assets/site.js', 'assets/search-index.js']) expect(site.files.has(path)).toBe(true);
    expect(text(site, 'index.html')).not.toContain('Incomplete');
  });

  it('asks for nothing outside of itself', () => {
    for (const [path, content] of render().files) if (path.endsWith('.html')) expect(content).not.toMatch(/<(?:script|link|img|iframe)[^>]*(?:src|href)="https?:/);
  });

  it('lets nothing run that a resource brings', () => {
    for (const path of ['Patient-anna.html', 'CodeSystem-paint.html', 'ValueSet-colours.html', 'Patient-anna.json.html']) expect(text(render(), path)).not.toMatch(/<script>alert|<[^>]*\sonclick=|<img[^>]*evil/);
    expect(text(render(), 'CodeSystem-paint.html')).toContain('<b>blood</b>');
  });

  it('shows a profile with what it says of its own, its slices, values, bindings and rules', () => {
    const made = text(render(), 'StructureDefinition-named.html');
    expect(made).toMatch(/data-id="Patient\.identifier:mrn" data-parent="Patient\.identifier"/);
    expect(made).toContain('told apart by value of <code>system</code>');
    expect(made).toMatch(/Fixed<\/span> <span class="value"><code class="address">https:\/\/hospital\.example\.org/);
    expect(made).toMatch(/required<\/span> <a href="ValueSet-colours\.html"/);
    expect(made).toContain('identifier.exists()');
    expect(made).toMatch(/<del>0\.\.\*<\/del><\/td><td><ins>1\.\.\*<\/ins>/);
    expect(made).toContain('<a href="Patient-anna.html">anna</a>');
  });

  it('leads texts that are FHIR\'s own to FHIR\'s own pages', () => {
    expect(text(render(), 'StructureDefinition-named-definitions.html')).toContain('href="https://hl7.org/fhir/R4/extensibility.html#modifierExtension"');
  });

  it('expands value sets, and finds the concepts of its own code systems', () => {
    expect(text(render(), 'ValueSet-colours.html')).toMatch(/2 codes of <a href="CodeSystem-paint\.html"[\s\S]*<code>crimson<\/code>/);
  });

  it('links the JSON of an example', () => {
    expect(text(render(), 'Patient-anna.json.html')).toContain(`&quot;<a href="StructureDefinition-named.html">${CANONICAL}/StructureDefinition/named</a>&quot;`);
  });

  it('compares a profile with its parent only where the parent is at hand', () => {
    const { findings, files } = render({ externals: { find: () => undefined } });
    expect(findings).toMatchObject([{ severity: 'warning', code: 'unknown-parent', location: { file: 'input/fsh/named.fsh', line: 7 } }]);
    expect(files.get('StructureDefinition-named.html')).toContain('Patient.identifier:mrn');
  });
});

describe('the key elements', () => {
  const profile = { ...PROFILE, differential: { element: [{ id: 'Patient.contact', path: 'Patient.contact', max: '0' }] }, snapshot: { element: [{ id: 'Patient', path: 'Patient', min: 0, max: '*' }, { id: 'Patient.contact', path: 'Patient.contact', min: 0, max: '0' }, { id: 'Patient.contact.name', path: 'Patient.contact.name', min: 1, max: '1' }, { id: 'Patient.photo', path: 'Patient.photo', min: 0, max: '*' }, { id: 'Patient.photo.title', path: 'Patient.photo.title', min: 1, max: '1' }, { id: 'Patient.link', path: 'Patient.link', min: 1, max: '*' }] } };
  const rows = [...text(render({ artifacts: [artifact(profile)], pages: [] }), 'StructureDefinition-named.html').matchAll(/class="(d[^"]*)" data-id="([^"]*)"/g)];

  it('are those that are stated, and what is mandatory where its parent is one; nothing below what is forbidden', () => {
    expect(rows.filter(([, classes]) => classes!.split(' ').includes('k')).map(([, , id]) => id)).toEqual(['Patient', 'Patient.contact', 'Patient.link']);
  });
});

describe('links that lead nowhere', () => {
  it('are errors with the file and line where they are written, and mark the site', () => {
    const site = render({ pages: [page('index', 'One\n\nSee [this](nowhere.html).\nAnd [that](StructureDefinition-named.html#nothing).')] });
    expect(site.findings).toMatchObject([
      { severity: 'error', code: 'broken-link', location: { file: 'input/pagecontent/index.md', line: 3 } },
      { severity: 'error', code: 'broken-link', message: expect.stringContaining('without that anchor') as string, location: { file: 'input/pagecontent/index.md', line: 4 } },
    ]);
    expect(text(site, 'index.html')).toContain('Incomplete');
    expect(text(site, 'build-problems.html')).toContain('nowhere.html');
  });

  it('are told once for the menu, with the line of the configuration', () => {
    const menu = readMenu({ file: 'menu.xml', text: '<ul><li><a href="index.html">Home</a></li><li><a href="#">More<b class="caret"></b></a><ul><li><a href="lost.html">Lost</a></li></ul></li></ul>' }, { file: 'sushi-config.yaml', text: 'menu:\n  Home: index.html\n  More:\n    Lost: lost.html\n' });
    expect(menu).toMatchObject([{ title: 'Home' }, { title: 'More', children: [{ title: 'Lost', href: 'lost.html' }] }]);
    expect(render({ menu }).findings).toMatchObject([{ code: 'broken-link', location: { file: 'sushi-config.yaml', line: 4 } }]);
  });

  it('are none for files that come with the site', () => {
    expect(renderSite(smallGuide({ pages: [page('index', '[a](package.tgz) ![b](b.png)')], files: new Map([['b.png', '/b.png']]) }), { alsoThere: ['package.tgz'] }).findings).toEqual([]);
  });
});

describe('references to what is inside a resource', () => {
  const urn = 'urn:uuid:5b2f1c3e-0000-4000-8000-000000000001';
  const bundle = { resourceType: 'Bundle', id: 'all', type: 'collection', entry: [
    { fullUrl: urn, resource: { resourceType: 'Patient', active: true } },
    { fullUrl: 'https://example.org/fhir/Device/scanner', resource: { resourceType: 'Device', id: 'scanner', status: 'active' } },
    { fullUrl: 'urn:uuid:3', resource: { resourceType: 'Observation', status: 'final', subject: { reference: urn }, device: { reference: 'Device/scanner' }, performer: [{ reference: 'Patient/anna' }], focus: [{ reference: 'urn:uuid:nobody' }] } },
    { fullUrl: 'urn:uuid:4', resource: { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'urn:uuid:5', resource: { resourceType: 'Patient', contained: [{ resourceType: 'Organization', id: 'c', name: 'Inner' }] } }] } },
  ] };
  const site = render({ artifacts: [artifact(EXAMPLE, true), artifact(bundle, true), artifact({ resourceType: 'Observation', id: 'with', contained: [{ resourceType: 'Device', id: 'd' }], device: { reference: '#d' } }, true)], pages: [] });

  it('lead to the entry of the Bundle, or to the page that it has of its own', () => {
    const shown = text(site, 'Bundle-all.html');
    expect(shown).toContain(`<a href="#entry-1" title="${urn}"><code>${urn}</code></a>`);
    expect(shown).toContain('<a href="#entry-2" title="Device/scanner">');
    expect(shown).toContain('<a href="Patient-anna.html" title="Patient/anna">');
    expect(shown).toContain('<code>urn:uuid:nobody</code>');
    expect([...shown.matchAll(/<li id="(entry-\d+)"/g)].map(([, id]) => id)).toEqual(['entry-1', 'entry-2', 'entry-3', 'entry-4']);
    expect(shown).toContain('Inner');
    expect(site.findings).toEqual([]);
  });

  it('lead there from the JSON too', () => {
    expect(text(site, 'Bundle-all.json.html')).toContain(`<a href="Bundle-all.html#entry-1">${urn}</a>`);
  });

  it('lead to contained resources', () => {
    expect(text(site, 'Observation-with.html')).toMatch(/<a href="#contained-d"[\s\S]*id="contained-d"/);
  });
});

it('shows the text of an attachment that people can read, as text', () => {
  const library = { resourceType: 'Library', id: 'logic', url: `${CANONICAL}/Library/logic`, status: 'active', content: [{ contentType: 'text/cql', data: Buffer.from('library Logic\n// <b>ä</b>').toString('base64') }, { contentType: 'application/elm+json', data: 'QUJD' }] };
  const shown = text(render({ artifacts: [artifact(library)], pages: [] }), 'Library-logic.html');
  expect(shown).toContain('<code>library Logic\n// &lt;b&gt;ä&lt;/b&gt;</code>');
  expect(shown).not.toContain('bGlicmFyeS');
});

it('the coverage matrix leads to examples only where there are some', () => {
  const test = { id: 't', title: 'T', group: 'G', requirement: { id: 'r', url: 'https://example.org/r', text: 'R' }, invariants: ['named-1'] };
  expect(render({ artifacts: [artifact(PROFILE), artifact(COLOURS), artifact(PAINT)], tests: [test], pages: [] }).findings).toEqual([]);
});

describe('what is wrong with a guide', () => {
  it('is told of two artifacts with one id, and the first one stands', () => {
    const twins = siteArtifacts(undefined, [{ resource: COLOURS, example: false, source: { file: 'a.fsh', line: 1 } }, { resource: { ...COLOURS, title: 'Other' }, example: false, source: { file: 'b.json', line: 1 } }]);
    expect(twins.artifacts.map(({ title }) => title)).toEqual(['Colours']);
    expect(twins.findings).toMatchObject([{ code: 'duplicate-id', location: { file: 'b.json', line: 1 }, message: expect.stringContaining('a.fsh, line 1') as string }]);
  });

  it.each([['Patient', '../../../evil'], ['Patient', 'a b<c>"d'], ['Patient/../x', 'e'], ['Patient', '']])('gives no page to %s/%s, whose name would lead elsewhere', (resourceType, id) => {
    const { artifacts, findings } = siteArtifacts(undefined, [{ resource: { resourceType, id }, example: true, source: { file: 'input/examples/evil.json', line: 1 } }]);
    expect(artifacts).toEqual([]);
    expect(findings).toMatchObject([{ code: 'bad-id', severity: 'error', location: { file: 'input/examples/evil.json', line: 1 } }]);
  });

  it('writes nothing outside of the site', () => {
    const guide = smallGuide();
    expect(() => siteFiles({ guide, rendered: { files: new Map([['../evil.html', 'x']]) }, formats: {} })).toThrow('leads out of the site');
  });

  it('gives a resource that is too large as a file only', () => {
    const site = render({ artifacts: [artifact({ resourceType: 'Binary', id: 'big' }, true, { tooLarge: 50_000_000 })], files: new Map([['Binary-big.json', '/x/Binary-big.json']]), pages: [] });
    expect(text(site, 'Binary-big.html')).toContain('50 MB');
    expect(site.findings).toEqual([]);
  });
});

describe('an edit', () => {
  const before = render();
  const pagesAfter = (changes: Parameters<typeof smallGuide>[0]) => [...renderSite(smallGuide(changes), { previous: before }).rendered].sort();
  const others = [artifact(PROFILE), artifact(COLOURS), artifact(PAINT), artifact(EXAMPLE, true)];

  it('of nothing renders nothing, and gives the same files', () => {
    const again = renderSite(smallGuide(), { previous: before });
    expect(again.rendered).toEqual([]);
    expect(again.files).toEqual(before.files);
  });

  it('of a page renders that page', () => {
    expect(pagesAfter({ pages: [page('index', 'New words.')] })).toEqual(['index.html']);
  });

  it('of a code system renders it and the value sets made of it, and no profile', () => {
    const changed = { ...PAINT, concept: [{ code: 'blue' }] };
    expect(pagesAfter({ artifacts: others.map((one) => (one.resource === PAINT ? { ...one, resource: changed } : one)) })).toEqual(['CodeSystem-paint.html', 'CodeSystem-paint.json.html', 'CodeSystem-paint.ttl.html', 'CodeSystem-paint.xml.html', 'ValueSet-colours.html']);
  });

  it('of a title renders whatever links to it', () => {
    const rendered = pagesAfter({ artifacts: others.map((one) => (one.resource === COLOURS ? { ...one, title: 'Colors' } : one)) });
    expect(rendered).toEqual(expect.arrayContaining(['StructureDefinition-named.html', 'ValueSet-colours.html', 'artifacts.html', 'toc.html']));
    expect(rendered).not.toContain('Patient-anna.html');
  });

  it('leaves the same site as rendering all anew', () => {
    const changes = { artifacts: others.filter(({ resource }) => resource !== EXAMPLE), pages: [page('index', 'x'), page('more', 'y')] };
    expect(renderSite(smallGuide(changes), { previous: before }).files).toEqual(render(changes).files);
  });
});
