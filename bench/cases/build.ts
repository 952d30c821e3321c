/** Compiling this project's guide: SUSHI's own command line against ours, cold and warm. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildGuide } from '../../scripts/build/build-guide';
import { readConfiguration } from '../../scripts/build/configuration';
import { DEFINITION_INDEX_FILE } from '../../scripts/build/definition-index';
import { createDefinitionStore } from '../../scripts/build/definition-store';
import { projectPackages } from '../../scripts/build/project-packages';
import { packageRoot } from '../../scripts/core/package-root';
import { defaultCacheDir, packageFolder } from '../../scripts/packages/cache-folder';
import { ensurePackages } from '../../scripts/packages/ensure-packages';
import type { BenchCase } from '../bench-case';

/** Nothing listens there: what looks for a network finds at once that there is none, so that no registry's speed is measured. */
const NOWHERE = 'http://127.0.0.1:9';
const NO_NETWORK = { FPL_REGISTRY: NOWHERE, npm_config_registry: NOWHERE, npm_config_fetch_retries: '0' };
/** Far more than any of them takes, so that a hanging one ends. */
const TIMEOUT_MS = 300_000;

export const buildCase: BenchCase = {
  id: 'build',
  title: 'Compile the guide (with snapshots)',
  note: 'Processes are measured from start to end, ours through tsx as in a clone; ours also checks the package cache and writes package.tgz.',
  async open(scratch) {
    const root = packageRoot();
    const { config } = await readConfiguration(root);
    if (config === undefined) throw new Error('The guide has no configuration.');
    const packages = projectPackages(config);
    await ensurePackages({ packages });

    const definitions = createDefinitionStore();
    const warm = () => buildGuide({ root, out: join(scratch, 'warm'), generatedIn: join(scratch, 'warm'), definitions });
    await warm();

    return [
      { name: 'sushi build -s, cold', run: () => node([join(root, 'node_modules/fsh-sushi/dist/app.js'), 'build', '-s', '-o', join(scratch, 'sushi'), root]) },
      {
        name: 'scout build, first time ever',
        prepare: () => packages.forEach((id) => rmSync(join(packageFolder(defaultCacheDir(), id), DEFINITION_INDEX_FILE), { force: true })),
        run: () => node(['--import', 'tsx', join(root, 'scripts/cli.ts'), 'build', '--quiet', '--offline', '--out', join(scratch, 'first')]),
      },
      { name: 'scout build, cold', run: () => node(['--import', 'tsx', join(root, 'scripts/cli.ts'), 'build', '--quiet', '--offline', '--out', join(scratch, 'cold')]) },
      { name: 'rebuild in one process, warm', run: async () => void (await warm()) },
    ];
  },
};

function node(args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: packageRoot(), env: { ...process.env, ...NO_NETWORK }, stdio: ['ignore', 'ignore', 'pipe'], timeout: TIMEOUT_MS });
}
