/** A project and HL7's IG Publisher in, its run and what its own quality report says out. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KnownError } from '../core/known-error';

export const PUBLISHER_DOWNLOAD = 'https://github.com/HL7/fhir-ig-publisher/releases/latest/download/publisher.jar';

/** Where the jar comes from, in the order in which it is looked for. */
export const PUBLISHER_ORIGINS = {
  option: 'named with --publisher-jar',
  environment: 'named by SCOUT_PUBLISHER_JAR',
  project: "the project's own (input-cache/publisher.jar)",
  cache: 'downloaded earlier',
} as const;

export interface LocatedPublisher {
  readonly jar: string;
  readonly origin: keyof typeof PUBLISHER_ORIGINS;
}

/** @throws KnownError `no-such-jar` where the user names one that does not exist */
export function locatePublisher({ root, named, env, cached }: { root: string; named?: string; env: NodeJS.ProcessEnv; cached: string }): LocatedPublisher | undefined {
  for (const [jar, origin] of [[named, 'option'], [env.SCOUT_PUBLISHER_JAR, 'environment']] as const) {
    if (jar === undefined || jar === '') continue;
    if (statSync(jar, { throwIfNoEntry: false })?.isFile() !== true) throw new KnownError('no-such-jar', `There is no IG Publisher at ${jar}, ${PUBLISHER_ORIGINS[origin]}.`, 'Name the file publisher.jar.');
    return { jar, origin };
  }
  // Where HL7's own scripts (_genonce) look.
  const own = [join(root, 'input-cache', 'publisher.jar'), join(root, '..', 'publisher.jar')].find((file) => existsSync(file));
  if (own !== undefined) return { jar: own, origin: 'project' };
  return existsSync(cached) && existsSync(`${cached}.sha256`) ? { jar: cached, origin: 'cache' } : undefined;
}

export interface PublisherQa {
  readonly errors: number;
  readonly warnings: number;
  readonly hints: number;
  /** Its qa.html. */
  readonly report: string;
  /** The version of the tool, as it says. */
  readonly tool?: string;
}

export interface PublisherOptions {
  readonly root: string;
  readonly jar: string;
  /** The executable. */
  readonly java: string;
  /** Told of each line of output. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds; it takes 3 to 6 minutes for a guide of IHE's size. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 45 * 60_000;
const TAIL_LINES = 12;

/**
 * Runs it on the same sources; it writes `output/` of the project, as always.
 * @throws KnownError `no-ig-ini`, `no-template`, `publisher-failed`, `publisher-timeout`
 */
export async function runPublisher({ root, jar, java, onLine, signal, timeoutMs = TIMEOUT_MS }: PublisherOptions): Promise<PublisherQa> {
  const ini = join(root, 'ig.ini');
  if (!existsSync(ini)) throw new KnownError('no-ig-ini', `${resolve(root)} has no ig.ini, from which the IG Publisher learns the guide and its template.`, 'Write one: [IG], ig = fsh-generated/resources/ImplementationGuide-ID.json, template = fhir.base.template#current');
  if (!/^\s*template\s*=\s*\S/m.test(readFileSync(ini, 'utf8'))) throw new KnownError('no-template', `${ini} names no template.`, 'Add a line: template = fhir.base.template#current');
  const begun = Date.now();
  const tail: string[] = [];
  const limit = AbortSignal.timeout(timeoutMs);
  const child = spawn(java, ['-Xmx4g', '-jar', resolve(jar), '-ig', '.'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], signal: signal ? AbortSignal.any([signal, limit]) : limit, killSignal: 'SIGKILL' });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        tail.push(line);
        if (tail.length > TAIL_LINES) tail.shift();
        onLine(line);
      }
    });
  }
  const said = () => (tail.length === 0 ? 'It said nothing.' : `It said last:\n         ${tail.join('\n         ')}`);
  const code = await new Promise<number | null>((fulfil, reject) => child.on('error', reject).on('close', fulfil)).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (limit.aborted) throw new KnownError('publisher-timeout', `The IG Publisher took more than ${Math.round(timeoutMs / 60_000)} minutes.`, said(), { cause: error });
    throw new KnownError('publisher-failed', `The IG Publisher cannot be started: ${(error as Error).message}`, undefined, { cause: error });
  });
  return readPublisherQa(root, begun, code, said);
}

/** Its exit code says little; a report of this run says that it came to its end. */
function readPublisherQa(root: string, begun: number, code: number | null, said: () => string): PublisherQa {
  const file = join(root, 'output', 'qa.json');
  // File systems keep times less exactly than the clock.
  if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < begun - 2_000) throw new KnownError('publisher-failed', `The IG Publisher ended (exit code ${code ?? 'none'}) without a report of its quality checks.`, said());
  const { errs, warnings, hints, tool } = JSON.parse(readFileSync(file, 'utf8')) as { errs?: number; warnings?: number; hints?: number; tool?: string };
  return { errors: errs ?? 0, warnings: warnings ?? 0, hints: hints ?? 0, report: join(root, 'output', 'qa.html'), ...(tool !== undefined && { tool }) };
}
