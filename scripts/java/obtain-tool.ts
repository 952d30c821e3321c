/** A tool and the environment in, its jar that is there out: found, downloaded or built, in this order. */
import { KnownError } from '../core/known-error';
import { SILENT, type Progress } from '../core/progress';
import { buildTool } from './build-tool';
import { downloadJar, isIntact } from './download-jar';
import type { JavaTool } from './java-tool';
import { downloadedJar, locateTool, type LocatedJar, type LocateOptions } from './locate-tool';

export interface ObtainOptions extends LocateOptions {
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Told what is tried and what came of it, one sentence each. */
  readonly note?: (text: string) => void;
  /** The two ways of getting it, for tests. */
  readonly download?: typeof downloadJar;
  readonly build?: typeof buildTool;
}

/**
 * The first jar that can be had.
 * @throws KnownError `no-ID` of the tool, naming what was tried and why each failed
 */
export async function obtainTool(tool: JavaTool, options: ObtainOptions = {}): Promise<LocatedJar> {
  const { env = process.env, progress = SILENT, signal, note = () => undefined, module, download = downloadJar, build = buildTool } = options;
  const common = { progress, ...(signal && { signal }) };
  const located = locateTool(tool, options);
  if (located !== undefined && (located.origin !== 'downloaded' || (await isIntact(located.jar)))) return located;
  if (located !== undefined) note(`${located.jar} is not what was downloaded once (checksum); it is replaced.`);
  const jar = downloadedJar(tool, env);
  const failures: KnownError[] = [];
  try {
    await download(jar, { title: tool.title, url: tool.download.url, ...common });
    return { jar, origin: 'downloaded' };
  } catch (error) {
    failures.push(asKnown(error));
    note(`${failures[0]?.message} It is built from Maven Central instead, once.`);
  }
  try {
    return { jar: await build(tool, { env, ...common, ...(module !== undefined && { module }) }), origin: 'built' };
  } catch (error) {
    failures.push(asKnown(error));
  }
  const hints = failures.flatMap(({ hint }) => hint ?? []);
  throw new KnownError(`no-${tool.id}`, `There is no way to get ${tool.title}. ${failures.map(({ message }) => message).join(' ')}`, [...hints, `Or name a jar with ${tool.option}.`].join('\n       '));
}

function asKnown(error: unknown): KnownError {
  if (error instanceof KnownError && error.code !== 'interrupted') return error;
  throw error;
}
