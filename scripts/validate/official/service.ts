/** A jar in, the validator as a process with an HTTP interface of its own out; ended when it is closed or we end. */
import { setTimeout as sleep } from 'node:timers/promises';
import FhirValidator from 'fhir-validator-wrapper';
import { codeSystemStubs } from './code-system-stubs';
import { isOperationOutcome, type OperationOutcome } from '../../core/fhir';
import { KnownError } from '../../core/known-error';
import type { Progress } from '../../core/progress';
import { freePort } from './free-port';
import type { Java } from '../../java/java';
import { post } from './post';
import { serviceEnvironment, withVariables, type ServiceEnvironment } from './service-environment';
import { watchOver } from './watchdog';

export interface ServiceOptions {
  readonly jar: string;
  /** Whether it ends by itself when its standard input closes, as the jar of validator/ does. */
  readonly endsWithUs: boolean;
  readonly java: Java;
  /** e.g. `4.0.1`. */
  readonly fhirVersion: string;
  /** Folders, package.tgz files or `name#version`. */
  readonly guides: readonly string[];
  readonly terminologyServer?: string;
  readonly packageCache?: string;
  readonly large: boolean;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds until it has to answer; 15 s on two idle cores, more than a minute on busy ones. */
  readonly startTimeoutMs?: number;
  readonly pickPort?: () => Promise<number>;
}

export interface Judged {
  /** False where the validator failed over the document. */
  readonly digested: boolean;
  readonly outcome: OperationOutcome;
}

/** A running validator, whichever way it was started. */
export interface ValidatorService {
  /** As it names itself. */
  readonly version?: string;
  /**
   * Has one document validated.
   * @throws KnownError `validator-died`, `validator-timeout` or `validator-answer`
   */
  judge(document: string, options: JudgeOptions): Promise<Judged>;
  /**
   * Loads the definitions of a folder in addition; one with a URL that is known already takes the other's place.
   * @throws KnownError `validator-died`, `validator-timeout` or `validator-answer`
   */
  loadGuide(folder: string, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface JudgeOptions {
  readonly format: 'json' | 'xml';
  /** Profiles to check besides those that it claims. */
  readonly profiles?: readonly string[];
  readonly timeoutMs: number;
  /** What it is, for errors: `12 resources from a.json on`. */
  readonly label: string;
  readonly signal?: AbortSignal;
}

const START_TIMEOUT_MS = 300_000;
const LOAD_TIMEOUT_MS = 60_000;
/** Between two looks whether it answers yet. */
const LOOK_MS = 100;
const PORT_TRIES = 3;
const PORT_TAKEN = /Address already in use|BindException/i;
/** Lines of output that are kept for an error. */
const TAIL_LINES = 12;

/**
 * Starts the validator and waits until it answers.
 * @throws KnownError `validator-died`, `validator-start-timeout` or `no-free-port`
 */
export async function startService(options: ServiceOptions): Promise<ValidatorService> {
  const { progress, signal, pickPort = freePort } = options;
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    const validator = new ValidatorProcess(options);
    try {
      await validator.start(await pickPort());
      progress.end('ready');
      return validator;
    } catch (error) {
      await validator.close();
      signal?.throwIfAborted();
      if (!PORT_TAKEN.test(validator.tail())) throw error;
      if (tries === PORT_TRIES) throw new KnownError('no-free-port', `The validator found its port taken ${PORT_TRIES} times.`, 'Try again; another program takes ports as fast as they are freed.', { cause: error });
    }
  }
}

class ValidatorProcess implements ValidatorService {
  private readonly lines: string[] = [];
  private readonly wrapper: FhirValidator;
  private readonly environment: ServiceEnvironment;
  /** Kept by this side too: the wrapper forgets it when the process ends. */
  private baseUrl = '';
  private readonly ended = new AbortController();
  private dismissWatchdog: () => void = () => undefined;
  private readonly killAtExit = () => this.wrapper.process?.kill('SIGKILL');
  private closing: Promise<void> | undefined;

  constructor(private readonly options: ServiceOptions) {
    const hear = (line: string) => this.hear(line);
    this.wrapper = new FhirValidator(options.jar, { info: hear, warn: hear, error: hear });
    this.environment = serviceEnvironment(options);
  }

  get version(): string | undefined {
    return this.wrapper.jarVersion();
  }

  tail(): string {
    return this.lines.join('\n');
  }

  async start(port: number): Promise<void> {
    const { fhirVersion, guides, terminologyServer, progress, signal, startTimeoutMs = START_TIMEOUT_MS } = this.options;
    const seconds = Math.round(startTimeoutMs / 1000);
    progress.start('Starting the HL7 validator');
    const begun = Date.now();
    const ticking = setInterval(() => progress.step(Math.round((Date.now() - begun) / 1000), `s: ${this.lines.at(-1) ?? 'Java starts'}`), 500);
    const config = {
      version: fhirVersion,
      txServer: terminologyServer ?? 'n/a',
      txLog: this.environment.terminologyLog,
      // Where a terminology server knows the codes, these would only be in its way.
      igs: [...(terminologyServer === undefined ? [codeSystemStubs()] : []), ...guides],
      port,
      timeout: startTimeoutMs,
      autoDownload: false,
      // A terminology server that the user names may be on this machine, which the validator refuses unless told otherwise.
      ...(terminologyServer !== undefined && { ssrfProtection: false }),
    };
    process.once('exit', this.killAtExit);
    try {
      // start() comes to spawning the process before it first waits, as it has nothing to download.
      const starting = withVariables(this.environment.variables, () => this.wrapper.start(config));
      starting.catch(() => undefined);
      this.watch();
      await Promise.race([starting, this.answering(), aborted(this.ended.signal), ...(signal ? [aborted(signal)] : [])]);
      this.baseUrl = this.wrapper.baseUrl ?? '';
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof KnownError) throw error;
      if (Date.now() - begun >= startTimeoutMs) throw new KnownError('validator-start-timeout', `The HL7 validator did not answer within ${seconds} s.`, this.said(), { cause: error });
      throw new KnownError('validator-died', 'The HL7 validator ended while it was starting.', this.said(), { cause: error });
    } finally {
      clearInterval(ticking);
    }
  }

  /** The wrapper itself looks once a second, which is half a second of waiting at each start. */
  private async answering(): Promise<void> {
    while (!this.ended.signal.aborted) {
      if (this.wrapper.baseUrl && (await this.wrapper.healthCheck().then(() => true, () => false))) return;
      await sleep(LOOK_MS);
    }
    return aborted(this.ended.signal);
  }

  async judge(document: string, { format, profiles = [], timeoutMs, label, signal }: JudgeOptions): Promise<Judged> {
    const limit = AbortSignal.timeout(timeoutMs);
    const signals = [limit, this.ended.signal, ...(signal ? [signal] : [])];
    try {
      const query = profiles.length === 0 ? '' : `?${profiles.map((url) => `profile=${encodeURIComponent(url)}`).join('&')}`;
      const { status, body } = await post(`${this.baseUrl}/validateResource${query}`, `application/fhir+${format}`, document, AbortSignal.any(signals));
      const outcome = parsed(body);
      if (outcome === undefined) throw new KnownError('validator-answer', `The HL7 validator answered ${status} without an OperationOutcome to ${label}: ${body.slice(0, 200)}`);
      return { digested: status === 200, outcome };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof KnownError && error !== this.ended.signal.reason) throw error;
      if (limit.aborted) throw new KnownError('validator-timeout', `The HL7 validator took more than ${Math.round(timeoutMs / 1000)} s over ${label}.`, this.said(), { cause: error });
      const why = await this.reasonOfEnd((error as Error).message);
      throw new KnownError('validator-died', `${why} while it had ${label}.`, this.said(), { cause: error });
    }
  }

  async loadGuide(folder: string, signal?: AbortSignal): Promise<void> {
    const limit = AbortSignal.timeout(LOAD_TIMEOUT_MS);
    let answer: Awaited<ReturnType<typeof post>>;
    try {
      answer = await post(`${this.baseUrl}/loadIG`, 'application/json', JSON.stringify({ ig: folder }), AbortSignal.any([limit, this.ended.signal, ...(signal ? [signal] : [])]));
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.aborted) throw new KnownError('validator-timeout', `The HL7 validator took more than ${LOAD_TIMEOUT_MS / 1000} s to load ${folder}.`, this.said(), { cause: error });
      throw new KnownError('validator-died', `${await this.reasonOfEnd((error as Error).message)} while it loaded ${folder}.`, this.said(), { cause: error });
    }
    if (answer.status !== 200) throw new KnownError('validator-answer', `The HL7 validator answered ${answer.status} when it was to load ${folder}: ${answer.body.slice(0, 200)}`);
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    process.removeListener('exit', this.killAtExit);
    this.ended.abort(new Error('it was closed'));
    // The wrapper waits 10 s for the end of a process that has ended already.
    const child = this.wrapper.process;
    if (child !== null && child.exitCode === null && child.signalCode === null) await this.wrapper.stop();
    this.dismissWatchdog();
    this.environment.dispose();
  }

  /** The connection breaks before the process is known to have ended, and says less. */
  private async reasonOfEnd(said: string): Promise<string> {
    const { signal } = this.ended;
    if (!signal.aborted) await Promise.race([aborted(signal).catch(() => undefined), sleep(1_000)]);
    return signal.reason instanceof KnownError ? signal.reason.message.replace(/\.$/, '') : `The HL7 validator is gone (${said})`;
  }

  /** Notices the process's end at once, instead of at the next question. */
  private watch(): void {
    const { process: child } = this.wrapper;
    if (child?.pid === undefined) return;
    if (!this.options.endsWithUs) this.dismissWatchdog = watchOver(child.pid);
    // 'close' comes after the last of its output; the tail is then complete.
    child.on('close', (code, signal) => {
      this.dismissWatchdog();
      this.ended.abort(new KnownError('validator-died', `The HL7 validator ended by itself (${signal ?? `exit code ${code}`}).`, this.said()));
    });
  }

  private hear(line: string): void {
    // What the wrapper says about itself; the command line is long and of no use in an error.
    if (/^(Starting FHIR validator|Validator process (exited|closed)|Stopping validator|FHIR validator service)/.test(line)) return;
    const said = line.replace(/^Validator(?:-err)?:\s*/, '');
    // A stack trace would push the message out; Java's options are ours.
    if (/^at \S+\(|^\.\.\. \d+ more|^NOTE: Picked up JDK_JAVA_OPTIONS/.test(said)) return;
    this.lines.push(said.replace(/^INFO\s+/, ''));
    if (this.lines.length > TAIL_LINES) this.lines.shift();
  }

  private said(): string {
    return this.lines.length === 0 ? 'It said nothing.' : `It said last:\n         ${this.lines.join('\n         ')}`;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason as Error);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

function parsed(body: string): OperationOutcome | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isOperationOutcome(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
