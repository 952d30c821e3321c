/** A project in, HL7's IG Publisher found or fetched, run on it, and its quality report out; or the sentence that says what is missing. */
import { join } from 'node:path';
import { KnownError } from '../../core/known-error';
import { locatePublisher, PUBLISHER_DOWNLOAD, PUBLISHER_ORIGINS, runPublisher, type LocatedPublisher, type PublisherQa } from '../../publish/ig-publisher';
import type { CommandContext } from '../command';

export async function runHl7Publisher(root: string, { options, console, signal }: CommandContext): Promise<PublisherQa> {
  const [{ findJava }, { cacheHome }, { downloadJar }] = await Promise.all([import('../../validate/official/java.js'), import('../../validate/official/locate.js'), import('../../validate/official/download-jar.js')]);
  const java = await findJava();
  const cached = join(cacheHome(), 'publisher', 'publisher.jar');
  const named = typeof options.publisherJar === 'string' ? { named: options.publisherJar } : {};
  let found: LocatedPublisher | undefined = locatePublisher({ root, env: process.env, cached, ...named });
  if (found === undefined) {
    try {
      if (options.offline === true) throw new Error('--offline was given');
      await downloadJar(cached, { url: PUBLISHER_DOWNLOAD, progress: console.progress, signal });
      found = { jar: cached, origin: 'cache' };
    } catch (error) {
      signal.throwIfAborted();
      throw new KnownError('no-publisher', `HL7's IG Publisher is not on this machine and cannot be downloaded (${(error as Error).message.replace(/\.$/, '')}).`, `Get publisher.jar from ${PUBLISHER_DOWNLOAD} and name it with --publisher-jar FILE or SCOUT_PUBLISHER_JAR; it also needs Jekyll and, for its template and terminology, a network.`, { cause: error });
    }
  }
  console.note(`IG Publisher: ${found.jar}, ${PUBLISHER_ORIGINS[found.origin]}`);
  console.progress.start("HL7's IG Publisher");
  let lines = 0;
  const qa = await runPublisher({ root, jar: found.jar, java: java.command, onLine: (line) => console.progress.step((lines += 1), line), signal });
  console.progress.end(`${qa.errors} errors, ${qa.warnings} warnings, ${qa.hints} hints`);
  return qa;
}
