/** A project in, HL7's IG Publisher found, fetched or built, run on it, and its quality report out; or the sentence that says what is missing. */
import { KnownError } from '../../core/known-error';
import { projectPublishers, runPublisher } from '../../publish/ig-publisher';
import { findJekyll } from '../../publish/jekyll';
import type { PublisherQa } from '../../publish/publisher-qa';
import { PUBLISHER } from '../../publish/publisher-tool';
import type { CommandContext } from '../command';
import { describeFinding } from '../describe-finding';

/** @throws KnownError `no-publisher`, `no-jekyll`, `no-java`, `java-too-old` and those of {@link runPublisher} */
export async function runHl7Publisher(root: string, { options, console, signal }: CommandContext): Promise<PublisherQa> {
  const [{ findJava }, { locateTool, originText }, { obtainTool }] = await Promise.all([import('../../java/java.js'), import('../../java/locate-tool.js'), import('../../java/obtain-tool.js')]);
  const java = await findJava(process.env, undefined, "HL7's IG Publisher");
  await findJekyll();
  const offline = options.offline === true;
  const where = { beside: projectPublishers(root), ...(typeof options.publisherJar === 'string' && { named: options.publisherJar }) };
  const found = offline ? locateTool(PUBLISHER, where) : await obtainTool(PUBLISHER, { ...where, progress: console.progress, signal, note: (text) => console.note(text) });
  if (found === undefined) throw new KnownError('no-publisher', "HL7's IG Publisher is not on this machine, and --offline was given.", `Name a jar with ${PUBLISHER.option}, or run once without --offline: it is then downloaded, or built from Maven Central.`);
  console.note(`IG Publisher: ${found.jar}, ${originText(PUBLISHER, found.origin)}`);
  console.progress.start("HL7's IG Publisher");
  let lines = 0;
  const qa = await runPublisher({ root, jar: found.jar, java: java.command, offline, ...(typeof options.cache === 'string' && { cache: options.cache }), onLine: (line) => console.progress.step((lines += 1), line), signal });
  console.progress.end(`${qa.errors} errors, ${qa.warnings} warnings, ${qa.hints} hints`);
  return qa;
}

/** Beyond this its own report is the better reading. */
const MOST_SHOWN = 20;

/** Its errors and its counts, as lines for the user. */
export function describePublisherQa({ errors, warnings, hints, suppressed, findings, report, version }: PublisherQa, { style }: CommandContext['console']): string[] {
  const shown = findings.slice(0, MOST_SHOWN).map((finding) => describeFinding(finding, style));
  const more = findings.length > MOST_SHOWN ? [`... and ${findings.length - MOST_SHOWN} more errors of the IG Publisher`] : [];
  return [...shown, ...more, `IG Publisher${version === undefined ? '' : ` ${version}`}: ${errors} errors, ${warnings} warnings, ${hints} hints, ${suppressed} suppressed; ${report}`];
}
