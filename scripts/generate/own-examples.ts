/** Nothing in, the good examples of our own guide out, which are also the test data of a run with --write. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../core/fhir';
import { madeAhead, makeAhead } from '../core/made-ahead';
import { packageRoot } from '../core/package-root';
import { readScenarioFiles, type ScenarioFiles } from './scenario-files';

const NAME = 'examples';

/** As the package's build made them from these very scenarios, else generated: reading YAML and compiling templates takes half a second of CPU. */
export async function ownExamples(): Promise<Resource[]> {
  const files = ownScenarios();
  return madeAhead<() => Resource[]>(NAME, sourcesOf(files))?.() ?? generated(files);
}

/** Generates them and keeps them for the installed program. */
export async function makeExamplesAhead(): Promise<void> {
  const files = ownScenarios();
  // A function: who asks gets values of his own, and JSON.parse reads more quickly than JavaScript is compiled.
  makeAhead(NAME, sourcesOf(files), `() => JSON.parse(${JSON.stringify(JSON.stringify(await generated(files)))})`);
}

async function generated(files: ScenarioFiles): Promise<Resource[]> {
  const { generateFromFiles } = await import('./generate-examples.js');
  return generateFromFiles(files).resources.map(({ resource }) => resource);
}

function ownScenarios(): ScenarioFiles {
  return readScenarioFiles(join(packageRoot(), 'input', 'scenarios'));
}

/** The scenarios, and the generator itself: a build by hand may change it alone. */
function sourcesOf({ settings, codes, templates, scenarios }: ScenarioFiles): string[] {
  const generator = readdirSync(__dirname).sort().filter((name) => name.endsWith('.js'));
  return [
    ...[settings, codes, ...templates, ...scenarios].map((source) => source?.text ?? ''),
    ...generator.map((name) => readFileSync(join(__dirname, name), 'utf8')),
  ];
}
