/** `scout convert`: resources of one FHIR version -> the same in another, one file each, and every loss as a finding. */
import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CONVERT_FROM, CONVERT_TO, type ConvertTo } from '../convert/convert';
import type { ModelVersion } from '../core/element-model';
import { fhirVersion } from '../core/fhir-version';
import type { Resource } from '../core/fhir';
import { countBySeverity, isError, type Finding } from '../core/finding';
import { KnownError } from '../core/known-error';
import { writeWhole } from '../core/write-whole';
import type { CommandRecord } from './command';
import { describeFinding } from './describe-finding';

export const convertCommand: CommandRecord = {
  name: 'convert',
  summary: 'Convert imaging resources between FHIR versions, and say what is lost.',
  arguments: [{ name: '<path...>', description: 'files (JSON, NDJSON), folders, or - for standard input' }],
  options: [
    { flags: '--from <version>', description: `FHIR version of the resources: ${CONVERT_FROM.join(', ')} (0.5 is the DSTU2 ballot: ImagingStudy only)` },
    { flags: '--to <version>', description: `FHIR version that is wanted: ${CONVERT_TO.join(', ')}` },
    { flags: '--ndjson', description: 'write one NDJSON file instead of a file for each resource' },
  ],
  writesOut: ({ json }) => !json,
  examples: [
    { line: 'scout convert --from 0.5 --to 4.0 old-study.json', meaning: 'Write the R4 study, and the Endpoint that its url becomes, to output/converted/.' },
    { line: 'scout convert --from 4.0 --to 5.0 input/examples', meaning: 'Bring a folder of R4 resources to R5.' },
    { line: 'scout convert --from 5.0 --to 4.0 study.json --json', meaning: 'Print the result and the findings as JSON.' },
  ],
  async run({ args, options, console }) {
    const from = versionOf(options.from, '--from', CONVERT_FROM);
    const to = versionOf(options.to, '--to', CONVERT_TO) as ConvertTo;
    const [{ readResources }, { convert }, { recognise }] = await Promise.all([import('../validate/read-resources.js'), import('../convert/convert.js'), import('../convert/recognise.js')]);
    const set = await readResources(args);
    // Of a Bundle whose entries are given too the entries are wanted.
    const given = set.given.filter(({ entriesGiven }) => entriesGiven !== true);
    const findings: Finding[] = [...set.findings];
    const resources: Resource[] = [];
    for (const { resource, source, file } of given) {
      const place = file === undefined ? {} : { file };
      const other = source?.format === 'xml' ? undefined : recognise(resource, from);
      if (source?.format === 'xml') findings.push({ severity: 'error', code: 'not-converted', message: 'XML is not converted.', location: place, source: 'convert' });
      else if (other !== undefined) findings.push({ severity: 'error', code: 'other-version', message: other.message, location: { ...place, resource: `${resource.resourceType}/${resource.id ?? ''}` }, source: 'convert' });
      else {
        const converted = convert([resource], from, to);
        resources.push(...converted.resources);
        findings.push(...converted.findings.map((finding) => ({ ...finding, location: { ...place, ...finding.location } })));
      }
    }
    const written = options.json ? [] : await write(resources, join(options.out, 'converted'), options.ndjson === true);
    for (const finding of findings) console.line(describeFinding(finding, console.style), isError(finding));
    const { error, warning, information } = countBySeverity(findings);
    console.line(`${given.length} resources of FHIR ${fhirVersion(from).name} became ${resources.length} of ${fhirVersion(to).name}: ${error} not converted, ${warning} losses, ${information} remarks${written.length === 0 ? '' : `; written to ${join(options.out, 'converted')}`}`, true);
    return { exitCode: findings.some(isError) ? 1 : 0, json: { from, to, resources, findings } };
  },
};

/** @throws KnownError `bad-option` naming the versions that are allowed */
function versionOf(value: unknown, option: string, allowed: readonly ModelVersion[]): ModelVersion {
  const known = allowed.map((version) => `${version} (${fhirVersion(version).name})`).join(', ');
  if (typeof value !== 'string') throw new KnownError('bad-option', `${option} is missing.`, `It takes one of ${known}.`);
  const found = allowed.find((version) => version === fhirVersion(value).mimeVersion);
  if (found === undefined) throw new KnownError('bad-option', `${option} ${value} cannot be done.`, `It takes one of ${known}.`);
  return found;
}

async function write(resources: readonly Resource[], folder: string, ndjson: boolean): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  if (ndjson) {
    const file = join(folder, 'converted.ndjson');
    writeWhole(file, resources.map((resource) => `${JSON.stringify(resource)}\n`).join(''));
    return [file];
  }
  const names = new Map<string, number>();
  const files: string[] = [];
  try {
    for (const resource of resources) {
      const name = basename(`${resource.resourceType}-${resource.id ?? 'no-id'}`);
      const count = (names.get(name) ?? 0) + 1;
      names.set(name, count);
      const file = join(folder, `${name}${count === 1 ? '' : `-${count}`}.json`);
      writeWhole(file, `${JSON.stringify(resource, null, 2)}\n`);
      files.push(file);
    }
  } catch (error) {
    for (const file of files) rmSync(file, { force: true });
    throw error;
  }
  return files;
}
