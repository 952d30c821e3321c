/** A project and HL7's IG Publisher in, its run and what its own quality report says out. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KnownError } from '../core/known-error';
import { readPublisherQa, type PublisherQa } from './publisher-qa';

/** Where HL7's own scripts (_genonce) look for the jar, from the project's folder. */
export function projectPublishers(root: string): string[] {
  return [join(root, 'input-cache', 'publisher.jar'), join(root, '..', 'publisher.jar')];
}

export interface PublisherOptions {
  readonly root: string;
  readonly jar: string;
  /** The executable. */
  readonly java: string;
  /** Told of each line of output. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
  /** FHIR package cache; `~/.fhir/packages` unless said. */
  readonly cache?: string;
  /** Without a network: no terminology server, and nothing is fetched. */
  readonly offline?: boolean;
  /** Milliseconds; it takes 3 to 6 minutes for a guide of IHE's size. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 45 * 60_000;
const TAIL_LINES = 12;

/** Colours that its libraries write wherever they are. */
const COLOUR = /\u001b\[[\d;]*m/g;
/** The two clocks and the memory at the end of each line. */
const CLOCKS = /\s+\(\d\d:\d\d[\d.:]* \/ [^)]*\)$/;
/** Its own word for the end, or Java's. */
const FAILED = /^(?:Publishing Content Failed|Exception in thread "main" [\w.$]+): (.+)$/;

/** What it says where something is missing, seen with 2.1.2, and the way out. */
const WAYS_OUT: readonly (readonly [RegExp, string])[] = [
  [/^Error loading template/, 'It fetches the template that ig.ini names from the build server of HL7 or from the FHIR registry. Without these name a folder of the project: template = #FOLDER'],
  [/^Unable to resolve package id (?<name>[^\s#]+)/, 'It fetches $<name> from the FHIR registry. Without that put it into the FHIR package cache by hand.'],
  [/^Unable to find the file other\/spec\.internals/, 'The package in the FHIR package cache was put together from parts of the npm registry, which lack this file. Remove the package, and let the IG Publisher fetch it from the FHIR registry.'],
  [/jekyll/i, 'It makes its pages with Jekyll: https://jekyllrb.com/docs/installation/'],
  [/terminology server|tx\.fhir\.org/i, 'With --offline it runs without a terminology server.'],
];

/**
 * Runs it on what is compiled already, so that it needs no SUSHI of its own; it writes `output/` of the project, as always.
 * @throws KnownError `no-ig-ini`, `no-template`, `publisher-failed`, `publisher-timeout`
 */
export async function runPublisher({ root, jar, java, onLine, signal, cache, offline = false, timeoutMs = TIMEOUT_MS }: PublisherOptions): Promise<PublisherQa> {
  const ini = join(root, 'ig.ini');
  if (!existsSync(ini)) throw new KnownError('no-ig-ini', `${resolve(root)} has no ig.ini, from which the IG Publisher learns the guide and its template.`, 'Write one: [IG], ig = fsh-generated/resources/ImplementationGuide-ID.json, template = fhir.base.template#current');
  if (!/^\s*template\s*=\s*\S/m.test(readFileSync(ini, 'utf8'))) throw new KnownError('no-template', `${ini} names no template.`, 'Add a line: template = fhir.base.template#current');
  const begun = Date.now();
  const tail: string[] = [];
  let failure: string | undefined;
  const limit = AbortSignal.timeout(timeoutMs);
  const args = ['-ig', '.', '-no-sushi', ...(cache === undefined ? [] : ['-package-cache-folder', resolve(cache)]), ...(offline ? ['-tx', 'n/a', '-no-network'] : [])];
  const child = spawn(java, ['-Xmx4g', '-jar', resolve(jar), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], signal: signal ? AbortSignal.any([signal, limit]) : limit, killSignal: 'SIGKILL' });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines.map((coloured) => coloured.replace(COLOUR, '').replace(CLOCKS, '').trimEnd()).filter((text) => text !== '')) {
        failure = FAILED.exec(line)?.[1] ?? failure;
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
  // Its exit code says little; a report of this run says that it came to its end.
  const qa = readPublisherQa(join(root, 'output'), begun);
  if (qa !== undefined) return qa;
  if (failure === undefined) throw new KnownError('publisher-failed', `The IG Publisher ended (exit code ${code ?? 'none'}) without a report of its quality checks.`, said());
  throw new KnownError('publisher-failed', `The IG Publisher failed: ${failure}`, wayOut(failure) ?? said());
}

function wayOut(failure: string): string | undefined {
  for (const [what, way] of WAYS_OUT) {
    const found = what.exec(failure);
    if (found !== null) return way.replace('$<name>', found.groups?.name ?? '');
  }
  return undefined;
}
