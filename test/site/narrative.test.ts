import { renderMarkdown, renderPage } from '../../scripts/site/narrative/markdown';
import { renderLiquid } from '../../scripts/site/narrative/liquid';
import { sanitize } from '../../scripts/site/narrative/sanitize';
import type { Finding } from '../../scripts/core/finding';
import type { SourceText } from '../../scripts/site/guide';

const body = (text: string) => renderPage(text).body.markup;

describe('Markdown as the IG Publisher takes it', () => {
  it.each([
    ['a table', '| A |\n|---|\n| 1 |\n{: .wide #t}', /<table class="wide" id="t">/],
    ['a paragraph', 'Words.\n{: .note}', /<p class="note">Words\.<\/p>/],
    ['the block that follows', 'First.\n\n{: .note}\nSecond.', /<p>First\.<\/p>\s*<p class="note">Second\.<\/p>/],
    ['a list', '* one\n* two\n{: .fancy}', /<ul class="fancy">/],
    ['a link', '[x](y.html){:target="_blank"}', /<a href="y.html" target="_blank">x<\/a>/],
    ['an image', '![x](y.png){: width="50%"}', /<img (?=[^>]*width="50%")[^>]*src="y.png"/],
    ['a heading', '### Words {#w}', /<h2 id="w">Words<\/h2>/],
    ['what a name stands for', '{:mark: .loud}\n\nWords.\n{: mark}', /<p class="loud">Words/],
  ])('puts the marks of kramdown on %s', (_, text, expected) => {
    expect(body(text)).toMatch(expected);
    expect(body(text)).not.toContain('{:');
  });

  it('leaves marks alone in code', () => {
    expect(body('```\n{: .x}\n```')).toContain('{: .x}');
  });

  it('begins its headings below the title of the page and names them as kramdown does', () => {
    const { headings } = renderPage('### Who, and *why*?\n\n#### Who, and *why*?\n\n### Last');
    expect(headings).toEqual([{ level: 2, id: 'who-and-why', text: 'Who, and why?' }, { level: 3, id: 'who-and-why-1', text: 'Who, and why?' }, { level: 2, id: 'last', text: 'Last' }]);
  });

  it('makes the table of contents where it is asked for, without headings that want to stay out', () => {
    const made = body('* TOC\n{:toc}\n\n## One\n\n## Two\n{: .no_toc}\n\n## Three');
    expect(made).toMatch(/<nav class="toc"[^>]*><ul><li><a href="#one">One<\/a><\/li><li><a href="#three">Three<\/a><\/li><\/ul><\/nav>/);
    expect(made).not.toContain('TOC');
  });

  it('ends an HTML block at its closing tag, and reads Markdown in it where it says so', () => {
    expect(body('<div>\n\n    <p>*not marked*</p>\n\n</div>\n\n*marked*')).toMatch(/<p>\*not marked\*<\/p>[\s\S]*<em>marked<\/em>/);
    expect(body('<div class="box" markdown="1">\n\n*marked*\n\n</div>')).toMatch(/<div class="box">[\s\S]*<em>marked<\/em>[\s\S]*<\/div>/);
  });

  it('reads definition lists, for glossaries', () => {
    expect(body('Study\n: What was *done*\n: more\n\nSeries\n: A part').replaceAll('\n', '')).toBe('<dl><dt>Study</dt><dd>What was <em>done</em></dd><dd>more</dd><dt>Series</dt><dd>A part</dd></dl>');
  });

  it('leaves comments and options of kramdown out', () => {
    expect(body('{::options toc_levels="2..4"/}\n{::comment}\nsecret\n{:/comment}\nSeen.').trim()).toBe('<p>Seen.</p>');
  });
});

describe('HTML that somebody wrote', () => {
  it.each([
    '<script>alert(1)</script>', '<p onclick="alert(1)">x</p>', '<a href="javascript:alert(1)">x</a>', '<a href=" java\tscript:alert(1)">x</a>', '<img src=x onerror=alert(1)>', '<iframe src="https://evil.example"></iframe>',
    '<img src="https://evil.example/pixel.png">', '<div style="background:url(https://evil.example)">x</div>', '<svg><script>alert(1)</script></svg>', '<svg onload="alert(1)"></svg>', '<form action="https://evil.example"><input></form>',
    '<link rel="stylesheet" href="https://evil.example">', '<style>@import "https://evil.example"</style>', '<a href="data:text/html,<script>alert(1)</script>">x</a>', '<svg><use href="https://evil.example#x"/></svg>', '<object data="https://evil.example"></object>', '<base href="https://evil.example">', '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  ])('%s can do nothing', (text) => {
    for (const made of [sanitize(text).markup, renderMarkdown(text).markup, body(text)]) {
      expect(made).not.toMatch(/<(script|iframe|form|link|style|object|base|meta)\b|\son\w+=|javascript:|src="https?:|url\(|href="data:|<use[^>]*href/i);
    }
  });

  it('keeps what a page needs', () => {
    expect(sanitize('<svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>').markup).toBe('<svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>');
    expect(sanitize('<td style="width:30%" colspan="2">x</td>').markup).toBe('<td style="width:30%" colspan="2">x</td>');
  });
});

describe('Liquid', () => {
  const run = (text: string, includes: Record<string, string> = {}, scope: Record<string, unknown> = {}) => {
    const findings: Finding[] = [];
    const page: SourceText = { file: 'input/pagecontent/a.md', text };
    const made = renderLiquid(page, { include: (name) => (includes[name] === undefined ? undefined : { file: `input/includes/${name}`, text: includes[name] }), scope, report: (finding) => findings.push(finding) });
    return { made, findings };
  };

  it('works includes with parameters and data out', () => {
    const { made, findings } = run('{% assign who = "world" %}{% include hello.md name=who %} {{ site.data.fhir.path }}{% for x in (1..2) %}{{x}}{% endfor %}', { 'hello.md': 'Hello {{include.name}}!' }, { site: { data: { fhir: { path: 'http://hl7.org/fhir/R4/' } } } });
    expect(made).toBe('Hello world! http://hl7.org/fhir/R4/12');
    expect(findings).toEqual([]);
  });

  it('tells of an include that does not exist, with its line, and goes on', () => {
    const { made, findings } = run('One\n\n{% include nowhere.html %}\nTwo');
    expect(made).toMatch(/One[\s\S]*nowhere\.html does not exist[\s\S]*Two/);
    expect(findings).toMatchObject([{ code: 'unknown-include', severity: 'error', location: { file: 'input/pagecontent/a.md', line: 3 } }]);
  });

  it('names the include in which the fault is', () => {
    expect(run('{% include a.md %}', { 'a.md': '\n{% include b.md %}' }).findings).toMatchObject([{ location: { file: 'input/includes/a.md', line: 2 } }]);
  });

  it('ends includes that include themselves', () => {
    const { made, findings } = run('A {% include a.md %}', { 'a.md': 'B\n{% include b.md %}', 'b.md': 'C {% include a.md %}' });
    expect(made).toContain('A');
    expect(findings).toMatchObject([{ code: 'cyclic-include', message: 'The include a.md includes itself: a.md -> b.md -> a.md.', location: { file: 'input/includes/b.md', line: 1 } }]);
  });

  it('tells of a tag that it does not know, and still shows the text', () => {
    const { made, findings } = run('One\n{% frobnicate %}\nTwo');
    expect(made).toMatch(/One\s+<span class="gap">\(unknown tag frobnicate\)<\/span>\s+Two/);
    expect(findings).toMatchObject([{ code: 'liquid', severity: 'error', location: { file: 'input/pagecontent/a.md', line: 2 } }]);
  });

  it('tells of what only the IG Publisher makes, in an include too, and works the rest out', () => {
    const { made, findings } = run('{% assign x = "rest" %}{% include a.md %} {% sql {\n"query": "select 1"\n} %} {{ x }}', { 'a.md': '\n{% sqlToData ids SELECT id FROM Resources %}' });
    expect(made).toMatch(/sqlToData: made by the IG Publisher alone[\s\S]*sql: made by the IG Publisher alone[\s\S]*rest$/);
    expect(findings.map(({ severity, code, location }) => [severity, code, location?.file, location?.line])).toEqual(expect.arrayContaining([['warning', 'publisher-tag', 'input/pagecontent/a.md', 1], ['warning', 'publisher-tag', 'input/includes/a.md', 2]]));
    expect(findings).toHaveLength(2);
  });

  it('swallows a foreign block up to its end', () => {
    expect(run('A {% plot %}inside{% endplot %} B').made).toMatch(/^A <span[^>]*>\(unknown tag plot\)<\/span> B$/);
  });

  it("takes Jekyll's and the IG Publisher's other words for an include", () => {
    const { made, findings } = run('{% lang-fragment part.xhtml %} {% include_relative other.md %}', { 'part.xhtml': 'Part', 'other.md': 'Other {% lang-fragment part.xhtml %}' });
    expect([made, findings]).toEqual(['Part Other Part', []]);
  });

  it('leaves raw text alone', () => {
    expect(run('{% raw %}{% sql %}{{ x }}{% endraw %}')).toEqual({ made: '{% sql %}{{ x }}', findings: [] });
  });

  it('reads no file', () => {
    expect(run('{% include ../../../etc/passwd %}').findings).toMatchObject([{ code: 'unknown-include' }]);
  });
});
