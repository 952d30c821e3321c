/** `scout packages`: fills the FHIR package cache that SUSHI and the HL7 validator read, and says what it found and did. */
import { fhirVersion, type FhirVersionName } from '../core/fhir-version';
import { KnownError } from '../core/known-error';
import type { Style } from '../core/style';
import { parsePackageId } from '../packages/package-id';
import type { PackageOutcome, PackageReport, PackageStatus } from '../packages/package-report';
import { parseSources, type PackageSource } from '../packages/registries';
import { REQUIRED_PACKAGES } from '../packages/required-packages';
import type { CommandRecord } from './command';

export const packagesCommand: CommandRecord = {
  name: 'packages',
  summary: 'Fill the FHIR package cache that SUSHI and the HL7 validator read.',
  arguments: [{ name: '[package...]', description: 'packages wanted besides the standard ones, as name#version' }],
  options: [
    { flags: '--cache <dir>', description: 'the cache (default: ~/.fhir/packages)' },
    { flags: '--lock <file>', description: "lock file with the archives' hashes (default: the program's own)" },
    { flags: '--source <list>', description: 'where to look, in this order: cache,registry,fhir-registry,npm-registry,assembly; without cache all is fetched anew' },
    { flags: '--registry <url...>', description: "registries to ask instead of FHIR's own and npm's" },
    { flags: '--offline', description: 'use the cache only', default: false },
    { flags: '--check', description: 'read every byte of the cache and change nothing; exit 1 if something is missing or damaged', default: false },
    { flags: '--update-lock', description: 'accept archives whose hash differs from the lock file, and lock theirs', default: false },
    { flags: '--fhir <version>', description: 'FHIR version whose packages are wanted', default: 'R4' },
  ],
  examples: [
    { line: 'scout packages', meaning: 'Bring what is missing into ~/.fhir/packages; at once if nothing is.' },
    { line: 'scout packages --check', meaning: 'Prove the cache sound, byte by byte, without a network.' },
    { line: 'scout packages --registry https://packages.example.org hl7.fhir.us.core#6.1.0', meaning: 'Ask your own registry, for one package more.' },
  ],
  async run({ args, options, console, signal }) {
    const version = fhirVersion(String(options.fhir)).name as FhirVersionName;
    const { ensurePackages } = await import('../packages/ensure-packages.js');
    const report = await ensurePackages({
      packages: [...REQUIRED_PACKAGES[version], ...args.map((text) => ({ ...parsePackageId(text), purpose: 'asked for on the command line' }))],
      updateLock: options.updateLock === true,
      progress: console.progress,
      signal,
      ...(options.check === true && { check: 'bytes' }),
      ...(typeof options.cache === 'string' && { cache: options.cache }),
      ...(typeof options.lock === 'string' && { lockFile: options.lock }),
      ...(Array.isArray(options.registry) && { registries: options.registry as string[] }),
      ...sourcesOf(options),
    });
    const lines = describePackages(report, console.style);
    // The verdict is what was asked for, so --quiet leaves it.
    lines.forEach((line, index) => console.line(line, index === lines.length - 1));
    return { exitCode: report.complete ? 0 : 1, json: report };
  },
};

function sourcesOf(options: Readonly<Record<string, unknown>>): { sources: PackageSource[] } | undefined {
  const sources = typeof options.source === 'string' ? parseSources(options.source) : undefined;
  if (options.offline !== true) return sources && { sources };
  if (sources !== undefined || options.registry !== undefined) {
    throw new KnownError('contradiction', '--offline asks nobody, so --source and --registry have nothing to say.', 'Leave out one or the other.');
  }
  return { sources: ['cache'] };
}

/** The report as lines for a person. */
export function describePackages(report: PackageReport, style: Style): string[] {
  const width = Math.max(...report.packages.map(({ name, version }) => name.length + version.length + 1));
  const rows = report.packages.map((outcome) => {
    const label = `${outcome.name}#${outcome.version}`.padEnd(width);
    return `  ${label}  ${painted(outcome.status, style)}  ${detail(outcome)}`.trimEnd();
  });
  const bad = report.packages.filter(({ status }) => status === 'missing' || status === 'damaged').length;
  const verdict = report.complete ? style.green('All packages are there.') : style.red(bad > 0 ? `${bad} of ${report.packages.length} packages are missing or damaged; mend it with: scout packages` : 'Dependencies have to be re-pinned; mend it with: scout packages');
  return [style.bold(`FHIR package cache ${report.cache}`), ...rows, ...report.notes.map((note) => `  ${style.dim(note)}`), verdict];
}

function painted(status: PackageStatus, style: Style): string {
  const text = status.padEnd('assembled'.length);
  if (status === 'missing' || status === 'damaged') return style.red(text);
  return status === 'present' ? text : style.green(text);
}

function detail({ status, files, damage, registry }: PackageOutcome): string {
  if (status === 'missing') return '';
  if (status === 'damaged') return damage ?? '';
  return `${files} files${registry === undefined ? '' : ` from ${registry}`}`;
}
