/** `scout links STUDY`: an ImagingStudy and its endpoints -> every URL of its images, and the rules that an address breaks. */
import { readFileSync } from 'node:fs';
import { isBundle, isResource, localReference, type Resource } from '../core/fhir';
import { diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';
import type { CommandContext, CommandOutcome, CommandRecord } from './command';
import { headersOf } from './test';
import type { StudyLinks } from './links/study-links';

export const linksCommand: CommandRecord = {
  name: 'links',
  summary: 'Print every URL of an ImagingStudy: WADO-RS, WADO-URI and viewer, by the endpoints that serve each series.',
  arguments: [{ name: '<study...>', description: 'FHIR JSON or NDJSON files with the study and its endpoints, or the URL of a study on a server' }],
  options: [
    { flags: '--size <pixels>', description: 'width and height of thumbnails', default: '128' },
    { flags: '--header <line...>', description: 'send this header to the FHIR server: "Name: value"' },
    { flags: '--token <token>', description: 'send "Authorization: Bearer TOKEN" to the FHIR server' },
    { flags: '--user <name:password>', description: 'send "Authorization: Basic ..." to the FHIR server' },
  ],
  examples: [
    { line: 'scout links study.json endpoint.json', meaning: 'the URLs of the study in the first file, by the endpoint in the second' },
    { line: 'scout links https://your.server/fhir/ImagingStudy/123', meaning: 'reads the study and its endpoints from a server; the images are not asked for' },
  ],
  run,
};

async function run({ args, options, console }: CommandContext): Promise<CommandOutcome> {
  const { linksOf } = await import('./links/study-links.js');
  const size = Number(options.size);
  if (!Number.isInteger(size) || size < 1 || size > 10_000) throw new KnownError('bad-option', `--size is "${String(options.size)}".`, 'It takes a number of pixels from 1 to 10000.');
  const resources: Resource[] = [];
  for (const arg of args) resources.push(...(/^https?:\/\//i.test(arg) ? await (await import('./links/read-study.js')).readStudy(arg, headersOf(options)) : readFile(arg)));
  const byReference = new Map(resources.flatMap((resource) => (localReference(resource) === undefined ? [] : [[localReference(resource) as string, resource] as const])));
  const studies = resources.filter(({ resourceType }) => resourceType === 'ImagingStudy');
  if (studies.length === 0) throw new KnownError('no-study', `There is no ImagingStudy in ${args.join(', ')}.`, 'Give a FHIR JSON file with one, or the URL of one.');
  // A literal reference may be absolute; in files the id tells.
  const resolve = (reference: string) => byReference.get(reference) ?? byReference.get(reference.split('/').slice(-2).join('/'));
  const all = studies.map((study) => linksOf(study, resolve, size));
  for (const links of all) print(links, console);
  const broken = all.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));
  return { exitCode: broken ? 1 : 0, json: all };
}

function print({ study, studyUid, links, findings }: StudyLinks, console: CommandContext['console']): void {
  const { style } = console;
  console.line(style.bold(`${study}${studyUid === undefined ? '' : ` (${studyUid})`}`), true);
  const width = Math.max(0, ...links.map(({ what }) => what.length));
  let place = '';
  for (const link of links) {
    const here = link.instanceUid === undefined ? (link.seriesUid === undefined ? 'study' : `series ${link.seriesUid}`) : `instance ${link.instanceUid}`;
    if (here !== place) console.line(`  ${style.bold(here)}`, true);
    place = here;
    console.line(`    ${style.dim(link.what.padEnd(width))} ${link.url}`, true);
  }
  for (const { severity, code, message, location } of findings) console.line(`  ${severity === 'error' ? style.red('error') : style.yellow(severity)} ${code}: ${message} ${style.dim(location?.path ?? '')}`, true);
}

/** @throws KnownError `unreadable-file` */
function readFile(path: string): Resource[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new KnownError('unreadable-file', `${path} cannot be read: ${diskSays(error)}.`, 'Give a FHIR JSON or NDJSON file, or a URL.');
  }
  const values = parse(text, path);
  const resources = values.flatMap((value) => (isBundle(value) ? (value.entry ?? []).flatMap(({ resource }) => resource ?? []) : isResource(value) ? [value] : []));
  if (resources.length === 0) throw new KnownError('unreadable-file', `${path} holds no FHIR resource.`, 'Give a FHIR JSON or NDJSON file.');
  return resources;
}

function parse(text: string, path: string): unknown[] {
  try {
    return [JSON.parse(text) as unknown];
  } catch (error) {
    const lines = text.split('\n').filter((one) => one.trim() !== '');
    try {
      if (lines.length > 1) return lines.map((one) => JSON.parse(one) as unknown);
    } catch {
      // Neither form: the first error tells more.
    }
    throw new KnownError('unreadable-file', `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`, 'Give a FHIR JSON or NDJSON file.');
  }
}
