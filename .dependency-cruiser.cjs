/** Imports point one way: core <- ground <- work <- report <- commands <- cli. Folders of the same level do not import each other. */
const GROUND = ['packages', 'search', 'formats', 'convert', 'dicom', 'invariants', 'java'];
const WORK = ['build', 'generate', 'validate', 'tester', 'server', 'site', 'publish', 'qa', 'watch'];

/** A folder may import itself, core, and the folders named. */
const only = (folder, allowed) => ({
  name: `${folder}-imports`,
  comment: `scripts/${folder} may import only ${['core', ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `^scripts/${folder}/` },
  to: { path: '^scripts/', pathNot: [folder, 'core', ...allowed].map((name) => `^scripts/${name}/`) },
});

module.exports = {
  forbidden: [
    { name: 'core-imports-nothing', severity: 'error', from: { path: '^scripts/core/' }, to: { path: '^scripts/', pathNot: '^scripts/core/' } },
    ...GROUND.map((folder) => only(folder, [])),
    ...WORK.map((folder) => only(folder, GROUND)),
    only('report', [...GROUND, ...WORK]),
    only('commands', [...GROUND, ...WORK, 'report']),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-dev-dependency', severity: 'error', from: { path: '^scripts/' }, to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'] } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' } },
};
