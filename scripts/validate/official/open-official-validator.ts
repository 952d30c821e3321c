/** Options in, the official HL7 validator running and ready out. */
import { FHIR_VERSIONS, type FhirVersionRecord } from '../../core/fhir-version';
import { KnownError } from '../../core/known-error';
import { SILENT } from '../../core/progress';
import { findJava } from '../../java/java';
import type { LocatedJar } from '../../java/locate-tool';
import { obtainTool, type ObtainOptions } from '../../java/obtain-tool';
import type { Validator } from '../validator';
import { officialValidator } from './official-validator';
import { startService, type ValidatorService } from './service';
import { VALIDATOR } from './validator-tool';

export interface OpenOptions extends Omit<ObtainOptions, 'named' | 'beside'> {
  /** Path given by the user. */
  readonly validatorJar?: string;
  readonly fhirVersion?: FhirVersionRecord;
  /** Guides to load: folders with resources, package archives, `name#version` of packages in the cache. */
  readonly guides?: readonly string[];
  /** URL of a terminology server; none unless said. */
  readonly terminologyServer?: string;
  /** FHIR package cache; `~/.fhir/packages` unless said. */
  readonly packageCache?: string;
  /** About how long the texts of all resources are together. */
  readonly characters?: number;
  readonly startTimeoutMs?: number;
}

/** From here on (some 1000 resources, or one study of 2000 instances) the faster code is worth its longer start. */
const LARGE = 400_000;

export interface OpenedValidator extends Validator {
  readonly located: LocatedJar;
  readonly service: ValidatorService;
}

/**
 * Finds Java and the jar, starts the validator and waits for it.
 * @throws KnownError `no-java`, `java-too-old`, `no-validator`, `terminology-server`, `validator-died`, `validator-start-timeout`, `no-free-port`
 */
export async function openOfficialValidator(options: OpenOptions = {}): Promise<OpenedValidator> {
  const { validatorJar, fhirVersion = FHIR_VERSIONS.R4, guides = [], terminologyServer, packageCache, characters = 0, env = process.env, progress = SILENT, signal, startTimeoutMs } = options;
  const java = await findJava(env);
  if (terminologyServer !== undefined) await askTerminologyServer(terminologyServer, signal);
  const located = await obtainTool(VALIDATOR, { ...options, ...(validatorJar !== undefined && { named: validatorJar }) });
  const service = await startService({
    jar: located.jar,
    endsWithUs: located.origin === 'built',
    java,
    fhirVersion: fhirVersion.version,
    guides,
    large: characters >= LARGE,
    progress,
    env,
    ...(signal && { signal }),
    ...(terminologyServer !== undefined && { terminologyServer }),
    ...(packageCache !== undefined && { packageCache }),
    ...(startTimeoutMs !== undefined && { startTimeoutMs }),
  });
  const validator = officialValidator(service, { description: `HL7 FHIR validator ${service.version ?? '(of unknown version)'}` });
  return { ...validator, located, service };
}

const TERMINOLOGY_TIMEOUT_MS = 15_000;

/** The validator goes on without a server that it does not reach, and only its log says so: ask before it does. */
async function askTerminologyServer(url: string, signal?: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(TERMINOLOGY_TIMEOUT_MS);
  let said: string;
  try {
    const answer = await fetch(`${url.replace(/\/$/, '')}/metadata`, { headers: { Accept: 'application/fhir+json' }, signal: signal ? AbortSignal.any([signal, limit]) : limit });
    await answer.body?.cancel();
    if (answer.ok) return;
    said = `it answers ${answer.status} to /metadata`;
  } catch (error) {
    signal?.throwIfAborted();
    const { message, cause } = error as Error;
    said = limit.aborted ? `no answer within ${TERMINOLOGY_TIMEOUT_MS / 1000} s` : cause instanceof Error ? cause.message : message;
  }
  throw new KnownError('terminology-server', `The terminology server ${url} cannot be used: ${said}.`, 'Leave out --tx: codes that only a server knows then stay unchecked, and the summary counts them.');
}
