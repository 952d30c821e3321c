/** The page's template and its partials (page/*.hbs) in, a function from the view to HTML out. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type Handlebars from 'handlebars';
import { madeAhead, makeAhead } from '../../core/made-ahead';
import { packageRoot } from '../../core/package-root';

/** The page's own partials; the name of the file is that of the partial. */
const PARTIALS = ['cause', 'result', 'comparison', 'exchange', 'honesty', 'text'] as const;
const PAGE = 'page';
const NAME = 'report-page';

/** Strict: a name that the view does not have is a mistake of ours, not an empty place in the page. */
const OPTIONS = { strict: true, preventIndent: true };

/** What Handlebars makes of a template before it runs. */
type Precompiled = Record<string, TemplateSpecification>;

/** Compiled when the package was built from these very templates, else now; compiling them takes longer than to render a page. */
export function pageTemplate<View>(): Handlebars.TemplateDelegate<View> {
  const require = createRequire(__filename);
  const precompiled = madeAhead<Precompiled>(NAME, templateTexts());
  // The runtime alone knows nothing of templates as text, and loads in a fraction of the time.
  const handlebars = (require(precompiled === undefined ? 'handlebars' : 'handlebars/runtime') as typeof Handlebars).create();
  const template = (name: string): Handlebars.TemplateDelegate<View> => (precompiled === undefined ? handlebars.compile(pageFile(`${name}.hbs`), OPTIONS) : handlebars.template(precompiled[name] as TemplateSpecification));
  for (const name of PARTIALS) handlebars.registerPartial(name, template(name));
  return template(PAGE);
}

/** Compiles the templates and keeps them for the installed program. */
export function makePageAhead(): void {
  const { precompile } = createRequire(__filename)('handlebars') as typeof Handlebars;
  const specifications = [PAGE, ...PARTIALS].map((name) => `${JSON.stringify(name)}: ${precompile(pageFile(`${name}.hbs`), OPTIONS) as string}`);
  makeAhead(NAME, templateTexts(), `{ ${specifications.join(',\n')} }`);
}

/** A file of the page, the same from source and installed. */
export function pageFile(name: string): string {
  // A parser of HTML reads CR LF as LF, and the policy's hashes are taken over what it reads.
  return readFileSync(join(packageRoot(), 'scripts', 'report', 'html', 'page', name), 'utf8').replaceAll('\r\n', '\n');
}

function templateTexts(): string[] {
  return [PAGE, ...PARTIALS].map((name) => pageFile(`${name}.hbs`));
}
