/** Options and environment in, a validator's jar that is there out: found, downloaded or built, in this order. */
import { KnownError } from '../../core/known-error';
import { SILENT, type Progress } from '../../core/progress';
import { buildJar } from './build-jar';
import { downloadJar, isIntact } from './download-jar';
import { downloadedJar, locateValidator, type LocatedJar, type LocateOptions } from './locate';

export interface ObtainOptions extends LocateOptions {
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Told what is tried and what came of it, one sentence each. */
  readonly note?: (text: string) => void;
  /** The two ways of getting it, for tests. */
  readonly download?: typeof downloadJar;
  readonly build?: typeof buildJar;
}

/**
 * The first jar that can be had.
 * @throws KnownError `no-validator`, naming what was tried and why each failed
 */
export async function obtainValidator(options: ObtainOptions = {}): Promise<LocatedJar> {
  const { env = process.env, progress = SILENT, signal, note = () => undefined, module, download = downloadJar, build = buildJar } = options;
  const common = { progress, ...(signal && { signal }) };
  const located = locateValidator(options);
  if (located !== undefined && (located.origin !== 'downloaded' || (await isIntact(located.jar)))) return located;
  if (located !== undefined) note(`${located.jar} is not what was downloaded once (checksum); it is replaced.`);
  const jar = downloadedJar(env);
  const failures: KnownError[] = [];
  try {
    await download(jar, common);
    return { jar, origin: 'downloaded' };
  } catch (error) {
    failures.push(asKnown(error));
    note(`${failures[0]?.message} It is built from Maven Central instead, once.`);
  }
  try {
    return { jar: await build({ env, ...common, ...(module !== undefined && { module }) }), origin: 'built' };
  } catch (error) {
    failures.push(asKnown(error));
  }
  const hints = failures.flatMap(({ hint }) => hint ?? []);
  throw new KnownError('no-validator', `The official HL7 validator is not to be had. ${failures.map(({ message }) => message).join(' ')}`, [...hints, 'Or name a jar with --validator-jar.'].join('\n       '));
}

function asKnown(error: unknown): KnownError {
  if (error instanceof KnownError && error.code !== 'interrupted') return error;
  throw error;
}
