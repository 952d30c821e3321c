/** A project in, a live site of it out that follows every save until it is closed. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sharedFshPaths } from '../../build/shared-fsh';
import { isError, type Finding } from '../../core/finding';
import { fhirVersion } from '../../core/fhir-version';
import { SILENT } from '../../core/progress';
import { ownImplementationGuide } from '../../formats/ig-ini';
import { createRebuildQueue } from '../../watch/rebuild-queue';
import { workFor } from '../../watch/changed-sources';
import { serveLive } from '../../watch/live-server';
import { NOTHING_YET, withPages, type LiveState, type Problem, type ValidatorState } from '../../watch/live-state';
import { watchSources } from '../../watch/source-watcher';
import { createRebuilder, faultFinding, problem } from './rebuild';
import { startValidation, type Judgeable, type Validation } from './validation';

export interface SessionOptions {
  readonly root: string;
  readonly port: number;
  readonly cache: string;
  readonly offline: boolean;
  /** Why the validator is not asked; absent where it is. */
  readonly withoutValidator?: string;
  readonly validatorJar?: string;
  /** Told after each rebuild. */
  readonly onRebuild: (report: RebuildReport) => void;
  /** Told when the validator has spoken. */
  readonly onValidator: (state: ValidatorState) => void;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
  readonly now?: () => Date;
}

export interface RebuildReport {
  /** Paths that changed; empty the first time. */
  readonly files: readonly string[];
  readonly seconds: number;
  /** Whether the FSH was compiled; texts of pages are only rendered. */
  readonly compiled: boolean;
  /** Pages that are other than before. */
  readonly changed: readonly string[];
  readonly pages: number;
  /** False where an error kept the sources from being compiled: the pages are those of before. */
  readonly current: boolean;
  readonly problems: readonly Problem[];
}

export interface Session {
  readonly url: string;
  state(): LiveState;
  /** Resolves when neither a rebuild nor the validator has anything to do. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Long enough for an editor's several writes of one save, and not to be felt. */
const SETTLE_MS = 25;
const FIRST = '(first)';
const VALIDATED = '(validated)';
const SOURCES = ['input', 'sushi-config.yaml', 'sushi-config.yml', 'ig.ini', 'sushi-ignoreWarnings.txt', 'sushi-ignoreErrors.txt', 'shared-fsh.txt'];

/** Those of the project, and the files that it says it has in common with others. */
function sourcePaths(root: string): string[] {
  const own = ownImplementationGuide(root)?.path;
  const paths = [...SOURCES.map((name) => join(root, name)), ...sharedFshPaths(root), ...(own === undefined ? [] : [own])];
  return [...new Set(paths)];
}

/** @throws KnownError `no-guide`, `port-in-use` and whatever keeps the program from starting at all; faults of the sources are shown, not thrown */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { root, port, cache, offline, onRebuild, onValidator, note, signal, now = () => new Date() } = options;
  const { assertProject } = await import('../../build/configuration.js');
  assertProject(root);
  const ending = new AbortController();
  const scratch = mkdtempSync(join(tmpdir(), 'scout-watch-'));
  let state: LiveState = { ...NOTHING_YET, validator: options.withoutValidator === undefined ? { state: 'starting' } : { state: 'off', why: options.withoutValidator } };
  let verdicts: ReadonlyMap<string, readonly Finding[]> = new Map();
  const rebuilder = await createRebuilder({ root, scratch, cache, offline, note });

  const rebuild = async (files: ReadonlySet<string>): Promise<void> => {
    const begun = performance.now();
    server.tell();
    const sources = [...files].filter((file) => file !== FIRST && file !== VALIDATED);
    const work = files.has(FIRST) ? { generate: true, compile: true } : workFor(root, sources, existsSync);
    const { site, problems, written, built } = await rebuilder.rebuild(work, verdicts);
    watcher.accept(written);
    let changed: string[] = [];
    if (site !== undefined) {
      const next = withPages(state, site.rendered.files, site.files, now().toTimeString().slice(0, 8));
      changed = next.changed.filter((path) => path.endsWith('.html'));
      state = { ...next.state, archive: site.archive };
    }
    state = { ...state, current: site !== undefined, problems };
    if (sources.length > 0 || files.has(FIRST)) onRebuild({ files: sources, seconds: (performance.now() - begun) / 1000, compiled: work.compile, changed, pages: state.pages.size, current: state.current, problems });
    if (site !== undefined && built?.resources !== undefined && work.compile) validation?.update(built.resources satisfies Judgeable);
  };
  const queue = createRebuildQueue({
    rebuild,
    onFault: (fault) => {
      state = { ...state, current: false, problems: [{ finding: faultFinding(fault) }] };
      onRebuild({ files: [], seconds: 0, compiled: false, changed: [], pages: state.pages.size, current: false, problems: state.problems });
    },
    settleMs: SETTLE_MS,
    onRest: () => server.tell(),
  });
  const watcher = watchSources({ paths: () => sourcePaths(root), onChange: (files) => queue.changed(files) });
  const server = await serveLive({ port, state: () => state, look: () => watcher.look(), busy: () => queue.busy(), settled: () => queue.settled() }).catch((error: unknown) => {
    watcher.close();
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  });
  const validation = options.withoutValidator === undefined ? await validator() : undefined;

  async function validator(): Promise<Validation> {
    const [{ openOfficialValidator }, { suppress }, { withoutConventions }, { readConfiguration, buildableFhirVersion }] = await Promise.all([
      import('../../validate/official/open-official-validator.js'),
      import('../../validate/suppressions.js'),
      import('../../qa/tool-conventions.js'),
      import('../../build/configuration.js'),
    ]);
    return startValidation({
      open: async () => {
        const { config } = await readConfiguration(root);
        // Of its own: the next build replaces or removes the other while the validator starts.
        const guide = join(scratch, 'validator', 'package.tgz');
        mkdirSync(dirname(guide), { recursive: true });
        copyFileSync(join(scratch, 'package.tgz'), guide);
        return openOfficialValidator({
          guides: [guide],
          packageCache: cache,
          progress: SILENT,
          // A validator that is still starting when the session ends is ended too.
          signal: AbortSignal.any([signal, ending.signal]),
          ...(config !== undefined && { fhirVersion: fhirVersion(buildableFhirVersion(config).version) }),
          ...(options.validatorJar !== undefined && { validatorJar: options.validatorJar }),
        });
      },
      sift: (findings) => suppress(withoutConventions(findings).shown).shown,
      onState: (said, findings) => {
        const problems = [...findings.values()].flat().map((finding): Problem => problem(root, finding));
        const count = (wanted: boolean) => problems.filter(({ finding }) => isError(finding) === wanted && finding.severity !== 'information').length;
        state = { ...state, validator: said.state === 'done' ? { state: 'done', errors: count(true), warnings: count(false), problems } : said };
        if (said.state === 'done' || said.state === 'off') {
          verdicts = new Map(findings);
          queue.changed([VALIDATED]);
          onValidator(state.validator);
        } else server.tell();
      },
    });
  }

  queue.changed([FIRST]);
  return {
    url: server.url,
    state: () => state,
    settled: async () => {
      do {
        await queue.settled();
        await validation?.settled();
      } while (queue.busy());
    },
    close: async () => {
      watcher.close();
      ending.abort(new Error('the session ended'));
      await Promise.all([queue.close(), validation?.close()]);
      await server.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
